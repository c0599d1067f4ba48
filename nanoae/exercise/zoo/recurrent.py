"""A recurrent layer with tanh: loops over time, weights that every step uses."""
import numpy as np


class Recurrent:
    def __init__(self):
        rng = np.random.default_rng(13)
        self.params = {"Wx": 0.7 * rng.standard_normal((3, 4)), "Wh": 0.7 * rng.standard_normal((4, 4))}
        self.grads = {}

    def forward(self, x):
        Wx, Wh = self.params["Wx"], self.params["Wh"]
        h = np.zeros((len(x), 4))
        self.x, self.states = x, [h]
        for t in range(x.shape[1]):
            h = np.tanh(x[:, t] @ Wx + h @ Wh)
            self.states.append(h)
        return h

    def backward(self, dh):
        Wx, Wh = self.params["Wx"], self.params["Wh"]
        dWx, dWh, dx = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(self.x)
        for t in reversed(range(self.x.shape[1])):
            dz = dh * (1 - self.states[t + 1] ** 2)
            dWx += self.x[:, t].T @ dz
            dWh += self.states[t].T @ dz
            dx[:, t] = dz @ Wx.T
            dh = dz @ Wh.T
        self.grads = {"Wx": dWx, "Wh": dWh}
        return dx


def example():
    return np.random.default_rng(14).standard_normal((4, 5, 3))


BUGS = (
    ("Wx of one step", "dWx += self", "dWx = self", "one step only", "overwritten"),
    ("derivative missing", "dz = dh * (1 - self.states[t + 1] ** 2)", "dz = dh", "derivative missing"),
    ("Wh not transposed", "dh = dz @ Wh.T", "dh = dz @ Wh", "operand transposed"),
    ("through time forgotten", "dh = dz @ Wh.T", "dh = 0 * dh", "path missing", "one step only"),
    ("dx of the last step", "dx[:, t] = dz @ Wx.T", "dx[:, -1] = dz @ Wx.T", "unknown"),
    ("dWx a mean", '"Wx": dWx,', '"Wx": dWx / len(dx),', "factor 1/N"),
    ("sign of dWh", '"Wh": dWh}', '"Wh": -dWh}', "factor -1"),
)
