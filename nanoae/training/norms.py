"""How long each layer's gradient is: one pass over the flat vector, after every backward."""
import numpy as np


class GradientNorms:
    """norms.measure() takes the norms of all layers' gradients as they stand; norms.of(blocks) is then {layer's path:
    Euclidean norm}, 0 for layers outside of the blocks (parts of the net), whose gradients are older."""

    def __init__(self, net):
        self.net = net
        self.layers = {path: layer for path, layer in net.paths() if layer.parameters}
        stops = [layer.slice.stop - net.slice.start for layer in self.layers.values()]
        self.bounds, self.found = np.array([0, *stops]), np.zeros(len(stops))

    def measure(self):
        """One kernel, so that it can be a part of a recorded evaluation."""
        self.net.kernels.norms(self.net.grad, self.bounds, out=self.found)

    def of(self, blocks):
        found = dict(zip(self.layers, self.found.tolist(), strict=True))
        if self.net in blocks:
            return found
        inside = {leaf for block in blocks for leaf in block.leaves}
        return {path: norm if self.layers[path] in inside else 0.0 for path, norm in found.items()}
