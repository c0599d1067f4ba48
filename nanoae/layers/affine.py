"""What Linear and the convolutions share: a W and a b that are drawn by name."""
from .. import init
from ..arrays import put
from .layer import Layer


class Affine(Layer):
    """A layer y = W (something linear in x) + b, with b (n_out,) or without."""

    stores = True
    b = db = None

    def settle(self, weight_shape, n_out, bias, init_name):
        """Called by the constructor: the shapes of W and b, and how they are drawn."""
        self.init_name = init.check_name(init_name)
        self.parameters = {"W": weight_shape, "b": (n_out,)} if bias else {"W": weight_shape}

    def initialise(self, rng):
        put(self.W, init.weights(self.init_name, self.W.shape, rng))
        if self.b is not None:
            put(self.b, init.bias(self.init_name, self.b.size, self.W.shape, rng))
