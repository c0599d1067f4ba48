"""What the author of a layer writes, and what the base class does for them.

A layer holds its sizes and three short methods beside each other: `compute` (the forward), `input_grad` and
`weight_grad`, on a slot `c` that has c.x, c.y, c.dy, c.dx, c.n, c.train, and c.keep(name, shape) for what must last
until backward. The edges, the buffers, fusion and what was asked for are settled in `nanoae.part`.

    class Centre(Layer):                            the slot's arrays are (n, c, h, w) on every rung, copied at the
                                                    layer's edges; its Python runs at every step
    class ReLU(Layer, kernels_only=True):           the slot's arrays lie as the rung likes; the methods call kernels on
                                                    them and do nothing else, so that a cache may repeat those calls
                                                    without the layer
"""
import inspect
from typing import Any

from ..building import AfterBuild
from ..fusion import Fusion
from ..part import Part
from .arguments import INSTEAD

SIZES = {"__init__", "shape", "prepare", "initialise"}    # methods that a subclass may write and keep the promise


class Layer(Part):
    """The base of every layer. A subclass sets `parameters` and `statistics` ({name: shape}) in its constructor.

    The promise `kernels_only` covers the methods that stand in the class: a subclass that writes any of them anew, but
    for those that settle sizes and values, does not inherit it.
    """

    kernels_only = False
    sealed = False    # built: settings are read-only, because kernels have taken them over
    arguments: tuple    # of the constructor, as they were written
    parameters: dict = {}
    statistics: dict = {}
    draws = ""    # when it needs random numbers: "train", "always" or never
    identity = False    # does its forward hand x on as it is, though backward computes?
    reshapes = False    # does it do nothing but give a sample another shape?
    penalises = False    # does it add to the loss?
    stores = False    # can its kernels write their results through a neighbouring activation?
    activation: tuple | None = None    # (kernel name, its parameters) of an activation that a neighbour may store
    kept: dict | None = None    # weights and statistics that a clone brings with it
    views: dict    # of the network's vectors: W, b, dW, db, running_mean ...
    mirrors = False    # are the attributes of these names NumPy's, beside a device's views?
    operation = ""    # the kernel of its forward, where a rung may borrow that from another

    W: Any = AfterBuild()
    b: Any = AfterBuild()
    dW: Any = AfterBuild()
    db: Any = AfterBuild()
    running_mean: Any = AfterBuild()
    running_var: Any = AfterBuild()
    running_slice: Any = AfterBuild()

    def __init_subclass__(cls, kernels_only=None, **rest):
        super().__init_subclass__(**rest)
        written = {name for name, value in vars(cls).items() if callable(value) or hasattr(value, "__get__")}
        inherited = cls.kernels_only and written <= SIZES | {"__dict__", "__weakref__"}
        cls.kernels_only = inherited if kernels_only is None else kernels_only

    def __new__(cls, *args, **kwargs):
        self = super().__new__(cls)
        signature = inspect.signature(cls.__init__)
        try:
            signature.bind(self, *args, **kwargs)
        except TypeError as error:
            hint = "".join(f"; {name}: {INSTEAD[name]}" for name in kwargs if name in INSTEAD)
            takes = str(signature).replace("(self, ", "(").replace("(self)", "()")
            raise TypeError(f"{cls.__name__}{takes}: {error}{hint}") from None
        self.arguments = args, kwargs
        self.leaves = (self,)
        self.fusion = Fusion()
        return self

    def __getnewargs_ex__(self):
        return self.arguments    # copy and pickle make the layer as it was made

    def __repr__(self):
        args, kwargs = self.arguments
        return f"{type(self).__name__}({', '.join([*map(repr, args), *(f'{k}={v!r}' for k, v in kwargs.items())])})"

    def __init__(self):
        """Most layers take no arguments."""

    def __setattr__(self, name, value):
        if self.sealed and (self.kernels_only or name in self.parameters or name in self.statistics):
            held = isinstance(getattr(self, name, None), self.xp.ndarray)
            raise AttributeError(f"{self!r} is built, and {name} is read-only: " + (
                f"write into the array, layer.{name}[...] = ..." if held else "build a new network for another value"))
        super().__setattr__(name, value)

    def walk(self):
        yield self

    def copy_unbuilt(self):
        args, kwargs = self.arguments
        twin = type(self)(*args, **kwargs)
        if self.network is None:
            twin.kept = self.kept
        else:
            twin.kept = {name: self.views[name].copy() for name in (*self.parameters, *self.statistics)}
        return twin

    # -- what a subclass may write

    def shape(self, shape):
        """The output shape of one sample, given the input's; raises ValueError where it does not fit."""
        return shape

    def prepare(self):
        """Makes the layer's constants, once sizes, rung and dtype are known."""

    def initialise(self, rng):
        """Writes initial values into the parameters and statistics."""

    def skips(self, c):
        """Does x pass through untouched?"""
        return False

    def compute(self, c):
        """Forward: fills c.y from c.x."""
        raise NotImplementedError(f"{type(self).__name__} has no compute")

    def input_grad(self, c):
        """Fills c.dx from c.dy."""
        raise NotImplementedError(f"{type(self).__name__} has no input_grad")

    def weight_grad(self, c):
        """Fills dW, db from c.dy."""
        raise NotImplementedError(f"{type(self).__name__} has no weight_grad")

    def penalise(self, c):
        """Returns what the layer adds to the loss; with kernels_only a kernel writes it into c.penalty, a 0-d float64.
        Asked of layers that set `penalises`."""
        raise NotImplementedError(f"{type(self).__name__} has no penalise")

    def fill_draw(self, c, rng):
        """Draws from rng into the slot, in float32 and (n, c, h, w)."""

    def update_statistics(self, c):
        """Moves the running statistics by the slot's batch statistics."""

    def multiply_adds(self):
        """Products of one sample's forward; its input gradient and its weight gradient count the same each."""
        return 0
