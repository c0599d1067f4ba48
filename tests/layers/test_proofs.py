"""Every layer is proved: full check, dot test, equal on every rung; and every planted mistake is caught."""
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nanoae.arrays import host, put
from nanoae.gradcheck import GradientError, check, dot_test
from nanoae.kernels import numba, numpy, reference
from nanoae.layers import BatchNorm
from tests import block_rung
from tests.device import rung as device
from tests.rungs import GPU

from .cases import CASES
from .proof import built, functions, inputs, planted, stored

every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.layer.__name__)
RUNGS = (numpy, numba, block_rung, device, *GPU)
every_rung = pytest.mark.parametrize("kernels", RUNGS, ids=lambda kernels: kernels.__name__)
shared_out = settings(max_examples=settings.default.max_examples // len(RUNGS) + 1)    # a rung's part of the settings


def drawn(data, case):
    """A setting and a number of samples: n, c, h, w all different."""
    setting = data.draw(case.settings, "setting")
    n = data.draw(st.integers(2, 6), "n")
    assume(len({n, *setting[1]}) == 1 + len(setting[1]))
    return setting, n


@every_rung
@every_case
@shared_out
@given(data=st.data())
def test_full_gradient_check(case, kernels, data):
    setting, n = drawn(data, case)
    layer = built(case, setting, backend=kernels)
    forward, backward = functions(layer, n, stands_for=case.stands_for)
    x, theta = inputs(layer, n, taken=case.taken)
    forward(2 - x, theta)    # the calls of another input come first: repeated ones must see this one
    check(forward, backward, x, theta, names=("x", "theta"))


@every_rung
@shared_out
@given(data=st.data())
def test_full_gradient_check_of_batch_norm_on_running_statistics(kernels, data):
    case = next(case for case in CASES if case.layer is BatchNorm)
    setting, n = drawn(data, case)
    layer = built(case, setting, backend=kernels)
    check(*functions(layer, n, train=False), *inputs(layer, n), names=("x", "theta"))


@pytest.mark.parametrize("case", [case for case in CASES if case.linear], ids=lambda case: case.layer.__name__)
@every_rung
@shared_out
@given(data=st.data())
def test_dot_test_of_linear_layers(case, kernels, data):
    setting, n = drawn(data, case)
    layer = built(case, setting, backend=kernels)
    if layer.parameters.get("b"):
        put(layer.b, 0)
    forward, backward = functions(layer, n, stands_for=case.stands_for)
    theta = host(layer.theta).copy()
    dot_test(lambda x: forward(x, theta), lambda dy: backward(dy, np.zeros((n, *layer.in_shape)), theta)[0],
             (n, *layer.in_shape), (n, *layer.out_shape))


@every_case
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@given(data=st.data())
def test_every_rung_equals_the_reference(case, dtype, data):
    setting, n = drawn(data, case)
    tolerance = 1e-12 if dtype == "float64" else 1e-5
    train = data.draw(st.booleans(), "train")
    rng = np.random.default_rng(3)
    xs = rng.standard_normal((2, n, *setting[1])).astype(dtype)    # two inputs, one after the other, in one cache
    expected, dys = None, None
    for kernels in (reference, *RUNGS):
        layer = built(case, setting, dtype, kernels)
        cache, results = layer.make_cache(n), []
        for k, x in enumerate(xs if case.taken is None else [case.taken(layer, x) for x in xs]):
            y, _ = layer.forward(x, cache, train=train, rng=np.random.default_rng(4))
            dys = rng.standard_normal((2, *y.shape)).astype(dtype) if dys is None else dys
            penalty = np.array(float(layer.penalty(cache)), dtype)
            results += [y.copy(), layer.backward(dys[k], cache).copy(), host(layer.grad).copy(), penalty]
            if train:
                layer.commit(cache)
            results.append(host(layer.running).copy())
        expected = results if expected is None else expected
        for k, (result, right) in enumerate(zip(results, expected, strict=True)):
            largest = np.max(np.abs(right), initial=1.0)
            gap = np.max(np.abs(result - right), initial=0.0)
            name = f"{('y', 'dx', 'grad', 'penalty', 'running')[k % 5]} of input {1 + k // 5}"
            assert gap <= tolerance * largest, f"{name} on {kernels.__name__} is off by {gap:.1e}"
            assert result.dtype == dtype


@pytest.mark.parametrize(("case", "mistake"), [(case, mistake) for case in CASES for mistake in case.mistakes],
                         ids=lambda value: getattr(value, "layer", value) if isinstance(value, str) else
                         value.layer.__name__)
def test_a_planted_mistake_is_caught(case, mistake):
    right, wrong = built(case, case.example), built(case, case.example, backend=planted(*case.mistakes[mistake]))
    check(*functions(right, 5, stands_for=case.stands_for), *inputs(right, 5, taken=case.taken))
    with pytest.raises(GradientError, match="FAILED"):
        check(*functions(wrong, 5, stands_for=case.stands_for), *inputs(wrong, 5, taken=case.taken))


@given(data=st.data())
def test_the_convolution_s_three_way_identity(data):
    """sum(y conv(x, W)) = sum(x input_grad(y, W)) = sum(W weight_grad(x, y)), on every rung."""
    case = next(case for case in CASES if case.layer.__name__ == "Conv2d")
    (arguments, shape), n = drawn(data, case)
    layer = case.layer(**arguments | {"bias": False}).build(shape, "float64", "numpy", np.random.default_rng(0))
    rng = np.random.default_rng(5)
    x, y = rng.standard_normal((n, *shape)), rng.standard_normal((n, *layer.out_shape))
    for kernels in (reference, numpy, numba):
        x_in, y_in = stored(kernels, x), stored(kernels, y)
        conv, dx, dW = np.empty_like(y_in), np.empty_like(x_in), np.empty_like(layer.W)
        kernels.conv2d_forward(x_in, layer.W, None, layer.geometry, out=conv)
        kernels.conv2d_input_grad(y_in, layer.W, None, layer.geometry, out=dx)
        kernels.conv2d_weight_grad(x_in, y_in, layer.geometry, out=dW)
        three = np.array([np.sum(y_in * conv), np.sum(x_in * dx), np.sum(layer.W * dW)])
        size = np.linalg.norm(y_in) * np.linalg.norm(conv) + 1e-300
        assert np.ptp(three) <= 1e-13 * size, f"{kernels.__name__}: {three}"


def test_the_three_way_identity_and_the_dot_test_catch_a_flipped_kernel():
    case = next(case for case in CASES if case.layer.__name__ == "Conv2d")
    layer = built(case, case.example)
    layer.b[...] = 0
    forward, backward = functions(layer, 5, stands_for=case.stands_for)
    theta, x_shape, y_shape = layer.theta.copy(), (5, *layer.in_shape), (5, *layer.out_shape)

    def flipped(dy):
        layer.W[...] = layer.W[:, :, ::-1, ::-1].copy()
        return layer.backward(dy, layer.forward(np.zeros(x_shape))[1])

    dot_test(lambda x: forward(x, theta), lambda dy: backward(dy, np.zeros(x_shape), theta)[0], x_shape, y_shape)
    with pytest.raises(GradientError):
        dot_test(lambda x: forward(x, theta), flipped, x_shape, y_shape)
    rng = np.random.default_rng(0)
    x, y, dW = rng.standard_normal(x_shape), rng.standard_normal(y_shape), np.empty(layer.W.shape)
    right = np.sum(y * forward(x, theta))
    numpy.conv2d_weight_grad(x, y, layer.geometry, out=dW)
    assert abs(np.sum(layer.W * dW) - right) < 1e-12 * abs(right)
    assert abs(np.sum(layer.W * dW[:, :, ::-1, ::-1]) - right) > 1e-2 * abs(right)
