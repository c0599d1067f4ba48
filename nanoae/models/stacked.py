"""Stacks of shallow convolutional autoencoders, and discriminators that grow with them (paper 4).

    depth 2:   x -> E1 -> E2 -> code -> D2 -> D1 -> y          each E halves the image, each D doubles it
    pair 2:           E2 -> code -> D2                         takes and gives what E1 gives

E is a convolution with stride 2 and ReLU, D a transposed one with ReLU, or a sigmoid where it makes pixels. A
discriminator is such convolutions with LeakyReLU 0.2, and a head: one Linear to a logit.
"""
from ..layers import Conv2d, ConvTranspose2d, Flatten, LeakyReLU, Linear, ReLU, Sigmoid
from ..stack import Stack

KERNEL = 5


def halved(shape):
    """(h, w) after a convolution with stride 2. Raises ValueError for an image that has no half."""
    if min(shape) < 2:
        raise ValueError(f"an image of {shape[0]} x {shape[1]} cannot be halved once more: take fewer pairs")
    return tuple((size + 1) // 2 for size in shape)


def code_shape(levels, shape):
    """(c, h, w) of the code of all pairs, for images of `shape`."""
    size = shape[1:]
    for _ in levels:
        size = halved(size)
    return (levels[-1], *size)


def down(c_in, c_out):
    return Stack([Conv2d(c_in, c_out, KERNEL, stride=2, padding=KERNEL // 2), ReLU()])


def up(c_out, c_in, size, last):
    """Back to images (c_in, *size), whichever of the two sizes was halved to what comes in."""
    extra = tuple(1 - side % 2 for side in size)
    return Stack([ConvTranspose2d(c_out, c_in, KERNEL, stride=2, padding=KERNEL // 2, output_padding=extra),
                  Sigmoid() if last else ReLU()])


def nested(levels, shape, before=None):
    """An unbuilt Stack([encoder, decoder]) of the first len(levels) pairs, for images of `shape` (c, h, w); encoder and
    decoder are stacks of a level each. levels: the channels of each pair's code. before: a built one of fewer pairs,
    whose clones it takes over.

    Raises ValueError for images that cannot be halved so often.
    """
    channels, sizes = [shape[0], *levels], [tuple(shape[1:])]
    for _ in levels:
        sizes.append(halved(sizes[-1]))
    encoder, decoder = ([] if before is None else list(before[name].clone()) for name in ("encoder", "decoder"))
    for k in range(len(encoder), len(levels)):
        encoder.append(down(channels[k], channels[k + 1]))
        decoder.insert(0, up(channels[k + 1], channels[k], sizes[k], k == 0))
    return Stack([Stack(encoder, name="encoder"), Stack(decoder, name="decoder")])


def innermost(net):
    """(what stands outside of the innermost pair on the way in, or None; that pair) of a built nested stack."""
    encoder, decoder = net["encoder"], net["decoder"]
    return encoder[:-1] if len(encoder) > 1 else None, net.between(encoder[-1], decoder[0])


def discriminator(levels, shape, before=()):
    """An unbuilt Stack of convolutions to the channels of `levels`, and a head, for images (or codes) of `shape`.
    before: layers of a trained one, convolutions without its head, whose clones come first."""
    c, *size = shape
    layers = [layer.clone() for layer in before]
    for _ in before[::2]:    # a convolution and its activation
        size = halved(size)
    c = before[-2].c_out if before else c
    for c_out in levels:
        layers += [Conv2d(c, c_out, KERNEL, stride=2, padding=KERNEL // 2), LeakyReLU(0.2)]
        c, size = c_out, halved(size)
    return Stack([*layers, Flatten(), Linear(c * size[0] * size[1], 1)])


def without_head(net):
    """A discriminator's convolutions: its layers but for Flatten and Linear."""
    return list(net)[:-2]
