"""Mini-batches: shuffled, gathered from uint8 and scaled to [0, 1], always in the same two buffers."""
import numpy as np


def scaled(images, out=None, dtype=np.float32):
    """uint8 images as floats in [0, 1], in `out` where it is given."""
    out = np.empty(images.shape, dtype) if out is None else out
    return np.divide(images, 255, out=out, dtype=out.dtype)


class Batches:
    """Deals images (n, c, h, w) out in mini-batches of at most `size`; every pass is a new shuffle.

    >>> images = np.arange(10, dtype=np.uint8).reshape(10, 1, 1, 1)
    >>> deal = Batches(images, 4, np.float64)
    >>> [len(x) for x in deal.shuffled(np.random.default_rng(0))]
    [4, 4, 2]
    """

    def __init__(self, images, size, dtype=np.float32):
        if size < 1:
            raise ValueError(f"batch_size is at least 1; got {size}")
        self.images, self.size = images, min(size, len(images))
        self.raw = np.empty((self.size, *images.shape[1:]), images.dtype)
        self.x = np.empty(self.raw.shape, dtype)

    def __len__(self):
        """Mini-batches in a pass."""
        return -(-len(self.images) // self.size)

    def shuffled(self, rng, skip=0):
        """One pass in random order, but for its first `skip` batches: x in [0, 1], valid until the next one."""
        order = rng.permutation(len(self.images))
        for start in range(skip * self.size, len(order), self.size):
            yield self.gather(order[start:start + self.size])

    def in_order(self):
        """One pass in the images' own order."""
        for start in range(0, len(self.images), self.size):
            stop = min(start + self.size, len(self.images))
            yield scaled(self.images[start:stop], out=self.x[:stop - start])

    def gather(self, chosen):
        raw = np.take(self.images, chosen, axis=0, out=self.raw[:len(chosen)], mode="clip")    # raise would copy
        return scaled(raw, out=self.x[:len(chosen)])
