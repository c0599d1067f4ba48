"""Paper 3's algorithm 1: the stand-alone script is the engine's path, the prox is what it says, a run reports all."""
import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest

from nanoae.cli import main
from nanoae.losses import mse
from nanoae.optim import FISTA, CodePenalty
from nanoae.recipes.anamo import recipe
from nanoae.training import Evaluation

SPEC = importlib.util.spec_from_file_location(
    "anamo_numpy", Path(__file__).parents[2] / "examples" / "anamo_numpy.py")
script = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(script)

Settings = recipe.Settings


def built(method="anamo", **given):
    """(settings, net with N(0, 1) weights, its optimizer, images as float64)."""
    settings = Settings(backend="numpy", **given)
    data = recipe.data(settings)
    net = recipe.network(settings, method, data.shape).build(data.shape, "float64", "numpy", np.random.default_rng(0))
    net.theta[...] = np.random.default_rng(1).standard_normal(net.theta.size)
    return settings, net, recipe.optimizer(settings, net, method), data.train / 255


def evaluation(net, x):
    evaluate = Evaluation(net, mse, net.make_cache(len(x)), "sum")
    evaluate.batch = x
    return evaluate


def blocks(net):
    """The engine's weights as the script's two blocks."""
    return tuple([layer.W.copy(), layer.b.copy()] for layer in net.leaves if layer.parameters)


def test_the_script_takes_the_engine_s_steps():
    _, net, optimizer, x = built()
    evaluate, (encoder, decoder) = evaluation(net, x), blocks(net)
    for _ in range(4):
        optimizer.step(evaluate)
        encoder, decoder = script.anamo(x.reshape(len(x), -1), encoder, decoder)
        for ours, theirs in zip(blocks(net), (encoder, decoder), strict=True):
            for a, b in zip(ours, theirs, strict=True):
                assert np.max(np.abs(a - b)) < 1e-9 * np.max(np.abs(b))


def test_a_script_without_momentum_would_be_noticed(monkeypatch):
    monkeypatch.setattr(script, "s", lambda j: 1.0)
    _, net, optimizer, x = built()
    encoder, decoder = blocks(net)
    optimizer.step(evaluation(net, x))
    encoder, decoder = script.anamo(x.reshape(len(x), -1), encoder, decoder)
    assert np.max(np.abs(blocks(net)[1][0] - decoder[0])) > 1e-3


@pytest.mark.parametrize("variant", ["fista", "printed"])
def test_the_prox_is_optimal(variant):
    _, net, _, x = built()
    encoder, step = net["encoder"], 0.05
    penalty = CodePenalty(encoder, 0.1, variant, tolerance=1e-7, most=2000)
    penalty.see(x)
    v = encoder.theta.copy()
    z = penalty.prox(v, step, out=encoder.theta).copy()
    assert penalty.residual <= 1e-7
    e = step if variant == "fista" else 1.0

    def objective(theta):
        encoder.theta[...] = theta
        return e * penalty.value() + np.sum((theta - v) ** 2) / 2

    rng, least = np.random.default_rng(5), objective(z)
    for size in (1e-1, 1e-3, 1e-4):
        for _ in range(10):
            assert objective(z + size * rng.standard_normal(z.size)) >= least - 1e-9


def test_adam_minimises_the_whole_objective():
    """The gradient that Adam is given is that of f + lambda g, by difference quotients along random directions."""
    settings, net, optimizer, x = built("adam")
    evaluate = evaluation(net, x)
    optimizer.update = lambda: None
    optimizer.step(evaluate)
    grad, theta = net.grad.copy(), net.theta.copy()

    def objective(point):
        net.theta[...] = point
        codes = net["encoder"].forward(x)[0]
        return np.sum((net.forward(x)[0] - x) ** 2) + settings.penalty * np.sum(np.abs(codes))

    direction = np.random.default_rng(4).standard_normal(theta.size)
    direction[net["decoder"].slice] = 0    # where the penalty is: the encoder
    quotient = (objective(theta + 1e-5 * direction) - objective(theta - 1e-5 * direction)) / 2e-5
    assert grad @ direction == pytest.approx(quotient, rel=1e-7)


def test_the_certificate_is_the_worst_residual_and_part_of_the_state():
    _, net, optimizer, x = built()
    evaluate, residuals = evaluation(net, x), []
    penalty = optimizer.phases[0].optimizer.penalty
    original = penalty.prox

    def noted(*args, **kwargs):
        original(*args, **kwargs)
        residuals.append(penalty.residual)

    penalty.prox = noted
    assert optimizer.certificate() == {}
    for _ in range(3):
        optimizer.step(evaluate)
    assert optimizer.certificate() == {"prox_residual": max(residuals)}
    state = optimizer.state()
    _, _, again, _ = built()
    again.load_state(state)
    assert again.certificate() == {"prox_residual": max(residuals)}


def test_backtracking_keeps_the_tangent_at_y():
    """The linear prox looks at the encoder's weights: after a step that was too long they have to be y's again."""
    _, net, _, x = built()
    encoder, evaluate = net["encoder"], evaluation(net, x)
    penalty = CodePenalty(encoder, 0.1, "linear")
    method, start = FISTA(encoder, 64.0, penalty, backtracking=True), encoder.theta.copy()
    evaluate(block=encoder)
    slope = encoder.grad.copy()
    penalty.see(x)
    of_penalty = penalty.gradient()[1].copy()
    method.step(evaluate)
    assert method.halvings > 0
    assert np.allclose(encoder.theta, start - method.step_size * (slope + of_penalty), rtol=1e-12, atol=1e-13)


def test_the_linear_prox_is_one_gradient_step():
    _, net, _, x = built()
    encoder = net["encoder"]
    penalty = CodePenalty(encoder, 0.1, "linear")
    penalty.see(x)
    v = encoder.theta + 1
    expected = v - 0.05 * penalty.gradient()[1]
    assert np.allclose(penalty.prox(v, 0.05, out=encoder.theta), expected, rtol=1e-14)


def test_a_run_reports_both_rivals_and_the_paper(tmp_path, capsys):
    out = tmp_path / "run"
    settings = ["trials=3", "epochs=4", "decoder_steps=6"]
    assert main(["run", "anamo", "--set", *settings, "--out", str(out), "--json"]) == 0
    summary = json.loads(capsys.readouterr().out)
    metrics = summary["metrics"]
    for method in recipe.titles:
        assert metrics[f"{method}_test_bias_low"] < metrics[f"{method}_test_bias"] < metrics[f"{method}_test_bias_high"]
    assert metrics["anamo_over_adam_test_bias"] == metrics["anamo_test_bias"] / metrics["adam_test_bias"] < 0.5
    assert metrics["anamo_prox_residual"] <= 1e-6
    assert summary["paper"] == {"anamo_test_bias": 1.85, "adam_test_bias": 3.7}
    assert {"curves.png", "reconstructions.png"} <= {file.name for file in out.iterdir()}
    grid = {path.name: json.loads((path / "history.jsonl").read_text().splitlines()[-1])["squared_error"]
            for path in (out / "cells").glob("grid-*")}
    assert min(grid, key=grid.get) == f"grid-lr-{metrics['adam_tuned_lr']}"
    assert len(grid) == 7


@pytest.mark.parametrize(("pair", "message"), [
    ("prox=exact", "prox is one of fista, printed, linear"), ("lr=-1", "lr is above 0"),
    ("encoder_steps=0", "encoder_steps is at least 1"), ("penalty=-1", "penalty is at least 0"),
    ("batch_size=0", "batch_size is at least 1"), ("low=2", "low is at least 0 and at most 1")])
def test_bad_settings_are_refused_before_training(pair, message, tmp_path, capsys):
    assert main(["run", "anamo", "--set", pair, "--out", str(tmp_path / "run")]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "run").exists()
