"""The same weights and batches give the same numbers as PyTorch: layer by layer, and over fifty training steps."""
import numpy as np
import pytest

from nanoae import Stack
from nanoae.layers import (
    ELU,
    AvgPool2d,
    BatchNorm,
    Conv2d,
    ConvTranspose2d,
    Flatten,
    GroupNorm,
    LeakyReLU,
    MaxPool2d,
    PReLU,
    Softmax,
    Softplus,
    Upsample,
)
from nanoae.losses import bce, bce_with_logits, cross_entropy, l1, mse
from nanoae.models import conv_autoencoder
from nanoae.optim import Adam

torch = pytest.importorskip("torch", reason="parity with PyTorch needs the extra 'torch'")
nn = torch.nn
R = np.random.default_rng


POOLS = [(2, 2, 0), (3, 2, 1), ((2, 3), 3, (1, 0)), (3, 3, 1)]
LAYERS = [
    (Conv2d(4, 6, (3, 2), (2, 3), (1, 2), 2, 2), nn.Conv2d(4, 6, (3, 2), (2, 3), (1, 2), 2, 2)),
    (ConvTranspose2d(4, 6, (3, 2), (2, 3), (1, 0), (1, 2), 2, True, 2),
     nn.ConvTranspose2d(4, 6, (3, 2), (2, 3), (1, 0), (1, 2), 2, True, 2)),
    (MaxPool2d((3, 2), (2, 1), 1), nn.MaxPool2d((3, 2), (2, 1), 1)),
    (AvgPool2d((3, 2), (2, 1), 1), nn.AvgPool2d((3, 2), (2, 1), 1)),
    (AvgPool2d(3, 2, 1, count_include_pad=False), nn.AvgPool2d(3, 2, 1, count_include_pad=False)),
    (Upsample(scale_factor=2), nn.Upsample(scale_factor=2)),
    (Upsample(scale_factor=(2, 3), mode="bilinear"), nn.Upsample(scale_factor=(2, 3), mode="bilinear")),
    (Upsample(scale_factor=3, mode="bilinear", align_corners=True),
     nn.Upsample(scale_factor=3, mode="bilinear", align_corners=True)),
    (Upsample((9, 5)), nn.Upsample((9, 5))),
    (Upsample((9, 5), None, "bilinear"), nn.Upsample((9, 5), None, "bilinear")),
    (Upsample(11, mode="nearest-exact"), nn.Upsample(11, mode="nearest-exact")),
    (Conv2d(4, 6, (3, 4), padding="same"), nn.Conv2d(4, 6, (3, 4), padding="same")),
    (Conv2d(4, 6, 3, padding="valid"), nn.Conv2d(4, 6, 3, padding="valid")),
    *[(MaxPool2d(k, s, p, ceil_mode=True), nn.MaxPool2d(k, s, p, ceil_mode=True)) for k, s, p in POOLS],
    *[(AvgPool2d(k, s, p, True, count), nn.AvgPool2d(k, s, p, True, count)) for k, s, p in POOLS
      for count in (True, False)],
    (AvgPool2d(3, 2, 1, False, True, 7), nn.AvgPool2d(3, 2, 1, False, True, 7)),
    (ELU(), nn.ELU()), (ELU(0.3), nn.ELU(0.3)), (PReLU(), nn.PReLU()), (PReLU(4, 0.1), nn.PReLU(4, 0.1)),
    (GroupNorm(2, 4), nn.GroupNorm(2, 4)), (GroupNorm(4, 4, 1e-3, False), nn.GroupNorm(4, 4, 1e-3, False)),
    (BatchNorm(4, affine=False), nn.BatchNorm2d(4, affine=False)),
    (Flatten(), nn.Flatten()), (Flatten(2), nn.Flatten(2)),
    (Softplus(2.0), nn.Softplus(2.0, threshold=1000)), (Softmax(1), nn.Softmax(1)),
    (LeakyReLU(), nn.LeakyReLU()), (BatchNorm(4), nn.BatchNorm2d(4)),
    (BatchNorm(4, 1e-3, 0.3), nn.BatchNorm2d(4, 1e-3, 0.3)),
]


@pytest.mark.filterwarnings("ignore:Using padding=.same. with even kernel")    # PyTorch pads a copy there
@pytest.mark.parametrize("train", [True, False])
@pytest.mark.parametrize(("ours", "theirs"), LAYERS, ids=lambda layer: repr(layer))
def test_a_layer_equals_pytorch_s(ours, theirs, train):
    ours = ours.clone().build((4, 7, 8), "float64", "numpy", R(0))
    theirs = theirs.double().train(train)
    theirs.zero_grad()
    for name, view in ours.named().items():
        getattr(theirs, {"W": "weight", "b": "bias"}[name]).data = torch.from_numpy(view.copy())
    if ours.running.size:
        theirs.reset_running_stats()
    x = R(1).standard_normal((5, 4, 7, 8))
    y, cache = ours.forward(x, train=train)
    input = torch.from_numpy(x).requires_grad_()
    output = theirs(input)
    dy = R(2).standard_normal(y.shape)
    output.backward(torch.from_numpy(dy))
    assert y == pytest.approx(output.detach().numpy(), abs=1e-12)
    assert ours.backward(dy, cache) == pytest.approx(input.grad.numpy(), abs=1e-12)
    for name, view in ours.named("grad").items():
        assert view == pytest.approx(getattr(theirs, {"W": "weight", "b": "bias"}[name]).grad.numpy(), abs=1e-11)
    if train and ours.running.size:
        ours.commit(cache)
        assert ours.running_mean == pytest.approx(theirs.running_mean.numpy(), abs=1e-12)
        assert ours.running_var == pytest.approx(theirs.running_var.numpy(), abs=1e-12)


@pytest.mark.parametrize(("ours", "theirs"), [
    (mse, nn.functional.mse_loss), (l1, nn.functional.l1_loss), (bce, nn.functional.binary_cross_entropy),
    (bce_with_logits, nn.functional.binary_cross_entropy_with_logits)], ids=lambda f: getattr(f, "kernel", ""))
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_a_loss_equals_pytorch_s(ours, theirs, reduction):
    y, target = R(0).uniform(0.01, 0.99, (5, 3, 2)), R(1).random((5, 3, 2))
    leaf = torch.from_numpy(y).requires_grad_()
    expected = theirs(leaf, torch.from_numpy(target), reduction=reduction)
    expected.backward()
    value, dy = ours(y, target, reduction)
    assert value == pytest.approx(expected.item(), rel=1e-13)
    assert dy == pytest.approx(leaf.grad.numpy(), rel=1e-12)


@pytest.mark.parametrize("pixels", [(), (3, 5)])
def test_cross_entropy_equals_pytorch_s(pixels):
    y, labels = 10 * R(0).standard_normal((6, 4, *pixels)), R(1).integers(4, size=(6, *pixels))
    leaf = torch.from_numpy(y).requires_grad_()
    expected = nn.functional.cross_entropy(leaf, torch.from_numpy(labels))
    expected.backward()
    value, dy = cross_entropy(y, labels)
    assert value == pytest.approx(expected.item(), rel=1e-13)
    assert dy == pytest.approx(leaf.grad.numpy(), abs=1e-14)


@pytest.mark.parametrize("backend", ["reference", "numpy", "numba"])
@pytest.mark.parametrize(("ours", "theirs"), [
    (ELU(0.7), nn.ELU(0.7)), (PReLU(4), nn.PReLU(4)), (GroupNorm(2, 4), nn.GroupNorm(2, 4))], ids=repr)
def test_ten_training_steps_with_a_layer_equal_pytorch_s(ours, theirs, backend):
    net = Stack([Conv2d(2, 4, 3), ours.clone(), Conv2d(4, 3, 2, 2)]).build((2, 6, 7), "float64", backend, R(0))
    twin = nn.Sequential(nn.Conv2d(2, 4, 3), theirs, nn.Conv2d(4, 3, 2, 2)).double()
    for parameter, view in zip(twin.parameters(), net.named().values(), strict=True):
        parameter.data = torch.from_numpy(view.copy())
    optimizers, cache, rng = (Adam(net, 0.01), torch.optim.Adam(twin.parameters(), 0.01)), net.make_cache(5), R(1)
    for _ in range(10):
        x, target = rng.standard_normal((5, 2, 6, 7)), rng.standard_normal((5, *net.out_shape))
        net.forward(x, cache, train=True, need_y=False)
        value = net.loss(mse, target, cache)
        net.backward(None, cache)
        optimizers[0].update()
        optimizers[1].zero_grad()
        expected = nn.functional.mse_loss(twin(torch.from_numpy(x)), torch.from_numpy(target))
        expected.backward()
        optimizers[1].step()
        assert float(value) == pytest.approx(expected.item(), abs=1e-9)
        for parameter, grad in zip(twin.parameters(), net.named("grad").values(), strict=True):
            assert grad == pytest.approx(parameter.grad.numpy(), abs=1e-9)


@pytest.mark.parametrize("backend", ["numpy", "numba"])
def test_fifty_steps_of_the_autoencoder_equal_pytorch_s(backend):
    net = conv_autoencoder(5).build((1, 28, 28), "float64", backend, R(0))
    encoder = [nn.Conv2d(1, 8, 3, 2, 1), nn.ReLU(), nn.Conv2d(8, 16, 3, 2, 1), nn.ReLU(), nn.Conv2d(16, 32, 3, 2, 0),
               nn.ReLU(), nn.Flatten(), nn.Linear(288, 64), nn.ReLU(), nn.Linear(64, 5)]
    decoder = [nn.Linear(5, 64), nn.ReLU(), nn.Linear(64, 288), nn.ReLU(), nn.Unflatten(1, (32, 3, 3)),
               nn.ConvTranspose2d(32, 16, 3, 2, 0), nn.ReLU(), nn.ConvTranspose2d(16, 8, 3, 2, 1, 1), nn.ReLU(),
               nn.ConvTranspose2d(8, 1, 3, 2, 1, 1), nn.Sigmoid()]
    twin = nn.Sequential(*encoder, *decoder).double()
    for parameter, view in zip(twin.parameters(), net.named().values(), strict=True):
        parameter.data = torch.from_numpy(view.copy())
    ours, theirs = Adam(net, weight_decay=5e-5), torch.optim.Adam(twin.parameters(), weight_decay=5e-5)
    cache, rng = net.make_cache(16), R(1)
    for step in range(50):
        x = rng.random((16, 1, 28, 28))

        def evaluate(block=None, grad=True, x=x):
            net.forward(x, cache, train=True, need_y=False)
            value = net.loss(mse, x, cache)
            net.backward(None, cache, need_dx=False)
            return value

        value = float(ours.step(evaluate))
        theirs.zero_grad()
        expected = nn.functional.mse_loss(twin(torch.from_numpy(x)), torch.from_numpy(x))
        expected.backward()
        theirs.step()
        assert value == pytest.approx(expected.item(), rel=1e-9), f"step {step}"
