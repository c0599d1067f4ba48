"""Where activations lie, and what only moves or masks them. Here the layout is the public one, (n, c, h, w)."""
import numpy as np


def storage(n, shape):
    """The array shape that holds n samples of `shape`."""
    return (n, *shape)


def enter(x, out, ws=None):
    """Copies public samples into the rung's layout."""
    for i in np.ndindex(x.shape):
        out[i] = x[i]


def gather(images, index, whole, out, ws=None):
    """Enters images[index] / whole"""
    enter(np.array([images[k] / whole for k in index]), out)


def leave(x, out):
    """Copies samples in the rung's layout out to people."""
    for i in np.ndindex(out.shape):
        out[i] = x[i]


def reshape(x, out):
    """The k-th value of a sample in (c, h, w) order is the k-th value of the result in its own order"""
    for n in range(x.shape[0]):
        for source, target in zip(np.ndindex(x.shape[1:]), np.ndindex(out.shape[1:]), strict=True):
            out[n, *target] = x[n, *source]


def dropout_mask(u, p, out):
    """mask = 1 / (1 - p) where the uniform draw u >= p, else 0; u is public"""
    for i in np.ndindex(u.shape):
        out[i] = 1 / (1 - p) if p < 1 and u[i] >= p else 0


def dropout_forward(x, mask, out):
    """y = x mask"""
    for i in np.ndindex(x.shape):
        out[i] = x[i] * mask[i]


def dropout_input_grad(dy, mask, out):
    """dx = dy mask"""
    for i in np.ndindex(dy.shape):
        out[i] = dy[i] * mask[i]
