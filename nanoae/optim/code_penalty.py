"""The prox of a penalty on codes: weight times the sum of |code|, as a function of the encoder's weights.

    z = argmin over z of  e weight g(z) + 1/2 |z - v|^2,     g(z) = sum over the mini-batch of |encoder_z(x)|_1

(paper 3, algorithm 1, step 6, v = y - e grad f(y)). It has no closed form in the weights. It is solved by gradient
descent, the step halved until the objective falls, down to a residual |e weight grad g(z) + z - v| / (1 + |v|), which
is kept as the certificate. Variants:

    fista      e is the step of the outer method, as FISTA's prox has it
    printed    e = 1: the paper's line as it stands, without a step before lambda
    linear     z = v - e weight grad g(y): g replaced by its tangent at y, one gradient and no inner loop
    subgradient `most` steps of 1, 1/2, 1/3, ... along e weight h + z - v, h a subgradient of g: where codes are bits, g
                is a staircase whose value tells nothing (algorithm 2)
"""
from math import sqrt

import numpy as np

from .product import dot

SMOOTH = ("fista", "printed", "linear")    # for codes that are differentiable
VARIANTS = (*SMOOTH, "subgradient")


class CodePenalty:
    """A penalty whose prox looks at the mini-batch that `see` was given. tolerance: the residual asked for; most:
    gradients of g at most for one prox. Raises ValueError for a negative weight or an unknown variant."""

    def __init__(self, encoder, weight, variant="fista", tolerance=1e-6, most=5000):
        if not weight >= 0:
            raise ValueError(f"weight is at least 0; got {weight!r}")
        if variant not in VARIANTS:
            raise ValueError(f"prox is one of {', '.join(VARIANTS)}; got {variant!r}")
        if most < 1:
            raise ValueError(f"most is at least 1 gradient; got {most!r}")
        self.encoder, self.weight, self.variant = encoder, weight, variant
        self.tolerance, self.most = tolerance, most
        self.x, self.cache = None, None
        self.residual, self.gradients = None, 0    # of the last prox, where it is solved to one; in all

    def __repr__(self):
        return (f"CodePenalty(weight={self.weight!r}, variant={self.variant!r}, tolerance={self.tolerance!r}, "
                f"most={self.most!r})")

    def see(self, x):
        """The mini-batch whose codes are meant from here on."""
        if self.cache is None or self.cache.capacity < len(x):
            self.cache = self.encoder.make_cache(len(x))
        self.x = x

    def value(self, theta=None):
        """weight g at the encoder's present weights."""
        codes, _ = self.encoder.forward(self.x, self.cache)
        return self.weight * float(np.sum(np.abs(codes), dtype=np.float64))

    def gradient(self):
        """(weight g, its gradient) at the encoder's present weights; the gradient is left in encoder.grad."""
        codes, _ = self.encoder.forward(self.x, self.cache)
        value = self.weight * float(np.sum(np.abs(codes), dtype=np.float64))
        self.encoder.backward(self.weight * np.sign(codes), self.cache, need_dx=False)
        self.gradients += 1
        return value, self.encoder.grad

    def prox(self, v, step, out):
        """Fills `out`, which is the encoder's theta, with the minimiser; `step` is the outer method's. encoder.grad is
        left as it was."""
        grad = self.encoder.grad.copy()
        e = 1.0 if self.variant == "printed" else step
        if self.variant == "linear":
            np.subtract(v, e * self.gradient()[1], out=out)
        elif self.variant == "subgradient":
            self.follow_subgradients(v.copy(), e, out)
        else:
            self.descend(v.copy(), e, out)
        self.encoder.grad[...] = grad
        return out

    def follow_subgradients(self, v, e, out):
        out[...] = v
        for k in range(self.most):
            _, slope = self.objective(v, e, out)
            out -= slope / (k + 1)

    def descend(self, v, e, out):
        """Gradient descent from v, its step halved until the objective falls, until the residual is small."""
        out[...], tau = v, 1.0
        value, slope = self.objective(v, e, out)
        for _ in range(self.most):
            if self.certify(slope, v) <= self.tolerance:
                break
            before, was, tau = out.copy(), value, min(1.0, 2 * tau)
            while True:
                np.subtract(before, tau * slope, out=out)
                value, new_slope = self.objective(v, e, out)
                if value <= was + 4 * np.finfo(out.dtype).eps * abs(was) or tau < 1e-8:
                    break
                tau /= 2
            slope = new_slope
        self.certify(slope, v)

    def certify(self, slope, v):
        """Notes and returns the residual that goes with this gradient of the prox's objective."""
        self.residual = sqrt(dot(self.encoder, slope, slope)) / (1 + sqrt(dot(self.encoder, v, v)))
        return self.residual

    def objective(self, v, e, z):
        """e weight g(z) + 1/2 |z - v|^2 and its gradient, at z, the encoder's present weights."""
        value, grad = self.gradient()
        gap = z - v
        return e * value + dot(self.encoder, gap, gap) / 2, e * grad + gap
