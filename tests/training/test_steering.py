"""A schedule, clipping and an early end: in Python and by --set, and gone on with to the same bits."""
import numpy as np
import pytest

from nanoae.cli import main
from nanoae.data import Batches
from nanoae.losses import mse
from nanoae.optim import NAM, SGD, Adam, Lookahead, Phase
from nanoae.optim.schedules import SCHEDULES, cosine, scheduled, step_decay, warm_up
from nanoae.sealed import read_json
from nanoae.training import Fit, Seeds, train
from tests.networks import SHAPE, autoencoder

from .leaving import assert_goes_on

IMAGES = np.random.default_rng(0).integers(0, 256, (20, *SHAPE), np.uint8)


def made(optimizer=lambda net: SGD(net, 0.1), epochs=3, backend="numpy"):
    net = autoencoder().build(SHAPE, "float64", backend, np.random.default_rng(0))
    batches = Batches(IMAGES, 8, np.float64)
    return Fit(net, optimizer(net), mse, batches, batches, epochs, Seeds(0))


def test_names_of_schedules():
    factors = {name: [scheduled(name, 9)(t) for t in range(9)] for name in SCHEDULES}
    assert factors["constant"] == [1] * 9
    assert factors["cosine"] == [cosine(t, 9) for t in range(9)]
    assert factors["step"] == [step_decay(t, 3) for t in range(9)]
    assert scheduled("cosine", 9, 4)(1) == warm_up(1, 4) * cosine(1, 9)


@pytest.mark.parametrize("optimizer", [lambda net: SGD(net, 0.1), lambda net: NAM(net, [
    Phase(Adam(net["decoder"], 0.01)), Phase(Adam(net["encoder"], 0.001))])], ids=["sgd", "nam"])
def test_each_step_has_its_learning_rate(optimizer):
    fit, seen = made(optimizer), []
    first = fit.optimizer.lr
    fit.follow(lambda t: 1 / (1 + t))
    fit.run(after_step=lambda: seen.append(fit.optimizer.lr))
    assert np.allclose(seen, [first / (1 + t) for t in range(9)], rtol=1e-14)


@pytest.mark.parametrize("backend", ["numpy", "numba"])
def test_the_optimizer_sees_a_clipped_gradient(backend):
    lengths = {}
    for norm in (None, 1e-3):
        fit = made(backend=backend, epochs=1)
        if norm is not None:
            fit.clip(norm)
        before, moved = fit.net.theta.copy(), []

        def after(fit=fit, moved=moved, before=before):
            moved.append(np.linalg.norm(fit.net.theta - before))
            before[...] = fit.net.theta

        fit.run(after_step=after)
        lengths[norm] = moved
    assert np.allclose(lengths[1e-3], 0.1 * 1e-3, rtol=1e-9)
    assert min(lengths[None]) > 2 * 0.1 * 1e-3


def test_a_scheduled_and_clipped_training_that_is_left_goes_on_to_the_same_bits():
    def steered():
        fit = made(Adam)
        fit.follow(scheduled("cosine", 9, 2))
        fit.clip(0.01)
        return fit

    for leave in (1, 4):
        assert_goes_on(steered, leave)


def test_by_set(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    words = ["run", "mnist-autoencoder", "--data", "embedded", "--epochs", "3", "--set", "schedule=cosine", "warm_up=5",
             "clip_norm=0.5", "batch_size=512", "--out"]
    assert main([*words, "a"]) == 0
    assert main(["run", "mnist-autoencoder", "--resume", "--epochs", "4", "--out", "a"]) == 2
    assert "its schedule settled where it ends" in capsys.readouterr().err
    assert main([*words[:6], "--optimizer", "sgd", "--set", "patience=1", "lr=0", "--out", "b"]) == 0    # nothing moves
    summary = read_json(tmp_path / "b" / "summary.json")
    assert summary["validation_loss"] > 0
    assert len((tmp_path / "b" / "history.jsonl").read_text().splitlines()) == 2    # of 3: it is no lower
    assert (summary["epochs"], summary["best_epoch"], summary["epochs_planned"]) == (2, 1, 3)
    assert "2 epochs; the weights are those of epoch 1" in capsys.readouterr().out
    assert main(["run", "mnist-autoencoder", "--resume", "--out", "b"]) == 0
    assert "finished already" in capsys.readouterr().err


def early(optimizer, judged):
    """A Fit of at most 6 epochs whose validation losses are given."""
    fit, losses = made(optimizer, epochs=6), iter(judged)
    fit.validation_batches = Batches(IMAGES[:4], 4, np.float64)
    fit.test = lambda net, loss, batches: next(losses) if batches is fit.validation_batches else 0.0
    fit.stop_early(2)
    return fit


@pytest.mark.parametrize("optimizer", [lambda net: SGD(net, 0.1), lambda net: Lookahead(SGD(net, 0.1), k=4)],
                         ids=["sgd", "lookahead"])
def test_the_best_weights_are_those_that_were_tested(optimizer):
    fit, tested = early(optimizer, [3, 1, 2, 2, 0]), []

    def after(line):
        if fit.best.back:
            return
        with fit.tested():
            tested.append(fit.net.theta.copy())

    fit.run(after_epoch=after)
    assert len(fit.history) == 4
    assert fit.outcome["epoch"] == 2
    assert np.array_equal(fit.net.theta, tested[1])
    with fit.tested():
        assert np.array_equal(fit.net.theta, tested[1])


def test_a_loop_of_one_s_own_ends_early_too():
    fit = early(lambda net: SGD(net, 0.1), [3, 1, 2, 2, 0])
    thetas = [fit.net.theta.copy() for _ in train(fit)]
    assert len(thetas) == 4
    assert np.array_equal(fit.net.theta, thetas[1])
