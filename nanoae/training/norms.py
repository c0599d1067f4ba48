"""How long each layer's gradient is: one pass over the flat vector, after every step."""
import numpy as np


class GradientNorms:
    """norms = GradientNorms(net); norms(blocks) is {layer's path: Euclidean norm of its gradient}, 0 for layers outside
    of the blocks (parts of the net), whose gradients are none of the present step's."""

    def __init__(self, net):
        self.net = net
        self.layers = {path: layer for path, layer in net.paths() if layer.parameters}
        stops = [layer.slice.stop - net.slice.start for layer in self.layers.values()]
        self.bounds, self.found = np.array([0, *stops]), np.empty(len(stops))

    def __call__(self, blocks):
        self.net.kernels.norms(self.net.grad, self.bounds, out=self.found)
        found = dict(zip(self.layers, self.found.tolist(), strict=True))
        if self.net in blocks:
            return found
        inside = {leaf for block in blocks for leaf in block.leaves}
        return {path: norm if self.layers[path] in inside else 0.0 for path, norm in found.items()}
