"""How long each layer's gradient is: one pass over the flat vector, after every backward."""
import numpy as np

from ..arrays import put


class GradientNorms:
    """norms.measure() takes the norms of all layers' gradients as they stand, into `found`, on the rung. Layers outside
    of the blocks (parts of the net) that were asked for have older gradients. prefix: of their names."""

    def __init__(self, net, prefix=""):
        self.net, self.prefix = net, prefix
        self.layers = {path: layer for path, layer in net.paths() if layer.parameters}
        stops = [layer.slice.stop - net.slice.start for layer in self.layers.values()]
        self.bounds, self.found = net.xp.zeros(len(stops) + 1, np.int64), net.xp.zeros(len(stops))
        put(self.bounds, [0, *stops])
        self.masks = {}

    def measure(self):
        """One kernel, so that it can be a part of a recorded evaluation."""
        self.net.kernels.norms(self.net.grad, self.bounds, out=self.found)

    def inside(self, blocks):
        """Which of the layers stand in one of the blocks."""
        key = frozenset(map(id, blocks))
        if key not in self.masks:
            inside = {leaf for block in blocks for leaf in block.leaves}
            self.masks[key] = blocks, np.array([layer in inside for layer in self.layers.values()])    # held: ids stay
        return self.masks[key][1]

    def named(self, values):
        """{layer's path: value}"""
        return dict(zip((self.prefix + path for path in self.layers), map(float, values), strict=True))
