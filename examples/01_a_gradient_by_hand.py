"""A backward pass, written by hand and checked.

One layer of a network is a function; its backward turns the gradient of the loss with respect to the output, dy, into
the gradients with respect to the inputs. Here it is written with three lines of NumPy, then checked against difference
quotients, then broken on purpose, to see what the check says.
"""
import numpy as np

from nanoae.gradcheck import check


def forward(x, W, b):
    """y = tanh(x W' + b)"""
    return np.tanh(x @ W.T + b)


def backward(dy, x, W, b):
    """In the forward pass this was y = tanh(z), z = x W' + b; so now we go back through tanh, then through z."""
    y = forward(x, W, b)
    dz = dy * (1 - y ** 2)
    return dz @ W, dz.T @ x, dz.sum(axis=0)


def without_the_derivative_of_tanh(dy, x, W, b):
    return dy @ W, dy.T @ x, dy.sum(axis=0)


def main():
    rng = np.random.default_rng(0)
    x, W, b = rng.standard_normal((4, 3)), rng.standard_normal((2, 3)), rng.standard_normal(2)
    print("The right backward:")
    print(check(forward, backward, x, W, b, names=("x", "W", "b")))
    print("\nThe derivative of tanh forgotten:")
    print(check(forward, without_the_derivative_of_tanh, x, W, b, names=("x", "W", "b"), raise_error=False))


if __name__ == "__main__":
    main()
