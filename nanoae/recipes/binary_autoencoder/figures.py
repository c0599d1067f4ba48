"""What binary-autoencoder reports: errors with hard bits, bits in use, agreeing neighbours; a table."""
import numpy as np

from ...data import Batches

HEADINGS = {"test_loss": "test error, hard bits", "bits_used": "bits in use", "neighbour_agreement":
            "neighbour of the same class", "bit_accuracy": "bits as the free codes have them"}


def bits_of(net, x, cache=None):
    """The hard bits (n, bits) of images, 0 or 1: the encoder's output, rounded."""
    codes, _ = net["encoder"].forward(x, cache)
    return (codes > 0.5).astype(net.dtype)


def hard_loss(net, loss, batches):
    """The loss over all images of `batches`, each decoded from its hard bits."""
    up, down = net["encoder"].make_cache(batches.size), net["decoder"].make_cache(batches.size)
    total = 0.0
    for x, target in batches.in_order():
        net["decoder"].forward(bits_of(net, x, up), down, need_y=False)
        total += len(x) * float(net["decoder"].loss(loss, target, down))
    return total / len(batches.images)


def codes_of(net, images, binary):
    """Codes (n, m) of all images; hard bits where the method makes them."""
    batches = Batches(images, 500, net.dtype)
    cache = net["encoder"].make_cache(batches.size)
    return np.concatenate([bits_of(net, x, cache) if binary else net["encoder"].forward(x, cache)[0].copy()
                           for x, _ in batches.in_order()])


def share_used(bits):
    """Share of the bits that are 1 for 5% to 95% of the images."""
    ones = np.mean(bits, axis=0)
    return float(np.mean((ones >= 0.05) & (ones <= 0.95)))


def neighbour_agreement(codes, labels):
    """Share of the samples whose nearest other one (Euclidean, for bits as Hamming) has the same label."""
    squares = np.sum(codes * codes, axis=1)
    right = 0
    for start in range(0, len(codes), 1000):
        some = slice(start, start + 1000)
        distances = squares[some, None] + squares - 2 * codes[some] @ codes.T
        rows = np.arange(len(distances))
        distances[rows, rows + start] = np.inf
        right += int(np.sum(labels[np.argmin(distances, axis=1)] == labels[some]))
    return right / len(codes)


def table(titles, found):
    """The figures as a table in Markdown, a row a method."""
    lines = ["| method | " + " | ".join(HEADINGS.values()) + " |", "| --- " * (1 + len(HEADINGS)) + "|"]
    for method, title in titles.items():
        if f"{method}_test_loss" in found:
            cells = [found.get(f"{method}_{name}") for name in HEADINGS]
            lines.append(f"| {title} | " + " | ".join("" if cell is None else f"{cell:.4f}" for cell in cells) + " |")
    return "\n".join(lines) + "\n"
