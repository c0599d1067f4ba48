"""What other trainings override: two players in one Stack, and stages that freeze an encoder and release it."""
import random
import subprocess
import sys
import time

import numpy as np
import pytest
from safetensors.numpy import load_file

from nanoae.losses import bce_with_logits
from nanoae.training import NonFiniteLoss, RunError, Stages
from tests.kill_harness import losses, tensors_equal
from tests.optim.test_nam import counting
from tests.training.leaving import assert_goes_on
from tests.training.players import frozen, players

TRAININGS = pytest.mark.parametrize("make", [players, frozen])


@TRAININGS
def test_leaving_after_any_step_gives_the_same_bits(make):
    for leave in (1, 7, 15, 16, 22):
        assert_goes_on(make, leave)


@pytest.mark.slow
@TRAININGS
def test_killed_and_resumed_to_the_same_bits(make, tmp_path):
    def start(out):
        return subprocess.Popen([sys.executable, "-m", "tests.training.players", make.__name__, str(out), "1000"])

    assert start(tmp_path / "whole").wait() == 0
    chance, kills = random.Random(3), 0
    while True:
        process = start(tmp_path / "hurt")
        if kills < 5:
            time.sleep(chance.uniform(0.5, 1.6))
            kills += process.poll() is None
            process.kill()
        code = process.wait()
        assert code in (0, -9)
        if code == 0:
            break
    assert kills == 5
    assert losses(tmp_path / "whole") == losses(tmp_path / "hurt")
    for name in ("checkpoint.safetensors", "weights.safetensors"):
        assert tensors_equal(load_file(tmp_path / "whole" / name), load_file(tmp_path / "hurt" / name))


def test_the_generator_s_gradient_costs_the_discriminator_no_weight_gradient():
    fit = players(backend=counting())
    fit.begin()
    counts, before = fit.net.kernels.counts, fit.net["discriminator"].grad.copy()
    z = np.ones((8, 3), np.float32)
    fit.net.forward(z, fit.cache, train=True, need_y=False)
    fit.net.loss(bce_with_logits, np.ones((8, 1), np.float32), fit.cache)
    counts.clear()
    fit.net.backward(None, fit.cache, need_dx=False, need_dw=fit.net["generator"])
    assert counts["conv2d_input_grad"] == 1
    assert counts["conv2d_weight_grad"] == 1    # that of the generator's transposed convolution
    assert counts["linear_weight_grad"] == 1    # the generator's own, too
    assert not {"enter", "leave"} & set(counts)
    assert np.array_equal(fit.net["discriminator"].grad, before)


def test_both_players_learn():
    fit = players(epochs=30)
    start = {name: fit.net[name].theta.copy() for name in ("generator", "discriminator")}
    fit.run()
    assert fit.history[-1]["train_loss"] < fit.history[0]["train_loss"]
    assert all(not np.array_equal(fit.net[name].theta, theta) for name, theta in start.items())


def test_players_that_diverge_say_so():
    fit = players()
    fit.net["generator"].theta[...] = np.nan
    with pytest.raises(NonFiniteLoss, match=r"the loss is nan at epoch 1, step 1 .*: smaller steps"):
        fit.run()


def test_the_encoder_stands_still_and_then_moves():
    fit = frozen()
    thetas = [fit.net["encoder"].theta.copy()]
    fit.run(after_epoch=lambda line: thetas.append(fit.net["encoder"].theta.copy()))
    still = [np.array_equal(thetas[0], theta) for theta in thetas]
    assert still == [True] * 4 + [False] * 3
    assert len(fit.net["decoder"]) == 5    # grown
    assert [line["epoch"] for line in fit.history] == [1, 2, 3, 4, 5, 6]
    assert [line["steps"] for line in fit.history] == [5, 10, 15, 20, 25, 30]
    assert fit.history[-1]["test_loss"] < fit.history[2]["test_loss"]


def test_another_stage_s_checkpoint_and_no_stages_are_refused():
    first = frozen(epochs=1)
    first.run()
    state, tensors = first.state(), first.tensors()
    with pytest.raises(RunError, match="another architecture"):
        frozen(epochs=1).compare(tensors, state | {"stage": 0})
    for stages in ([], [(0, lambda net: None)]):
        with pytest.raises(ValueError, match="at least one stage"):
            Stages(stages)
