"""Losses: gradients proved on every rung, values by hand, stable at the ends, reductions, and errors."""
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoae import Stack
from nanoae.gradcheck import GradientError, check
from nanoae.kernels import numba, numpy, reference
from nanoae.layers import Reshape, Sigmoid
from nanoae.losses import REDUCTIONS, bce, bce_with_logits, cross_entropy, l1, mse
from tests import block_rung
from tests.device import rung as device
from tests.rungs import GPU

DENSE = [mse, l1, bce, bce_with_logits]
shapes = st.lists(st.integers(1, 5), min_size=2, max_size=4, unique=True).map(tuple)
names = {"ids": lambda loss: getattr(loss, "kernel", str(loss))}


def arguments(loss, shape, seed=0):
    """y and target where the loss is defined and smooth."""
    rng = np.random.default_rng(seed)
    if loss is cross_entropy:
        return rng.standard_normal(shape), rng.integers(shape[1], size=(shape[0], *shape[2:]))
    y = rng.uniform(0.05, 0.95, shape) if loss is bce else rng.standard_normal(shape)
    return y, rng.uniform(0, 1, shape)


@pytest.mark.parametrize("loss", [*DENSE, cross_entropy], **names)
@given(shape=shapes, reduction=st.sampled_from(REDUCTIONS))
def test_gradient(loss, shape, reduction):
    shape = shape[:2] if loss is cross_entropy and len(shape) == 3 else shape
    y, target = arguments(loss, shape)
    check(lambda y: loss(y, target, reduction)[0], lambda d, y: d * loss(y, target, reduction)[1], y)


@pytest.mark.parametrize("loss", [*DENSE, cross_entropy], **names)
def test_a_missing_factor_is_caught(loss):
    y, target = arguments(loss, (3, 4))
    check(lambda y: loss(y, target)[0], lambda d, y: d * loss(y, target)[1], y)
    with pytest.raises(GradientError, match="FAILED"):
        check(lambda y: loss(y, target)[0], lambda d, y: d * loss(y, target, "sum")[1], y)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("loss", [*DENSE, cross_entropy], **names)
@given(n=st.integers(1, 9), k=st.integers(2, 4), pixels=st.sampled_from([(), (5, 2)]),
       reduction=st.sampled_from(REDUCTIONS))
def test_every_rung_equals_the_reference(loss, dtype, n, k, pixels, reduction):
    shape = (k, *pixels)
    y, target = arguments(loss, (n, *shape))
    y, target = y.astype(dtype), target if loss is cross_entropy else target.astype(dtype)
    rungs = reference, numpy, numba, block_rung, device, *GPU
    results = [inside(kernels, loss, y, target, reduction) for kernels in rungs]
    tolerance = 1e-12 if dtype == "float64" else 1e-5
    for value, dy in results[1:]:
        assert abs(value - results[0][0]) <= tolerance * abs(results[0][0])
        assert np.max(np.abs(dy - results[0][1])) <= tolerance * np.max(np.abs(results[0][1]))


def test_values_by_hand():
    assert mse(np.array([[1.0, 3.0]]), np.array([[0.0, 1.0]]))[0] == 2.5
    assert l1(np.array([[1.0, -3.0]]), np.array([[0.0, 1.0]]), "sum")[0] == 5.0
    assert bce(np.array([[0.5]]), np.array([[1.0]]))[0] == pytest.approx(np.log(2))
    assert bce_with_logits(np.array([[0.0, 0.0]]), np.array([[1.0, 0.3]]))[0] == pytest.approx(np.log(2))
    value, dy = cross_entropy(np.log([[1.0, 3.0]]), np.array([1]))
    assert value == pytest.approx(-np.log(0.75))
    assert np.allclose(dy, [[0.25, -0.25]])


def test_reductions():
    y, target = arguments(mse, (4, 3, 2))
    total = mse(y, target, "sum")[0]
    assert mse(y, target)[0] == pytest.approx(total / 24)
    assert mse(y, target, "sample")[0] == pytest.approx(total / 4)
    y, labels = arguments(cross_entropy, (4, 3))
    assert cross_entropy(y, labels)[0] == pytest.approx(cross_entropy(y, labels, "sum")[0] / 4)


def inside(kernels, loss, y, target, reduction="mean"):
    """(value, dy) of a loss as a network of this rung computes it."""
    net = Stack([Reshape(y.shape[1:])]).build(y.shape[1:], y.dtype, kernels)
    _, cache = net.forward(y)
    return net.loss(loss, target, cache, reduction=reduction), net.backward(None, cache).copy()


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("kernels", [reference, numpy, numba], ids=lambda k: k.__name__)
def test_stable_at_the_ends(kernels, dtype):
    """No log of 0, no overflow: probabilities 0 and 1, logits of +-1e4."""
    y, target = np.array([[0.0, 1.0, 0.0, 1.0]], dtype), np.array([[0.0, 1.0, 1.0, 0.0]], dtype)
    logits = np.array([[-1e4, 1e4, -1e4, 1e4]], dtype)
    value, dy = inside(kernels, bce, y, target)
    assert value == pytest.approx(50, rel=1e-3)    # a logarithm is never below -100
    assert np.all(np.isfinite(dy))
    value, dy = inside(kernels, bce_with_logits, logits, target)
    assert value == pytest.approx(5000)
    assert np.allclose(dy, [[0, 0, -0.25, 0.25]])
    assert inside(kernels, cross_entropy, logits, np.array([1]))[0] == pytest.approx(np.log(2))
    value, dy = inside(kernels, cross_entropy, logits, np.array([0]))
    assert value == pytest.approx(2e4, rel=1e-3)
    assert np.all(np.isfinite(dy))
    net = Stack([Sigmoid()]).build((4,), dtype, kernels)
    y, cache = net.forward(logits)
    assert np.allclose(y, [[0, 1, 0, 1]])
    assert np.max(np.abs(net.backward(target, cache))) < 1e-30


@pytest.mark.parametrize(("call", "message"), [
    (lambda: mse(np.zeros((2, 3)), np.zeros((3, 2))), r"target is float64 \(3, 2\), expected floating point \(2, 3\)"),
    (lambda: mse(np.zeros((2, 3), int), np.zeros((2, 3))), "y is floating point"),
    (lambda: mse(np.zeros((2, 3)), np.zeros((2, 3)), "average"), "reduction is one of mean, sum, sample"),
    (lambda: bce(np.full((2, 3), 1.5), np.zeros((2, 3))), "use bce_with_logits"),
    (lambda: cross_entropy(np.zeros((2, 3)), np.array([0, 3])), "labels run from 0 to 2; 0 to 3 came"),
    (lambda: cross_entropy(np.zeros((2, 3)), np.array([0.0, 1.0])), "labels are integers"),
    (lambda: cross_entropy(np.zeros((2, 3, 1)), np.array([0, 1])), "logits"),
])
def test_what_does_not_fit_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(("loss", "argument", "message"), [
    (cross_entropy, "weight", "weigh dy"), (cross_entropy, "label_smoothing", "mse"),
    (cross_entropy, "ignore_index", "leave those"), (bce_with_logits, "pos_weight", "weigh dy")])
def test_what_only_pytorch_s_losses_take_is_refused_by_name(loss, argument, message):
    with pytest.raises(TypeError, match=f"takes no {argument}; .*{message}"):
        loss(np.ones((2, 3)), np.array([0, 1]), **{argument: 1})


def test_a_reduction_of_none_is_refused():
    with pytest.raises(ValueError, match="one line of NumPy"):
        mse(np.ones((2, 3)), np.ones((2, 3)), "none")


def places(shape, dtype, arrays):
    """Forty times as many arrays of this shape, apart or next to each other, at other places in memory."""
    size = int(np.prod(shape))
    for k in range(40):
        memory = np.zeros((arrays + 1) * (size + k) + 64, dtype)
        yield [memory[at * (size + k) + 3 * k % 16:][:size].reshape(shape) for at in range(arrays)]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("n", [8, 33])
def test_batch_norm_s_gradient_does_not_depend_on_where_arrays_lie(dtype, n):
    shape, found = numba.storage(n, (3, 7, 5)), set()
    numbers = np.random.default_rng(0).standard_normal((2, *shape)).astype(dtype)
    W, inv_std = np.random.default_rng(1).random((2, 3)).astype(dtype)
    for dy, x_hat, out in places(shape, dtype, 3):
        dy[...], x_hat[...] = numbers
        numba.batch_norm_input_grad(dy, x_hat, inv_std, W, n, True, out=out)
        found.add(out.tobytes())
    assert len(found) == 1


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("loss", DENSE, **names)
@pytest.mark.parametrize("n", [8, 32, 33])
def test_a_value_does_not_depend_on_where_arrays_lie(loss, dtype, n):
    """The same numbers at forty places in memory, apart and next to each other: one value, to the bit."""
    shape, values, gradients = numba.storage(n, (3, 7, 5)), set(), set()
    size = int(np.prod(shape))
    numbers = np.random.default_rng(0).uniform(0.05, 0.95, (2, *shape)).astype(dtype)
    for y, target, out in places(shape, dtype, 3):
        y[...], target[...] = numbers
        value = np.zeros(())
        getattr(numba, loss.kernel)(y, target, n, 1 / size, out=out, value=value)
        values.add(float(value))
        gradients.add(out.tobytes())
    assert len(values) == len(gradients) == 1
