"""A part of a network, which is a layer, a stack of them, or the whole: what people call.

Inside, a network is one flat chain of layers (`leaves`), and a stack is a run of that chain; `nanoae.chain` walks it.
Here are its forward and backward, whose edges copy people's arrays in and out. What belongs to a whole mini-batch
stands beside: `objective` (the loss), `draws` (what is drawn, and the commit).
"""
from typing import Any

import numpy as np

from . import building, chain, draws, inspection, objective, saving
from .building import AfterBuild
from .cache import Cache
from .parameters import named
from .samples import Chosen, Inside


class Part:
    """What a layer and a stack have in common. After build: theta, grad, running (views of the network's vectors),
    slice (its place in them), in_shape, out_shape (of one sample), dtype, xp, kernels."""

    name: str | None = None
    network: Any = None    # the part that was built, of which this one is a piece
    moves: dict    # of the network: see `nanoae.parameters.moved`
    test_caches: dict    # of the network: see `test_cache`
    leaves: Any = ()    # the layers in it, from the input up
    fused = False    # may neighbouring leaves be computed in one kernel when this part runs?

    theta: Any = AfterBuild()
    grad: Any = AfterBuild()
    running: Any = AfterBuild()
    slice: Any = AfterBuild()
    in_shape: Any = AfterBuild()
    out_shape: Any = AfterBuild()
    dtype: Any = AfterBuild()
    xp: Any = AfterBuild()
    kernels: Any = AfterBuild()
    backend: Any = AfterBuild()

    build = building.build
    named = named
    summary = inspection.summary
    macs = inspection.macs
    _repr_html_ = inspection.as_html
    save = saving.save
    loss = objective.loss
    loss_value = objective.loss_value
    penalising = property(objective.penalising)
    penalty = objective.penalty
    draw = draws.draw
    settle_draws = draws.settle_draws
    commit = draws.commit

    def clone(self):
        """An unbuilt copy with the present weights and running statistics, which its build uses instead of drawing."""
        return self.copy_unbuilt()

    def copy_unbuilt(self) -> Any:
        raise NotImplementedError(f"{type(self).__name__} has no copy_unbuilt")

    def make_cache(self, n):
        """A cache for up to n samples; see `nanoae.cache`."""
        self.require_built()
        return Cache(self, n)

    def test_cache(self, n):
        """A cache for at least n samples that the network keeps, so that tests between epochs find their memory, and
        what was recorded in it, again. `network.test_caches.clear()` gives it back."""
        self.require_built()
        kept = self.network.test_caches.get(self)
        if kept is None or kept.capacity < n:
            kept = self.network.test_caches[self] = self.make_cache(n)
        return kept

    def forward(self, x, cache=None, train=False, rng=None, need_y=True, inside=False):
        """Computes y from x (n, *in_shape) and returns (y, cache); y is None with need_y=False. With inside=True y is
        handed on in the rung's layout, an Inside, for another network of this rung and dtype.

        With a cache of this part the same arrays are filled again. train=True uses dropout and batch statistics; what
        is random is drawn from `rng`, or repeated from the cache without one. y is valid until the cache's next
        forward. Raises ValueError for another shape, more samples than the cache holds, or nothing drawn to repeat.
        """
        self.require_built()
        x = self.samples("x", x, self.in_shape)
        cache = self.make_cache(len(x)) if cache is None else cache.serving(self, len(x))
        cache.begin(len(x), train, drawing=train or rng is not None)
        self.settle_draws(cache, train, rng)
        entered = cache.take_in("x", self, x, self.in_shape)
        key = (entered, train, cache.drawing, cache.choices(self))
        y = cache.replay(("up", self), key, lambda: chain.up(self, entered.stored, cache))
        if inside:
            return cache.inside(y, self.out_shape), cache
        return (cache.leave(("y", self), y, self.out_shape) if need_y else None), cache

    def backward(self, dy, cache, need_dx=True, need_dw=True, inside=False):
        """From dy (n, *out_shape), or from None where `loss` left a gradient, computes what is asked and nothing else.

        need_dw: True, False, or a part of this part. Its gradients in `grad` are overwritten, all others untouched.
        Returns dx (n, *in_shape), valid until the cache's next forward or backward, in the rung's layout with
        inside=True, or None with need_dx=False.
        """
        cache[self.leaves[-1]]    # is this part in the network that the cache was made for?
        if cache.n == 0:
            raise ValueError("backward needs a forward first: this cache is empty")
        if dy is None:
            leaf, grad, derived = cache.loss_grad or (None, None, False)
            if leaf is not self.leaves[-1]:
                raise ValueError("backward(None, cache) starts from a loss, and none was taken of this output since "
                                 "the last forward: call loss(...) first, or pass dy")
        else:
            dy = self.samples("dy", dy, self.out_shape, cache.n)
            entered, derived = cache.take_in("dy", self, dy, self.out_shape), False
            grad = entered.stored
        key = (dy is None or entered, cache.n, cache.train, cache.drawing, cache.choices(self), need_dx, need_dw)
        grad = cache.replay(("down", self), key,
                            lambda: chain.down(self, grad, cache, need_dx, need_dw, derived))
        if need_dx and inside:
            return cache.inside(grad, self.in_shape)
        return cache.leave(("dx", self), grad, self.in_shape) if need_dx else None

    def output(self, cache):
        """This part's output in the cache as (n, *out_shape), or None where fusion did not keep it."""
        y = cache[self.leaves[-1]].y
        return None if y is None else cache.leave(("output", self), y, self.out_shape)

    def activations(self, cache):
        """Every layer's output by name, as `output` gives it: {'encoder.0': (n, c, h, w), ...}."""
        return {path: leaf.output(cache) for path, leaf in self.paths()}

    def paths(self):
        """(name, layer) of every layer in this part; a layer's own name is empty."""
        yield "", self

    def label(self):
        """How messages call this part: its path in the network and its own print."""
        path = self.name
        if self.network is not None:
            path = {leaf: path for path, leaf in self.network.paths()}.get(self) or self.name
        return f"{path} {self!r}" if path else repr(self)

    def require_built(self):
        if self.network is None:
            raise ValueError(f"{self!r} is not built: call build(shape, rng=...) first")

    def samples(self, name, x, shape, n=None):
        """x as an array of floating-point samples of `shape`, or an error that says what came."""
        x = x if isinstance(x, Chosen | Inside) else np.asarray(x)
        if x.shape[1:] != tuple(shape) or x.ndim == 0 or (n or x.shape[0]) != x.shape[0] or x.shape[0] == 0:
            expected = ", ".join(map(str, (n or "n", *shape)))
            raise ValueError(f"{self.label()}: {name} has shape {x.shape}, expected ({expected}"
                             f"{',' if not shape else ''}){' with n at least 1' if n is None else ''}")
        if isinstance(x, Inside) and (x.dtype, x.stored.shape[1:]) != (self.dtype, self.kernels.storage(1, shape)[1:]):
            raise ValueError(f"{self.label()}: {name} comes from a network of another rung or dtype ({x.dtype} here "
                             f"{self.dtype}): hand it over as an array")
        if x.dtype.kind != "f":
            raise ValueError(f"{self.label()}: {name} is {x.dtype}, expected floating point; "
                             "images are scaled to [0, 1] first: x.astype('float32') / 255")
        return x
