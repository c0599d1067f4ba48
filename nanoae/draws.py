"""What a mini-batch has once, however often it is evaluated: what is drawn for it, and its share in running statistics.
These are methods of Part."""
from .parameters import on_host


def draw(self, cache, n, rng):
    """Draws what n samples need in training (dropout masks ...) into the cache, computing nothing."""
    cache.serving(self, n).n = n
    self.settle_draws(cache, True, rng)


def settle_draws(self, cache, train, rng):
    """Draws anew from rng, in the layers' order, or sees that what is to be repeated fits."""
    for leaf in self.leaves:
        if leaf.draws == "always" or (leaf.draws == "train" and train):
            slot = cache[leaf]
            if rng is not None:
                leaf.fill_draw(slot.seen, rng)
                slot.drawn = cache.n
            elif train and slot.drawn != cache.n:
                raise ValueError(f"{leaf!r} has nothing to repeat: pass rng=numpy.random.default_rng(seed)"
                                 if slot.drawn == 0 else f"{leaf!r} was drawn for {slot.drawn} samples and "
                                 f"{cache.n} came: pass rng to draw anew")


def commit(self, cache):
    """Moves the running statistics by this cache's batch statistics: once per mini-batch, after the step."""
    slots = [(leaf, cache[leaf]) for leaf in self.leaves]
    if not cache.train:
        raise ValueError("commit follows a forward with train=True; this cache's last one was train=False")
    for leaf, slot in slots:
        with on_host(leaf):
            leaf.update_statistics(slot.seen)
