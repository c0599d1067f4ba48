"""Correct code that is hard to judge raises no alarm; wrong code that hides is found."""
import numpy as np
import pytest

from nanoae.gradcheck import GradientError, check, check_direction

RNG = np.random.default_rng(0)


def batch_norm(x):
    return (x - x.mean(0)) / np.sqrt(x.var(0) + 1e-5)


def batch_norm_backward(dy, x):
    y = batch_norm(x)
    return (dy - dy.mean(0) - y * (dy * y).mean(0)) / np.sqrt(x.var(0) + 1e-5)


def cross_entropy(z, labels):
    z = z - z.max(1, keepdims=True)
    return np.mean(np.log(np.exp(z).sum(1)) - z[np.arange(len(z)), labels])


def cross_entropy_backward(dy, z, labels):
    e = np.exp(z - z.max(1, keepdims=True))
    p = e / e.sum(1, keepdims=True)
    p[np.arange(len(z)), labels] -= 1
    return dy * p / len(z), None


def within(x):
    return np.tanh(x.astype(np.float32)).astype(float)


HOSTILE = {
    "batch norm at mean 1e3": (batch_norm, batch_norm_backward, 1e3 + RNG.standard_normal((6, 3))),
    "batch norm at mean 1e6": (batch_norm, batch_norm_backward, 1e6 + RNG.standard_normal((6, 3))),
    "sqrt near 0": (np.sqrt, lambda dy, x: dy / (2 * np.sqrt(x)), np.array([1e-3, 2e-3, 1e-5, 1.0])),
    "log near 0": (np.log, lambda dy, x: dy / x, np.array([1e-3, 2e-4, 1e-6, 1.0])),
    "1/x near 0": (lambda x: 1 / x, lambda dy, x: -dy / x ** 2, np.array([1e-3, -2e-4, 1.0])),
    "confident cross-entropy": (cross_entropy, cross_entropy_backward, 30 * RNG.standard_normal((5, 4)),
                                np.array([0, 3, 1, 1, 2])),
    "logits at 1e3": (cross_entropy, cross_entropy_backward, 1e3 * RNG.standard_normal((5, 4)),
                      np.array([0, 3, 1, 1, 2])),
    "float32 inside": (within, lambda dy, x: dy * (1 - np.tanh(x) ** 2), RNG.standard_normal((3, 4))),
    "large numbers": (lambda x: x ** 3, lambda dy, x: dy * 3 * x ** 2, 1e5 * RNG.standard_normal((3, 4))),
    "small numbers": (lambda x: x ** 3, lambda dy, x: dy * 3 * x ** 2, 1e-4 * RNG.standard_normal((3, 4))),
    "abs at 0": (np.abs, lambda dy, x: dy * np.sign(x), np.array([0.0, 1.0, -2.0])),
    "max of equals": (lambda x: x.max(1), lambda dy, x: dy[:, None] * (np.arange(4) == x.argmax(1)[:, None]),
                      np.array([[1.0, 1.0, 0.0, 2.0], [3.0, 3.0, 1.0, 0.0]])),
}


@pytest.mark.parametrize("judge", [check, check_direction])
@pytest.mark.parametrize("name", list(HOSTILE))
def test_hostile_code_that_is_correct_raises_no_alarm(judge, name):
    report = judge(*HOSTILE[name], raise_error=False)
    assert report.verdict in ("right", "undecided") if judge is check_direction or "1e6" in name else report.ok, report


@pytest.mark.parametrize("name", list(HOSTILE))
def test_a_mistake_of_a_fifth_in_it_is_found(name):
    forward, backward, *inputs = HOSTILE[name]

    def wrong(dy, *inputs):
        right = backward(dy, *inputs)
        return tuple(None if g is None else 1.2 * g for g in right) if isinstance(right, tuple) else 1.2 * right

    assert check(forward, wrong, *inputs, raise_error=False).verdict in (
        ("wrong",) if "1e6" not in name else ("wrong", "undecided"))


def test_the_report_says_how_exactly_float32_inside_can_be_judged():
    assert "are judged to" in str(check(*HOSTILE["float32 inside"]))


def test_upstream_is_not_the_user_s_data():
    """dy equal to x would let both mistakes pass."""
    x = np.random.default_rng(0).standard_normal((4, 4))
    with pytest.raises(GradientError):
        check(lambda x: np.maximum(x, 0), lambda dy, x: dy * (dy > 0), x)
    with pytest.raises(GradientError):
        check(lambda x, w: x @ w, lambda dy, x, w: (dy @ w.T, dy.T @ x), x, np.random.default_rng(1).random((4, 4)))


def test_a_forward_that_works_in_place_is_named():
    def forward(x):
        x *= 2
        return x.copy()

    with pytest.raises(GradientError, match="forward changed this input in place"):
        check(forward, lambda dy, x: 2 * dy, np.ones(3))


def test_a_gradient_that_adds_up_over_calls_is_named():
    total = np.zeros(3)

    def backward(dy, x):
        np.add(total, 2 * dy, out=total)
        return total

    report = check(lambda x: 2 * x, backward, np.ones(3), raise_error=False)
    assert report.findings[0][:2] == ("x", "accumulates over calls")


def test_randomness_is_named_unless_it_is_held_still():
    rng = np.random.default_rng(4)

    def dropout(x, rng):
        mask = rng.random(x.shape) > 0.3
        return x * mask, mask

    x = RNG.standard_normal((5, 4))
    assert check(dropout, lambda dy, mask: (dy * mask, None), x, rng)
    report = check(lambda x: x * (rng.random(x.shape) > 0.3), lambda dy, x: dy, x, raise_error=False)
    assert report.verdict == "undecided"
    assert report.findings[0].name == "forward is random"
    report = check(lambda x: 2 * x, lambda dy, x: dy * rng.random(x.shape), x, raise_error=False)
    assert report.findings[0].name == "backward is random"
    assert report.verdict == "wrong"


def test_values_that_are_no_numbers_are_found_at_a_kink_too():
    def backward(dy, x):
        with np.errstate(all="ignore"):
            return dy * x / np.abs(x)

    with pytest.raises(GradientError, match=r"its gradient is nan at \(0,\)"):
        check(np.abs, backward, np.array([0.0, 1.0]))


def test_what_cannot_be_checked_is_refused():
    x = np.ones((2, 3))
    with pytest.raises(ValueError, match="float16"):
        check(lambda x: x.astype(np.float16), lambda dy, x: dy, x)
    with pytest.raises(ValueError, match="complex128"):
        check(lambda x: x * 1j, lambda dy, x: dy, x)
    with pytest.raises(ValueError, match="gradient needs an output of real floats"):
        check(lambda x: x.astype(int), lambda dy, x: dy, x)
    with pytest.raises(TypeError, match="no input holds floats"):
        check(lambda x: x, lambda dy, x: dy, np.arange(3))


def test_what_one_example_cannot_show_is_asked_for():
    assert "not checked, backward gives None: w" in str(check(
        lambda x, w: x * w.sum(), lambda dy, x, w: (dy * w.sum(), None), np.ones((2, 3)), np.ones(2)))
    assert "try sizes that differ" in str(check(lambda x: 2 * x, lambda dy, x: 2 * dy, np.ones((1, 3))))
    assert "try sizes that differ" in str(check(lambda x: 2 * x, lambda dy, x: 2 * dy, np.ones((3, 3))))
    assert "try sizes" not in str(check(lambda x: 2 * x, lambda dy, x: 2 * dy, np.ones((2, 3))))


def test_a_gradient_of_whole_numbers_is_named():
    def cut_off(dy, x):
        dx = np.zeros(x.shape, int)
        dx[...] = 20 * dy * np.cos(x)
        return dx

    report = check(lambda x: 20 * np.sin(x), cut_off, RNG.standard_normal((3, 4)), raise_error=False)
    assert [finding[:2] for finding in report.findings] == [("x", "dtype")]
    assert "its gradient holds int64" in str(report)
    assert check(lambda x: 0 * x, lambda dy, x: np.zeros(x.shape, int), RNG.standard_normal((3, 4)))
    with pytest.raises(ValueError, match="complex128 as the gradient of x"):
        check(np.sin, lambda dy, x: dy * np.cos(x) + 0j, RNG.standard_normal(3), names=("x",))


def test_a_backward_that_writes_into_the_cache_is_named():
    def forward(x):
        y = np.exp(x)
        return y, {"y": y.copy()}

    def backward(dy, cache):
        cache["y"] *= dy
        return cache["y"]

    report = check(forward, backward, RNG.standard_normal((3, 4)), raise_error=False)
    assert report.verdict == "wrong"
    assert [finding.name for finding in report.findings] == ["backward changes the cache"]
    assert check(forward, lambda dy, cache: dy * cache["y"], RNG.standard_normal((3, 4)))


def test_an_object_that_sums_up_or_uses_its_cache_once_is_no_alarm():
    class Summing:
        def __init__(self):
            self.W, self.dW = RNG.standard_normal((4, 3)), np.zeros((4, 3))

        def forward(self, x):
            self.x = [x]
            return x @ self.W

        def backward(self, dy):
            self.dW += self.x[-1].T @ dy
            return dy @ self.W.T

    class Once(Summing):
        def backward(self, dy):
            self.dW += self.x.pop().T @ dy
            return dy @ self.W.T

    for kind in (Summing, Once):
        assert check(kind, RNG.standard_normal((5, 4)))


@pytest.mark.parametrize(("seed", "size"), [(1, 0.01), (3, 0.003), (43, 0.03)])
def test_a_variance_that_loses_its_imaginary_part_is_no_alarm(seed, size):
    """np.var of complex numbers squares their size, so that a complex step misses what goes through it."""
    def single(f):
        return lambda *values: f(*(value.astype(np.float32) if value.dtype == float else value for value in values)).T

    x = size * np.random.default_rng(seed).standard_normal((6, 2))
    report = check(single(lambda x: batch_norm(x.T)), single(lambda dy, x: batch_norm_backward(dy.T, x.T)), x,
                   raise_error=False)
    assert report.verdict != "wrong", report


@pytest.mark.parametrize("gap", [1e-3, 3e-4])
def test_a_float32_batch_norm_of_nearly_equal_rows_is_no_alarm(gap):
    """The derivative is some 1/gap, and both functions see the gap to a few roundings only."""
    x = 1 + gap * RNG.standard_normal((4, 3))

    def single(f):
        return lambda *values: f(*(value.astype(np.float32) for value in values))

    def forward(x):
        return (x - x.mean(0)) / np.sqrt(x.var(0) + 1e-8)

    def backward(dy, x):
        y = forward(x)
        return (dy - dy.mean(0) - y * (dy * y).mean(0)) / np.sqrt(x.var(0) + 1e-8)

    report = check(single(forward), single(backward), x, raise_error=False)
    assert report.verdict != "wrong", report
    twice = check(single(forward), single(lambda dy, x: 2 * backward(dy, x)), x, raise_error=False)
    assert twice.verdict == "wrong"
