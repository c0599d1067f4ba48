"""One step of a gated recurrent unit, as a class with dictionaries params and grads."""
import numpy as np


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


class GRUCell:
    def __init__(self):
        rng = np.random.default_rng(33)
        self.params = {name: 0.5 * rng.standard_normal((3, 4) if name[0] == "W" else (4, 4))
                       for name in ("Wz", "Uz", "Wr", "Ur", "Wn", "Un")}
        self.grads = {}

    def forward(self, x, h):
        p = self.params
        z = sigmoid(x @ p["Wz"] + h @ p["Uz"])
        r = sigmoid(x @ p["Wr"] + h @ p["Ur"])
        n = np.tanh(x @ p["Wn"] + (r * h) @ p["Un"])
        self.kept = x, h, z, r, n
        return (1 - z) * n + z * h

    def backward(self, dout):
        p, (x, h, z, r, n) = self.params, self.kept
        dan = dout * (1 - z) * (1 - n ** 2)
        daz = dout * (h - n) * z * (1 - z)
        drh = dan @ p["Un"].T
        dar = drh * h * r * (1 - r)
        self.grads = {"Wz": x.T @ daz, "Uz": h.T @ daz, "Wr": x.T @ dar, "Ur": h.T @ dar,
                      "Wn": x.T @ dan, "Un": (r * h).T @ dan}
        dx = daz @ p["Wz"].T + dar @ p["Wr"].T + dan @ p["Wn"].T
        dh = dout * z + drh * r + daz @ p["Uz"].T + dar @ p["Ur"].T
        return dx, dh


def example():
    rng = np.random.default_rng(34)
    return rng.standard_normal((5, 3)), rng.standard_normal((5, 4))


BUGS = (
    ("candidate forgotten in the update gate", "dout * (h - n) * z", "dout * h * z", "path missing"),
    ("reset gate a constant", "dar = drh * h * r * (1 - r)", "dar = 0 * drh", "zero gradient", "path missing"),
    ("tanh forgotten", "(1 - z) * (1 - n ** 2)", "(1 - z)", "derivative missing"),
    ("sigmoid of r forgotten", "drh * h * r * (1 - r)", "drh * h", "derivative missing"),
    ("dUn of h", "(r * h).T @ dan", "h.T @ dan", "factor missing", "wrong variable"),
    ("carried h forgotten", "dh = dout * z + drh * r", "dh = drh * r", "path missing"),
    ("reset gate forgotten in dh", "+ drh * r +", "+ drh +", "factor missing", "wrong factor in a path",
     "wrong variable"),
)
