"""What every optimizer is: a part's theta and grad, a state of flat vectors and counters, and a step.

    loss = optimizer.step(evaluate)

`evaluate(block=None, grad=True)` gives the loss at the present theta, a number or a 0-d array of its own, and, with
grad, overwrites the gradient of `block` (a part; None for everything) and nothing else. `evaluate.batch` is the
mini-batch itself, for methods whose penalty looks at activations. Between steps theta is the iterate.
"""
from contextlib import contextmanager

import numpy as np

from ..arrays import put
from ..bounds import number
from ..parameters import moved
from ..prints import printed
from ..samples import inputs


class Optimizer:
    """The base: moves `part` (a network, a part of one, or a Vector) and nothing else.

    A subclass names its vectors in `vectors` (they are saved; `scratch` names those that need not be), its counters
    in `counters` and other numbers in `measures` (each an attribute, 0 at the start), and writes `update`, one step
    from the gradient as it stands. The learning rate `lr` may change in training and is part of the state;
    everything else is as the constructor was told, and as the print says.
    """

    vectors: tuple = ()
    scratch: tuple = ("a", "b")
    counters: tuple = ()
    measures: tuple = ()
    arguments: tuple    # of the constructor, as they were written
    held: frozenset | None = None    # what alone may change between steps; None: anything (see `catalog.own_optimizer`)

    def __new__(cls, *args, **kwargs):
        self = super().__new__(cls)
        self.arguments = args, kwargs
        return self

    def __init__(self, part, lr):
        if not (hasattr(part, "theta") and hasattr(part, "grad")):
            raise ValueError(f"{type(self).__name__} moves a built network, a part of one, or a Vector(theta, grad); "
                             f"{type(part).__name__} came")
        self.part, self.lr = part, number("lr", lr)
        self.theta, self.grad, self.xp, self.kernels = part.theta, part.grad, part.xp, part.kernels
        for name in self.vectors:
            setattr(self, name, self.xp.zeros_like(self.theta))
        for name in self.counters:
            setattr(self, name, 0)
        for name in self.measures:
            setattr(self, name, 0.0)
        self.a, self.b = self.xp.empty_like(self.theta), self.xp.empty_like(self.theta)    # scratch
        self.lent = 0

    def __setattr__(self, name, value):
        if name in ("theta", "grad") and value is not vars(self).get(name, value):
            raise TypeError(f"{type(self).__name__}.{name} is the network's own array, and another in its place "
                            f"would move nothing: write into it, self.{name}[...] = ... or self.{name} -= ...")
        if self.held is not None and name not in self.held:
            raise TypeError(f"{type(self).__name__}.{name} changes from step to step, and no checkpoint would hold it: "
                            f"counters = ({name!r},) in the class saves a whole number, measures = ({name!r},) any, "
                            f"vectors = ({name!r},) an array like theta; what one step alone needs is a local variable")
        super().__setattr__(name, value)

    def step(self, evaluate):
        """Evaluates the mini-batch, moves theta, and returns the loss before the move, as `evaluate` gave it."""
        loss = evaluate(block=self.part)
        self.update()
        moved(self.part)
        return loss

    def update(self):
        """One step from the gradient as it stands."""
        raise NotImplementedError(f"{type(self).__name__} has no update")

    def decayed_grad(self, weight_decay):
        """g = grad + weight_decay theta, the gradient of the loss plus weight_decay / 2 |theta|^2."""
        if weight_decay == 0:
            return self.grad
        g = self.xp.multiply(self.theta, weight_decay, out=self.a)
        g += self.grad
        return g

    def ws(self, shape, dtype):
        """The two scratch vectors in turn, for a kernel."""
        self.lent ^= 1
        return self.a if self.lent else self.b

    def __repr__(self):
        return printed(self, leave_out=("part",))

    @property
    def numbers(self):
        """The names of the state's numbers."""
        return ("lr", *self.counters, *self.measures)

    def state(self):
        """Copies of the flat vectors and numbers that determine all later steps."""
        return {name: self.xp.array(getattr(self, name)) for name in self.vectors} | {
            name: getattr(self, name) for name in self.numbers}

    def load_state(self, state):
        """Goes on from a state; raises ValueError, changing nothing, where it is another optimizer's or size."""
        expected = set(self.vectors) | set(self.numbers)
        if set(state) != expected:
            raise ValueError(f"a state of {type(self).__name__} holds {sorted(expected)}; this one holds "
                             f"{sorted(state)}")
        for name in self.vectors:
            if np.shape(state[name]) != self.theta.shape:
                raise ValueError(f"state vector {name!r} has shape {np.shape(state[name])}, theta {self.theta.shape}")
        for name in self.numbers:
            if isinstance(state[name], bool) or not isinstance(state[name], int | float | np.number):
                raise ValueError(f"state {name!r} is a number; got {state[name]!r}")
        for name in self.vectors:
            put(getattr(self, name), state[name])
        for name in self.numbers:
            setattr(self, name, type(getattr(self, name))(state[name]))

    def restart(self):
        """Begins the momentum anew, in a method that gathers it over a phase of NAM; else does nothing."""

    def certificate(self):
        """Figures that say how well an inner problem was solved, for the summary of a run."""
        return {}

    @contextmanager
    def evaluation_weights(self):
        """Inside `with`, theta holds the weights that this method wants tested; here, the iterate itself."""
        yield


def batch_of(evaluate):
    """The inputs of the mini-batch that an evaluation stands on. Raises ValueError where nobody said."""
    try:
        return inputs(evaluate.batch)
    except AttributeError:
        raise ValueError("this method looks at the mini-batch itself: set evaluate.batch = x before the step") from None
