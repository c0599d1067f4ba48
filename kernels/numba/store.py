"""How a kernel stores its result: as it is, through an activation, or times an activation's derivative.

ReLU and its derivative are stored by the convolution's own tile; the others follow it in a second pass.
"""
from . import activation
from .tile import PLAIN, RELU, RELU_GRAD

FUSES = {name: (getattr(activation, f"{name}_forward"), getattr(activation, f"{name}_input_grad"))
         for name in ("relu", "leaky_relu", "sigmoid", "tanh", "softplus", "elu")}


def in_tile(store, out):
    """What the tile itself can store, (how, at); `finish` does the rest."""
    if store is None or store[0] != "relu":
        return PLAIN, out
    return (RELU, out) if store[2] is None else (RELU_GRAD, store[2])


def finish(out, store, stored=("relu",)):
    """Writes a result through `store` where it is not in `stored`, what the kernel did itself."""
    if store is None or store[0] in stored:
        return
    name, parameters, at = store
    forward, input_grad = FUSES[name]
    if at is None:
        forward(out, *parameters, out=out)
    else:
        input_grad(out, at, *parameters, out=out)
