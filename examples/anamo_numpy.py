"""Paper 3's algorithm 1 (ANAMO) from first principles: NumPy alone, one file, to be read in one sitting.

An autoencoder with one layer each way: codes h = sigmoid(x A' + a), reconstruction x_hat = sigmoid(h B' + b). It
minimises f + lambda g, with f the sum of squared errors and g the sum of the codes, by turns: five FISTA steps for the
encoder, fifteen for the decoder. The tests hold this file to the engine's own path, step by step.
"""
import numpy as np

STEP, LAMBDA = 0.05, 0.1
ENCODER_STEPS, DECODER_STEPS = 5, 15


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def s(j):
    """The momentum sequence: s_0 = 1, s_{j+1} = (1 + sqrt(1 + 4 s_j^2)) / 2"""
    value = 1.0
    for _ in range(j):
        value = (1 + np.sqrt(1 + 4 * value ** 2)) / 2
    return value


# A block is a pair [weights, bias]; one step back through y = sigmoid(x W' + b) is the same for both blocks.

def layer(x, block):
    W, b = block
    return sigmoid(x @ W.T + b)


def layer_back(dy, y, x, block):
    """dx and [dW, db] from dy: first through the sigmoid, then through the product."""
    W, _ = block
    dz = dy * y * (1 - y)                         # y = sigmoid(z)
    return dz @ W, [dz.T @ x, dz.sum(axis=0)]     # z = x W' + b


def gradients_of_f(x, encoder, decoder):
    """Gradients of f = sum |x_hat - x|^2 for both blocks."""
    h = layer(x, encoder)
    x_hat = layer(h, decoder)
    dh, of_decoder = layer_back(2 * (x_hat - x), x_hat, h, decoder)
    _, of_encoder = layer_back(dh, h, x, encoder)
    return of_encoder, of_decoder


def prox_of_codes(x, v, step, tolerance=1e-6, most=200):
    """z = argmin of step lambda g(z) + 1/2 |z - v|^2: gradient descent, its own step halved until the value falls."""
    def objective(z):
        h = layer(x, z)
        _, of_g = layer_back(np.ones_like(h), h, x, z)    # g = sum of h, and all h are positive
        value = step * LAMBDA * h.sum() + sum(np.sum((a - b) ** 2) for a, b in zip(z, v)) / 2
        return value, [step * LAMBDA * d + (a - b) for d, a, b in zip(of_g, z, v)]

    z, t = [a.copy() for a in v], 1.0
    value, slope = objective(z)
    size = 1 + np.sqrt(sum(np.sum(a ** 2) for a in v))
    for _ in range(most):
        if np.sqrt(sum(np.sum(d ** 2) for d in slope)) <= tolerance * size:
            break
        before, was = z, value
        while True:
            z = [a - t * d for a, d in zip(before, slope)]
            value, new_slope = objective(z)
            if value <= was + 4 * np.finfo(float).eps * abs(was) or t < 1e-8:
                break
            t /= 2
        slope = new_slope
    return z


def fista(block, gradient, prox, steps):
    """Lines 4 to 9, and 11 to 16: `steps` proximal steps with momentum, from y^0 = the block."""
    y, previous = block, block
    for j in range(steps):
        v = [a - STEP * d for a, d in zip(y, gradient(y))]
        block = prox(v)                                                          # line 6, or 13
        factor = (s(j) - 1) / s(j + 1)
        y = [a + factor * (a - b) for a, b in zip(block, previous)]              # line 7, or 14
        previous = block
    return block


def anamo(x, encoder, decoder):
    """One outer iteration: the encoder with the decoder still, then the decoder with the new encoder still."""
    encoder = fista(encoder, lambda e: gradients_of_f(x, e, decoder)[0], lambda v: prox_of_codes(x, v, STEP),
                    ENCODER_STEPS)
    decoder = fista(decoder, lambda d: gradients_of_f(x, encoder, d)[1], lambda v: v, DECODER_STEPS)
    return encoder, decoder


def half_images(n, rng):
    """n images of 10 x 10 in rows of 100, the left half whiter than the right."""
    left = np.arange(100) % 10 < 5
    return np.where(left, rng.uniform(0.6, 1, (n, 100)), rng.uniform(0, 0.4, (n, 100)))


def bias(x, encoder, decoder):
    """Mean Euclidean distance between images and their reconstructions."""
    return np.mean(np.linalg.norm(layer(layer(x, encoder), decoder) - x, axis=1))


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    train, test = half_images(100, rng), half_images(10, rng)
    encoder = [rng.standard_normal((10, 100)), rng.standard_normal(10)]
    decoder = [rng.standard_normal((100, 10)), rng.standard_normal(100)]
    print(f"before: test bias {bias(test, encoder, decoder):.3f}")
    for k in range(10):
        encoder, decoder = anamo(train, encoder, decoder)
        print(f"outer iteration {k + 1:2}: test bias {bias(test, encoder, decoder):.3f}")
    print(f"a predictor that knows only the two greys: {np.sqrt(100 * 0.4 ** 2 / 12):.3f}")
