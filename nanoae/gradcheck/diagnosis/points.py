"""One draw of the inputs with everything that a diagnosis asks about it: both gradients, both Jacobians."""
import numpy as np

STEP = 1e-4
TOLERANCE = 1e-6    # of a prediction, relative to the largest entry


def close(a, b, tolerance=TOLERANCE):
    """Equal shapes, finite, and equal to `tolerance` of the largest entry."""
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape or not np.all(np.isfinite(a)):
        return False
    scale = max(np.max(np.abs(a), initial=0), np.max(np.abs(b), initial=0))
    return bool(np.max(np.abs(a - b), initial=0) <= tolerance * scale + 1e-300)


def live(J):
    """Where a Jacobian is not 0, to rounding."""
    return np.abs(J) > 1e-8 * np.max(np.abs(J), initial=0)


class Rough(ValueError):
    """A kink, or a value that is none, lies within the steps of a difference quotient."""


class Point:
    """function at `inputs`, with a random dy. size: "given", "fresh" or the sizes that were changed."""

    def __init__(self, function, inputs, rng, size):
        self.function, self.inputs, self.size = function, inputs, size
        self.names, self.checked = function.names, function.checked
        self.y = self.evaluate(inputs)
        self.dy = rng.standard_normal(self.y.shape)
        function.prime(inputs)
        self.a = function.gradients(self.dy, inputs)
        self.numeric, self.analytic = {}, {}

    def evaluate(self, inputs):
        y = self.function.y(inputs)
        if y.dtype.kind != "f" or not np.all(np.isfinite(y)):
            raise Rough("forward is not finite")
        return y.astype(float)

    def x(self, i):
        return self.inputs[i]

    def N(self, i):
        """The Jacobian (y.size, x.size) of input i by difference quotients."""
        if i not in self.numeric:
            self.numeric[i] = jacobian(self.evaluate, self.inputs, i, self.y)
        return self.numeric[i]

    def n(self, i, dy=None):
        """The gradient of sum(dy * y) with respect to input i."""
        return ((self.dy if dy is None else dy).ravel() @ self.N(i)).reshape(self.inputs[i].shape)

    def A(self, i):
        """The Jacobian that backward stands for: its gradients of one output at a time."""
        if not self.analytic:
            rows = [self.function.gradients(one.reshape(self.y.shape), self.inputs) for one in np.eye(self.y.size)]
            for k in self.checked:
                if rows and rows[0][k] is not None and rows[0][k].shape == self.inputs[k].shape:
                    self.analytic[k] = np.array([row[k].ravel() for row in rows])
        return self.analytic[i]

    def mutated(self, i, evaluate=None, inputs=None):
        """The gradient of input i where forward is another function, or stands at other inputs."""
        inputs = self.inputs if inputs is None else inputs
        evaluate = evaluate or self.evaluate
        return (self.dy.ravel() @ jacobian(evaluate, inputs, i)).reshape(self.inputs[i].shape)

    def slope(self, i, v, evaluate=None, inputs=None):
        """The derivative of sum(dy * y) along v in input i: four evaluations, to screen what is worth a Jacobian."""
        inputs, evaluate, quotients = list(inputs or self.inputs), evaluate or self.evaluate, []
        x = inputs[i]
        for h in (2 * STEP, STEP):
            sums = []
            for side in (h, -h):
                inputs[i] = x + side * v
                sums.append(float(np.sum(self.dy * evaluate(inputs))))
            quotients.append((sums[0] - sums[1]) / (2 * h))
        return (4 * quotients[1] - quotients[0]) / 3

    def rounding(self, i):
        """What rounding can make of a difference quotient here."""
        return 1e-9 + 30 * np.finfo(float).eps * float(np.sum(np.abs(self.dy * self.y))) / STEP

    def wrong(self, i):
        """Is backward's gradient of input i another than the numeric one, beyond rounding?"""
        return not close(self.a[i], self.n(i)) and np.max(np.abs(self.a[i] - self.n(i)), initial=0) > self.rounding(i)


def jacobian(evaluate, inputs, i, y=None):
    """(y.size, x.size) by central differences at two steps and Richardson. Raises Rough where the function bends."""
    inputs = list(inputs)
    x: np.ndarray = np.array(inputs[i], float)
    inputs[i] = x
    y = evaluate(inputs) if y is None else y
    columns, rough = [], 0.0
    for at in np.ndindex(x.shape):
        kept = x[at]
        h = STEP * max(abs(float(kept)), min(1.0, abs(float(kept)) + 0.1))
        wide, jump = quotient(evaluate, inputs, x, at, kept, h, y)
        narrow, half = quotient(evaluate, inputs, x, at, kept, h / 2, y)
        x[at] = kept
        columns.append(((4 * narrow - wide) / 3).ravel())
        rough = max(rough, np.max(np.abs(wide - narrow), initial=0), np.max(np.abs(half - jump / 2), initial=0))
    J = np.array(columns).T.reshape(y.size, x.size)
    if not np.all(np.isfinite(J)) or rough > 1e-4 * max(1e-300, float(np.max(np.abs(J), initial=0))):
        raise Rough("forward bends here")
    return J


def quotient(evaluate, inputs, x, at, kept, h, y):
    """(central difference, jump between the slopes on both sides) of all outputs for one entry."""
    x[at] = kept + h
    ahead = evaluate(inputs)
    x[at] = kept - h
    behind = evaluate(inputs)
    return (ahead - behind) / (2 * h), (ahead - 2 * y + behind) / h
