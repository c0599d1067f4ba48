"""Wrong gradients with no structure that has a name: `python -m nanoae.exercise.zoo.unstructured 1000` names none."""
import sys
import zlib
from concurrent.futures import ProcessPoolExecutor
from functools import cache

import numpy as np

from ...gradcheck import check
from . import correct


def noise(g, *key):
    """The same numbers for the same key and shape, at every call."""
    return np.random.default_rng(zlib.crc32(repr((key, g.shape)).encode())).standard_normal(g.shape)


def mixed(g, *key):
    M = noise(np.empty((g.size, g.size)), *key)
    return (M @ g.ravel() / np.sqrt(max(g.size, 1))).reshape(g.shape)


KINDS = {
    "times noise": lambda g, x, *key: g * (1 + 0.3 * noise(g, *key)),
    "plus noise": lambda g, x, *key: g + 0.3 * np.sqrt(np.mean(g * g)) * noise(g, *key),
    "mixed by a matrix": lambda g, x, *key: mixed(g, *key),
    "nearly mixed": lambda g, x, *key: g + 0.1 * mixed(g, *key),
    "times a smooth function of the input": lambda g, x, *key: g * (1.2 + 0.4 * np.cos(1.7 * x)),
    "bent": lambda g, x, *key: g + 0.1 * np.sin(3 * g),
    "to the power 0.9": lambda g, x, *key: np.sign(g) * np.abs(g) ** 0.9,
    "with its reverse": lambda g, x, *key: 0.7 * g + 0.37 * g.ravel()[::-1].reshape(g.shape),
    "rows times noise": lambda g, x, *key: g * (1 + 0.3 * noise(g[..., :1] if g.ndim > 1 else g, *key)),
}


def distorted(backward, kind, seed):
    """backward with every gradient distorted."""
    def wrong(dy, *rest):
        result = backward(dy, *rest)
        inputs = rest if len(rest) > 1 or not isinstance(rest[0], tuple) else ()
        several = isinstance(result, tuple)
        gradients = []
        for k, g in enumerate(result if several else (result,)):
            x = inputs[k] if k < len(inputs) and np.shape(inputs[k]) == np.shape(g) else np.cos(noise(np.asarray(g), k))
            gradients.append(None if g is None else KINDS[kind](np.asarray(g), x, kind, seed, k))
        return tuple(gradients) if several else gradients[0]

    return wrong


@cache
def pairs():
    """The layers that are a pair of functions."""
    return [layer for layer in correct() if callable(layer.parts()[1])]


def checked(number):
    """(was it detected? what it was called) of the gradient of this number: layers, kinds and seeds in turn."""
    layers, kinds = pairs(), list(KINDS)
    layer, kind = layers[number // len(kinds) % len(layers)], kinds[number % len(kinds)]
    forward, backward, inputs = layer.parts()
    report = check(forward, distorted(backward, kind, number // len(kinds) // len(layers)), *inputs, raise_error=False)
    said = [tuple(finding) for finding in report.findings if finding.name != "unknown"]
    return not report.ok, said and f"named  {layer}, {kind}: {said}"


def main(count):
    detected = named = 0
    with ProcessPoolExecutor() as workers:
        for found, said in workers.map(checked, range(count), chunksize=16):
            detected, named = detected + found, named + bool(said)
            if said:
                print(said, flush=True)
    print(f"{count} unstructured wrong gradients: {detected} detected, {named} named")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
