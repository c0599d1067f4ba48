"""Optimizers: paths followed by hand, equality with PyTorch, state, Lookahead, and their manners."""
import numpy as np
import pytest

from nanoae import Vector
from nanoae.optim import (
    FISTA,
    MAKERS,
    SGD,
    Adadelta,
    Adam,
    Lookahead,
    RMSprop,
    clip_by_norm,
    cosine,
    make_optimizer,
    step_decay,
    warm_up,
)
from nanoae.prox import L1
from tests.networks import built, images

VARIANTS = {
    "sgd": lambda p: SGD(p, lr=0.1, weight_decay=0.01),
    "momentum": lambda p: SGD(p, lr=0.01, momentum=0.9, dampening=0.2, weight_decay=0.01),
    "nesterov": lambda p: SGD(p, lr=0.01, momentum=0.9, nesterov=True),
    "rmsprop": lambda p: RMSprop(p, lr=0.01, weight_decay=0.01),
    "rmsprop centered": lambda p: RMSprop(p, lr=0.01, momentum=0.5, centered=True),
    "adadelta": lambda p: Adadelta(p, weight_decay=0.01),
    "adam": lambda p: Adam(p, lr=0.01, weight_decay=0.01),
    "adamw": lambda p: Adam(p, lr=0.01, weight_decay=0.01, decoupled=True),
    "lookahead": lambda p: Lookahead(Adam(p, lr=0.01), k=3, alpha=0.4),
    "lookahead in lookahead": lambda p: Lookahead(Lookahead(SGD(p, lr=0.1), k=2), k=3),
}
every = pytest.mark.parametrize("name", list(VARIANTS))


def problem(size=7, seed=0):
    rng = np.random.default_rng(seed)
    return Vector(rng.standard_normal(size), np.zeros(size)), rng


def follow(optimizer, gradients):
    """Feeds given gradients; returns theta after each step."""
    path = []
    for g in gradients:
        optimizer.grad[...] = g
        optimizer.update()
        path.append(optimizer.theta.copy())
    return np.array(path)


def by_hand(make, gradients, theta=1.0):
    vector = Vector(np.array([theta]), np.zeros(1))
    return follow(make(vector), gradients)[:, 0]


def test_sgd_by_hand():
    assert by_hand(lambda p: SGD(p, lr=0.1), [1, 2, -1]) == pytest.approx([0.9, 0.7, 0.8])
    # v = 1, 0.5 + 2, 1.25 - 1
    assert by_hand(lambda p: SGD(p, lr=0.1, momentum=0.5), [1, 2, -1]) == pytest.approx([0.9, 0.65, 0.625])
    # g + 0.5 v = 1.5, 3.25, -0.875
    assert by_hand(lambda p: SGD(p, lr=0.1, momentum=0.5, nesterov=True), [1, 2, -1]) == pytest.approx(
        [0.85, 0.525, 0.6125])
    # theta - 0.1 * 0.5 theta each time
    assert by_hand(lambda p: SGD(p, lr=0.1, weight_decay=0.5), [0, 0]) == pytest.approx([0.95, 0.9025])


def test_adam_by_hand():
    # whatever g is, the first step is lr long: m_hat / sqrt(v_hat) = g / |g|
    assert by_hand(lambda p: Adam(p, lr=0.1, eps=0), [5.0]) == pytest.approx([0.9])
    # then g = -5: m = 0.45 - 0.5 = -0.05, m_hat = -0.05 / 0.19; sqrt(v_hat) = 5
    assert by_hand(lambda p: Adam(p, lr=0.1, eps=0), [5.0, -5.0])[1] == pytest.approx(0.9 + 0.1 * 0.05 / 0.19 / 5)
    # decoupled decay shrinks theta by lr * weight_decay beforehand
    assert by_hand(lambda p: Adam(p, lr=0.1, eps=0, weight_decay=0.5, decoupled=True), [5.0]) == pytest.approx([0.85])
    # L2 enters g: a step of lr in its direction even with a gradient of zero
    assert by_hand(lambda p: Adam(p, lr=0.1, eps=0, weight_decay=0.5), [0.0]) == pytest.approx([0.9])


def test_rmsprop_by_hand():
    # v = 0.1 * 4, step 0.1 * 2 / sqrt(0.4)
    assert by_hand(lambda p: RMSprop(p, lr=0.1, alpha=0.9, eps=0), [2.0]) == pytest.approx([1 - 0.2 / 0.4 ** 0.5])
    # centered: v - m^2 = 0.4 - 0.04
    assert by_hand(lambda p: RMSprop(p, lr=0.1, alpha=0.9, eps=0, centered=True), [2.0]) == pytest.approx(
        [1 - 0.2 / 0.36 ** 0.5])


def test_adadelta_by_hand():
    # v = 0.1 * 4; delta = sqrt(0.01) / sqrt(0.41) * 2
    assert by_hand(lambda p: Adadelta(p, eps=0.01), [2.0]) == pytest.approx([1 - 0.1 / 0.41 ** 0.5 * 2])


def test_lookahead_follows_the_path_in_the_paper_s_figure():
    """3, 2, 1, back to 2 (half way from 3); then 1, 0, back to 1."""
    path = by_hand(lambda p: Lookahead(SGD(p, lr=1), k=2, alpha=0.5), [1, 1, 1, 1], theta=3.0)
    assert path == pytest.approx([2, 2, 1, 1])
    alpha_one = by_hand(lambda p: Lookahead(SGD(p, lr=1), k=2, alpha=1.0), [1, 1, 1, 1], theta=3.0)
    assert alpha_one == pytest.approx([2, 1, 0, -1])


def test_lookahead_equals_a_path_followed_number_by_number_over_a_thousand_steps():
    gradients = np.random.default_rng(1).standard_normal(1000)
    path = by_hand(lambda p: Lookahead(SGD(p, lr=0.1, momentum=0.5), k=5, alpha=0.5), gradients)
    theta = phi = 1.0
    v = 0.0
    for step, g in enumerate(gradients, 1):
        v = 0.5 * v + g
        theta = theta - 0.1 * v
        if step % 5 == 0:
            phi = phi + 0.5 * (theta - phi)
            theta = phi
        assert abs(path[step - 1] - theta) < 1e-12


@pytest.mark.parametrize("name", [name for name in VARIANTS if "lookahead" not in name])
def test_equal_to_pytorch_over_a_thousand_steps(name):
    torch = pytest.importorskip("torch", reason="parity with PyTorch needs the extra 'torch'")
    theirs = {
        "sgd": lambda p: torch.optim.SGD(p, lr=0.1, weight_decay=0.01),
        "momentum": lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9, dampening=0.2, weight_decay=0.01),
        "nesterov": lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9, nesterov=True),
        "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.01, weight_decay=0.01),
        "rmsprop centered": lambda p: torch.optim.RMSprop(p, lr=0.01, momentum=0.5, centered=True),
        "adadelta": lambda p: torch.optim.Adadelta(p, weight_decay=0.01),
        "adam": lambda p: torch.optim.Adam(p, lr=0.01, weight_decay=0.01),
        "adamw": lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.01),
    }[name]
    vector, rng = problem()
    parameter = torch.nn.Parameter(torch.from_numpy(vector.theta.copy()))
    ours, other = VARIANTS[name](vector), theirs([parameter])
    for _ in range(1000):
        g = rng.standard_normal(vector.theta.size)
        vector.grad[...] = g
        ours.update()
        parameter.grad = torch.from_numpy(g.copy())
        other.step()
        assert np.max(np.abs(vector.theta - parameter.detach().numpy())) < 1e-12


@every
def test_state_brings_back_the_same_bits(name):
    vector, rng = problem()
    gradients = rng.standard_normal((20, 7))
    optimizer = VARIANTS[name](vector)
    follow(optimizer, gradients[:7])
    kept, theta = optimizer.state(), vector.theta.copy()
    expected = follow(optimizer, gradients[7:])
    fresh = VARIANTS[name](Vector(theta.copy(), np.zeros(7)))
    fresh.load_state(kept)
    assert np.array_equal(follow(fresh, gradients[7:]), expected)
    assert all(np.ndim(value) in (0, 1) for value in kept.values())


@every
def test_a_state_that_does_not_fit_is_refused_and_nothing_changes(name):
    optimizer = VARIANTS[name](problem()[0])
    before = optimizer.state()
    with pytest.raises(ValueError, match="holds"):
        optimizer.load_state({"other": np.zeros(7)})
    broken = {key: np.zeros(3) if np.ndim(value) else value for key, value in before.items()}
    if any(np.ndim(value) for value in before.values()):
        with pytest.raises(ValueError, match="shape"):
            optimizer.load_state(broken)
    assert all(np.array_equal(before[key], value) for key, value in optimizer.state().items())


@every
def test_a_step_moves_exactly_its_part_and_returns_the_first_loss(name):
    net, encoder, decoder = built(dropout=0)
    cache, x = net.make_cache(5), images(5)
    optimizer = VARIANTS[name](decoder)
    before = encoder.theta.copy()
    net.grad[...] = 3
    losses, seen = [], []

    def evaluate(block=None, grad=True):
        net.forward(x, cache, train=True, need_y=False)
        value = net.loss(losses_mse, x, cache)
        net.backward(None, cache, need_dx=False, need_dw=block)
        seen.append(float(value))
        return value

    from nanoae.losses import mse as losses_mse
    for _ in range(4):
        moved = decoder.theta.copy()
        losses.append(optimizer.step(evaluate))
        assert name == "lookahead in lookahead" or not np.array_equal(decoder.theta, moved)
    assert np.array_equal(encoder.theta, before)
    assert (encoder.grad == 3).all()
    assert [float(loss) for loss in losses] == seen[:4]
    assert all(np.ndim(loss) == 0 for loss in losses)


def test_lookahead_evaluates_at_the_slow_weights_and_puts_the_fast_ones_back():
    vector, _ = problem()
    optimizer = Lookahead(SGD(vector, lr=1), k=5)
    start = vector.theta.copy()
    follow(optimizer, np.ones((3, 7)))
    fast = vector.theta.copy()
    with optimizer.evaluation_weights():
        assert np.array_equal(vector.theta, start)
    assert np.array_equal(vector.theta, fast)
    with SGD(vector).evaluation_weights():
        assert np.array_equal(vector.theta, fast)


def test_lookahead_s_learning_rate_is_the_inner_one_s():
    optimizer = Lookahead(Adam(problem()[0], lr=0.1))
    optimizer.lr = 0.5
    assert optimizer.inner.lr == optimizer.lr == 0.5


def test_optimizers_by_name():
    assert set(MAKERS) == {"sgd", "momentum", "nesterov", "rmsprop", "adadelta", "adam", "adamw", "lookahead", "fista",
                           "nam", "anamo"}
    for name in set(MAKERS) - {"nam", "anamo"}:
        assert make_optimizer(name, problem()[0]).lr > 0
    assert make_optimizer("adadelta", problem()[0]).lr == 1.0
    assert make_optimizer("adamw", problem()[0], weight_decay=0.1).decoupled
    assert isinstance(make_optimizer("lookahead", problem()[0]), Lookahead)
    for name in ("nam", "anamo"):
        with pytest.raises(ValueError, match="parts named encoder and decoder"):
            make_optimizer(name, problem()[0])
    net, _, _ = built()
    with pytest.raises(ValueError, match="set weight_decay=0"):
        make_optimizer("anamo", net, weight_decay=0.1)
    assert [phase.block.name for phase in make_optimizer("anamo", net).phases] == ["encoder", "decoder"]
    assert [phase.block.name for phase in make_optimizer("nam", net).phases] == ["decoder", "encoder"]
    with pytest.raises(ValueError, match="did you mean 'adadelta'"):
        make_optimizer("adadelt", problem()[0])


def test_schedules():
    assert [step_decay(t, 2, 0.5) for t in range(5)] == [1, 1, 0.5, 0.5, 0.25]
    assert [round(cosine(t, 4), 6) for t in range(6)] == [1, 0.853553, 0.5, 0.146447, 0, 0]
    assert cosine(4, 4, floor=0.1) == pytest.approx(0.1)
    assert [warm_up(t, 4) for t in range(5)] == [0.25, 0.5, 0.75, 1, 1]


def test_clip_by_norm():
    g = np.array([3.0, 4.0])
    assert clip_by_norm(g, 10) == 5
    assert np.array_equal(g, [3, 4])
    assert clip_by_norm(g, 1) == 5
    assert g == pytest.approx([0.6, 0.8])


@pytest.mark.parametrize(("make", "message"), [
    (lambda p: SGD(p, lr=-1), "at least 0"), (lambda p: SGD(p, nesterov=True), "needs a momentum"),
    (lambda p: Adam(p, betas=(0.9, 1.0)), "below 1"), (lambda p: Lookahead(SGD(p), k=0), "positive int"),
    (lambda p: Vector(p.theta, np.zeros(3)), "one size and dtype"), (lambda p: clip_by_norm(p.grad, 0), "positive"),
])
def test_wrong_values_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make(problem()[0])


@pytest.mark.parametrize(("make", "message"), [
    (lambda v: SGD(np.ones(3)), "moves a built network"), (lambda v: Adam(v, lr=np.ones(2)), "lr is a number"),
    (lambda v: SGD(v, 0.1, -1), "momentum is a number at least 0"), (lambda v: Adadelta(v, rho=2), "rho is a number"),
    (lambda v: Adam(v, weight_decay=-1), "weight_decay is a number"), (lambda v: Adam(v, betas=0.9), "two numbers"),
    (lambda v: SGD(v, lr=np.nan), "lr is a number"), (lambda v: RMSprop(v, alpha=1.5), "alpha is a number")])
def test_arguments_that_cannot_be_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make(Vector(np.zeros(3), np.zeros(3)))


def test_adam_s_sixth_argument_is_not_pytorch_s_amsgrad():
    with pytest.raises(TypeError, match="positional"):
        Adam(Vector(np.zeros(3), np.zeros(3)), 1e-3, (0.9, 0.999), 1e-8, 0, True)


def test_equal_optimizers_print_alike_however_they_were_written():
    v = Vector(np.zeros(3), np.zeros(3))
    assert repr(Adam(v, 0.1)) == repr(Adam(part=v, lr=0.1, eps=1e-8))
    assert repr(Lookahead(Adam(v))) != repr(Lookahead(Adam(v, eps=1e-7)))
    assert repr(FISTA(v, 0.1, L1(0.5))) != repr(FISTA(v, 0.1, L1(0.4)))
