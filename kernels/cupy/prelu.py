"""PReLU."""
from .launch import each, fresh, run, sizes


def prelu_forward(x, W, out, ws=fresh):
    each("prelu.cu", "forward", x.dtype, x.size, x, W, out, W.size > 1, *sizes(x))


def prelu_input_grad(dy, x, W, out, ws=fresh):
    each("prelu.cu", "input_grad", dy.dtype, dy.size, dy, x, W, out, W.size > 1, *sizes(x))


def prelu_weight_grad(x, dy, out, ws=fresh):
    run("prelu.cu", "weight_grad", x.dtype, (out.size,), (256,), x, dy, out, *sizes(x), x.size)
