"""What many people write first: model A in NumPy with im2col by fancy indexing and col2im by strided adds.

The usual shape of course code (a column matrix for the whole batch, layers as objects, Adam parameter by parameter),
written anew for this comparison. It is a rival, not a rung.
"""
import numpy as np

K, S, P = 4, 2, 1    # every layer's kernel, stride, padding


def columns_of(x):
    """(c k k, h_out w_out n), by one fancy index"""
    _, c, h, w = x.shape
    padded = np.pad(x, ((0, 0), (0, 0), (P, P), (P, P)))
    h_out, w_out = (h + 2 * P - K) // S + 1, (w + 2 * P - K) // S + 1
    down, across = np.divmod(np.arange(K * K), K)
    i = np.tile(down, c)[:, None] + S * np.repeat(np.arange(h_out), w_out)
    j = np.tile(across, c)[:, None] + S * np.tile(np.arange(w_out), h_out)
    channel = np.repeat(np.arange(c), K * K)[:, None]
    return padded[:, channel, i, j].transpose(1, 2, 0).reshape(c * K * K, -1), h_out, w_out


def images_of(columns, shape):
    """The way back: columns added to where they came from, tap by tap with strided slices"""
    n, c, h, w = shape
    padded = np.zeros((n, c, h + 2 * P, w + 2 * P), columns.dtype)
    h_out, w_out = (h + 2 * P - K) // S + 1, (w + 2 * P - K) // S + 1
    taps = columns.reshape(c, K, K, h_out, w_out, n)
    for p in range(K):
        for q in range(K):
            padded[:, :, p:p + S * h_out:S, q:q + S * w_out:S] += taps[:, p, q].transpose(3, 0, 1, 2)
    return padded[:, :, P:P + h, P:P + w]


class Layer:
    """A convolution, or its transpose, with the activation that follows it."""

    def __init__(self, c_in, c_out, transposed, sigmoid, rng):
        self.transposed, self.sigmoid = transposed, sigmoid
        low, high = (c_in, c_out) if transposed else (c_out, c_in)
        bound = 1 / np.sqrt(high * K * K)
        self.W = rng.uniform(-bound, bound, (low, high * K * K)).astype(np.float32)
        self.b = rng.uniform(-bound, bound, c_out).astype(np.float32)
        self.moments = [[np.zeros_like(a), np.zeros_like(a)] for a in (self.W, self.b)]

    def forward(self, x):
        n, c, h, w = x.shape
        if self.transposed:
            self.rows = x.transpose(1, 2, 3, 0).reshape(c, -1)
            shape = (n, len(self.b), (h - 1) * S - 2 * P + K, (w - 1) * S - 2 * P + K)
            z = images_of(self.W.T @ self.rows, shape) + self.b[:, None, None]
        else:
            self.x_shape = x.shape
            self.columns, h_out, w_out = columns_of(x)
            z = (self.W @ self.columns + self.b[:, None]).reshape(-1, h_out, w_out, n).transpose(3, 0, 1, 2)
        self.y = 1 / (1 + np.exp(-z)) if self.sigmoid else np.maximum(z, 0)
        return self.y

    def backward(self, dy):
        dy = dy * self.y * (1 - self.y) if self.sigmoid else dy * (self.y > 0)
        self.db = dy.sum((0, 2, 3))
        if self.transposed:
            columns, h, w = columns_of(dy)
            self.dW = self.rows @ columns.T
            return (self.W @ columns).reshape(-1, h, w, len(dy)).transpose(3, 0, 1, 2)
        rows = dy.transpose(1, 2, 3, 0).reshape(len(self.b), -1)
        self.dW = rows @ self.columns.T
        return images_of(self.W.T @ rows, self.x_shape)

    def update(self, t, lr=1e-3):
        for value, grad, (m, v) in zip((self.W, self.b), (self.dW, self.db), self.moments, strict=True):
            m[...] = 0.9 * m + 0.1 * grad
            v[...] = 0.999 * v + 0.001 * grad * grad
            value -= lr * (m / (1 - 0.9 ** t)) / (np.sqrt(v / (1 - 0.999 ** t)) + 1e-8)


def step():
    """A function that takes one training step."""
    rng = np.random.default_rng(0)
    widths = ((3, 12, False), (12, 24, False), (24, 48, False), (48, 24, True), (24, 12, True), (12, 3, True))
    layers = [Layer(*width, width[1] == 3, rng) for width in widths]
    x, steps = rng.random((125, 3, 32, 32), dtype=np.float32), iter(range(1, 10 ** 9))

    def one():
        y = x
        for layer in layers:
            y = layer.forward(y)
        gap = (y - x) * np.float32(2 / x.size)
        for layer in reversed(layers):
            gap = layer.backward(gap)
        t = next(steps)
        for layer in layers:
            layer.update(t)

    return one
