"""The cupy rung's own kernels, run by the emulator: every layer, loss and training is the reference's."""
import numpy as np
import pytest

from nanoae import Stack, layers
from nanoae.arrays import host, put
from nanoae.kernels import OPERATIONS, reference
from nanoae.kernels import numpy as plain
from nanoae.layers import LeakyReLU
from nanoae.losses import bce, bce_with_logits, cross_entropy, l1, mse
from nanoae.samples import Chosen
from tests.kernels.test_signatures import arguments
from tests.kill_harness import tensors_equal
from tests.layers.cases import CASES
from tests.layers.proof import built

from . import module
from .emulated import rung
from .reads import READS
from .test_training import FITS, alternating, classifying, game, pieces_of_blocks, variational, whole

every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.layer.__name__)
N = 35    # a block of samples and a piece of one


@pytest.fixture(params=[pytest.param("float64", marks=pytest.mark.slow), "float32"])
def dtype(request, monkeypatch):
    """float32 under the checks, which look at every load and store; float64 without."""
    monkeypatch.setattr(module.RawModule, "check", request.param == "float32")
    rung.launch.function.cache_clear()
    yield request.param
    rung.launch.function.cache_clear()


def test_it_has_the_reference_s_functions_and_arguments():
    assert arguments(rung) == arguments(reference)
    assert all(callable(getattr(rung, name)) for name in OPERATIONS)


@every_case
def test_every_layer_equals_the_reference(case, dtype):
    tolerance = 1e-12 if dtype == "float64" else 2e-5
    expected, dys, rng = None, None, np.random.default_rng(3)
    xs = rng.standard_normal((2, N, *case.example[1])).astype(dtype)
    for kernels in (plain, rung):
        layer, results = built(case, case.example, dtype, kernels), []
        cache = layer.make_cache(N)
        for k, n in enumerate((N, 5)):
            x = xs[k, :n] if case.taken is None else case.taken(layer, xs[k, :n])
            y, _ = layer.forward(x, cache, train=True, rng=np.random.default_rng(4))
            dys = rng.standard_normal((2, N, *layer.out_shape)).astype(dtype) if dys is None else dys
            penalty = np.array(float(layer.penalty(cache)), dtype)
            results += [y.copy(), layer.backward(dys[k, :n], cache).copy(), host(layer.grad).copy(), penalty]
            layer.commit(cache)
            results.append(host(layer.running).copy())
        expected = results if expected is None else expected
    for result, right in zip(results, expected, strict=True):
        assert np.max(np.abs(result - right), initial=0) <= tolerance * np.max(np.abs(right), initial=1)
        assert result.dtype == dtype


@pytest.mark.parametrize("made", [layers.BatchNorm(4), layers.L1Penalty(0.1), layers.KLPenalty(), layers.PReLU(4),
                                  layers.GroupNorm(2, 4)], ids=lambda layer: type(layer).__name__)
def test_what_spare_lanes_hold_is_nobody_s_concern(made):
    """After a sigmoid they hold 0.5, where what enters left 0."""
    rng, results = np.random.default_rng(5), []
    x, target = rng.standard_normal((2, N, 4, 2, 3))
    for kernels in (plain, rung):
        net = Stack([layers.Sigmoid(), made.clone()]).build((4, 2, 3), "float64", kernels, np.random.default_rng(0),
                                                            fuse=False)
        y, cache = net.forward(x, train=True)
        value = float(net.loss(mse, target, cache))
        results.append((y.copy(), value, net.backward(None, cache).copy(), host(net.grad).copy()))
    for right, ours in zip(*results, strict=True):
        assert np.max(np.abs(ours - right), initial=0) <= 1e-12 * np.max(np.abs(right), initial=1)


GEOMETRIES = [    # kernel, stride, padding, dilation, groups, image: strides that do not divide, taps outside
    (3, 2, 1, 1, 1, (2, 7, 10)), ((4, 3), (3, 2), (2, 0), 1, 1, (3, 9, 8)), (3, 1, 2, 2, 2, (4, 7, 6)),
    (1, 1, 0, 1, 1, (13, 1, 1))]


@pytest.mark.parametrize("geometry", GEOMETRIES, ids=str)
@pytest.mark.parametrize("layer", ["Conv2d", "ConvTranspose2d"])
def test_convolutions_of_many_geometries(geometry, layer, dtype):
    kernel, stride, padding, dilation, groups, shape = geometry
    made = getattr(layers, layer)(shape[0], 6, kernel, stride=stride, padding=padding, dilation=dilation, groups=groups)
    results = []
    for kernels in (plain, rung):
        net = made.clone().build(shape, dtype, kernels, np.random.default_rng(0))
        rng = np.random.default_rng(1)
        y, cache = net.forward(rng.standard_normal((N, *shape)).astype(dtype))
        dx = net.backward(rng.standard_normal(y.shape).astype(dtype), cache)
        results.append((y.copy(), dx.copy(), host(net.grad).copy()))
    for right, ours in zip(*results, strict=True):
        assert np.max(np.abs(ours - right)) <= (1e-12 if dtype == "float64" else 2e-5) * np.max(np.abs(right))


LOSSES = mse, l1, bce, bce_with_logits, cross_entropy, mse.times(-0.5)


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.kernel)
def test_losses_equal_the_public_ones(loss, dtype):
    rng = np.random.default_rng(0)
    y = rng.random((N, 3, 2, 2)).astype(dtype)
    target = rng.integers(0, 3, (N, 2, 2)) if loss.labels else rng.random(y.shape).astype(dtype)
    value, dy = loss(y, target, "sample")
    layer = LeakyReLU(1.0).build((3, 2, 2), dtype, rung)    # hands x on
    _, cache = layer.forward(y)
    assert float(layer.loss(loss, target, cache, "sample")) == pytest.approx(value, rel=1e-6)
    ours = layer.backward(None, cache)
    assert np.max(np.abs(ours - dy)) <= (1e-12 if dtype == "float64" else 1e-5) * np.max(np.abs(dy))


@pytest.mark.parametrize("images", [np.arange(4 * 9, dtype=np.uint8).reshape(9, 1, 2, 2),
                                    np.linspace(0, 1, 36, dtype=np.float32).reshape(9, 1, 2, 2)], ids=lambda a: a.dtype)
def test_images_are_gathered_where_they_lie(images):
    layer = LeakyReLU(1.0).build((1, 2, 2), "float64", rung)
    x = Chosen(images, np.array([8, 0, 3, 3]), np.float64)
    assert np.allclose(layer.forward(x)[0], np.asarray(x), rtol=1e-7)


def test_vectors():
    vector = drawn()
    on_device, bounds, found = rung.xp.zeros(1000), rung.xp.zeros(4, np.int64), rung.xp.zeros(3)
    put(on_device, vector)
    put(bounds, [0, 1, 400, 1000])
    rung.norms(on_device, bounds, out=found)
    pieces = vector[:1], vector[1:400], vector[400:]
    assert np.allclose(host(found), [np.linalg.norm(piece) for piece in pieces], rtol=1e-14)
    out = rung.xp.zeros(())
    rung.dot(on_device, on_device, out=out)
    rung.accumulate(found[:1].reshape(()), out=out)
    assert float(out) == pytest.approx(vector @ vector + abs(vector[0]), rel=1e-13)
    for decoupled in (False, True):
        ours, right = ([drawn(seed) ** 2 for seed in range(4)] for _ in range(2))
        here = [rung.xp.zeros(1000) for _ in ours]
        for view, values in zip(here, ours, strict=True):
            put(view, values)
        settings = 3, 0.01, 0.9, 0.99, 1e-8, 0.1, decoupled
        rung.adam(*here, *settings)
        plain.adam(*right, *settings)
        assert all(np.allclose(host(a), b, rtol=1e-13) for a, b in zip(here, right, strict=True))


def drawn(seed=7):
    return np.random.default_rng(seed).standard_normal(1000)


TRAINED = pieces_of_blocks, variational, alternating, classifying, game


@pytest.mark.parametrize("make", [whole, *(pytest.param(make, marks=pytest.mark.slow) for make in TRAINED)])
def test_a_training_is_the_numpy_rung_s_and_its_graphs_are_what_is_walked(make, monkeypatch):
    assert make in FITS.values()
    READS.clear()
    fits = {"numpy": make("numpy"), "captured": make(rung)}
    for fit in fits.values():
        fit.run()
    right, captured = (fit.tensors() for fit in fits.values())
    for name, tensor in right.items():
        largest = np.max(np.abs(tensor), initial=1)
        # (the gradient of a bias before a batch norm is rounding, which Adam makes a step of)
        assert np.max(np.abs(captured[name] - tensor.astype(float)), initial=0) <= 1e-7 * largest, name
    monkeypatch.delattr(rung, "capture")
    walked = make(rung)
    walked.run()
    assert tensors_equal(captured, walked.tensors())
