"""The generative recipes: what each trains, measures, draws and refuses, on a small set."""
import math
from dataclasses import replace

import numpy as np
import pytest

from nanoae.cli import main
from nanoae.data import Batches
from nanoae.gradcheck import GradientError, check
from nanoae.losses import bce, bce_with_logits, mse
from nanoae.models import dcgan, digit_vae
from nanoae.optim import Adam
from nanoae.recipes import get_recipe
from nanoae.recipes.fashion_gan.game import TRACED
from nanoae.recipes.frechet import frechet_distance, moments
from nanoae.sealed import read_json
from nanoae.training import NonFiniteLoss, mean_loss, mean_penalty
from nanoae.training.discriminator import GAMES, Discriminator
from nanoae.trials import Run
from tests.recipes.small_set import assert_reported_alike, short_runs, write_digits
from tests.training.leaving import assert_goes_on

SMALL = {"mnist-vae": [], "fashion-gan": ["channels=6-4-3", "samples=128", "judge_epochs=1", "trials=2"]}
PICTURES = {
    "mnist-vae": {"losses", "parts", "reconstructions", "samples", "walk"},
    "fashion-gan": {"losses", "ratings", "saturation", "quality", "growth", "samples", "classes"},
}


@pytest.fixture(scope="module")
def digits(tmp_path_factory):
    return write_digits(tmp_path_factory.mktemp("set") / "digits")


@pytest.fixture(scope="module")
def runs(digits, tmp_path_factory):
    return short_runs(tmp_path_factory.mktemp("runs"), digits, SMALL)


@pytest.mark.parametrize("name", SMALL)
def test_a_run_draws_what_it_promises_and_reports_the_same(runs, name):
    out = runs(name)
    assert read_json(out / "summary.json")["failed"] == {}
    assert_reported_alike(out, PICTURES[name])


# -- variational autoencoders

def vae_fit(digits, **given):
    recipe = get_recipe("mnist-vae")
    s = recipe.Settings(data=digits, backend="numpy", **given)
    return recipe.fit(s, recipe.data(s), "")


def test_a_vae_s_test_loss_is_the_sum_of_its_parts_with_one_draw_an_image(runs):
    run = Run(runs("mnist-vae"), get_recipe("mnist-vae"))
    metrics, cell = run.cells[0].summary["metrics"], run.trained[""]
    x = run.data.test / np.float32(255)
    net = cell.net
    y, cache = net.forward(x, rng=np.random.default_rng(0))
    squares = float(np.sum((y - x) ** 2)) / 2 / len(x)
    assert metrics["test_reconstruction"] == pytest.approx(squares, rel=1e-4)
    assert metrics["test_kl"] == pytest.approx(float(net.penalty(cache)), rel=1e-4)
    assert run.cells[0].summary["test_loss"] == pytest.approx(squares + metrics["test_kl"], rel=1e-4)
    means = cell.encode(run.data.test)
    assert means.shape == (80, 3)
    assert metrics["active_units"] == np.sum(means.var(axis=0) > 0.01)
    assert metrics["skipped_steps"] == 0


@pytest.mark.parametrize(("given", "loss", "factor"), [
    ({"likelihood_variance": 0.1}, mse, 5.0), ({"loss": "bce"}, bce, 1.0)])
def test_the_likelihood_s_variance_and_the_cross_entropy(digits, given, loss, factor):
    fit = vae_fit(digits, **given)
    got = fit.test(fit.net, fit.loss, fit.test_batches)
    kl = mean_penalty(fit.net["encoder"], fit.test_batches)
    plain = mean_loss(fit.net, loss, fit.test_batches, "sample", np.random.default_rng(0))
    assert got == pytest.approx(factor * plain + kl, rel=1e-5)


def test_a_step_whose_loss_is_infinite_is_left_out_and_counted(digits):
    fit = vae_fit(digits, spread="variance", epochs=1, batch_size=100)
    assert np.all(fit.net["encoder"][-3].b[3:] == 1)    # so that it can begin
    fit.begin()
    batch = next(fit.batches.in_order())
    assert math.isfinite(fit.step(batch))
    theta = fit.net.theta.copy()
    fit.net["encoder"][-3].b[3:] = -5
    theta[...] = fit.net.theta
    assert fit.step(batch) is None
    assert np.array_equal(fit.net.theta, theta)
    fit = vae_fit(digits, spread="variance", epochs=2, batch_size=100)
    real, calls = fit.step, []

    def every_other(batch):
        calls.append(len(batch))
        return None if len(calls) == 2 else real(batch)

    fit.step = every_other
    fit.run()
    assert [line["skipped"] for line in fit.history] == [1, 0]
    assert [line["steps"] for line in fit.history] == [3, 6]
    assert all(math.isfinite(line["train_loss"]) for line in fit.history)


def test_test_images_whose_loss_is_infinite_are_left_out_and_their_share_is_told(digits):
    fit = vae_fit(digits, spread="variance")
    encoder = fit.net["encoder"]
    images = fit.test_batches.images
    least = encoder[:-2].forward(images / np.float32(255))[0][:, 3:].min(axis=1)
    encoder[-3].b[3:] -= np.sort(least)[20] + 1e-7    # 21 of 80 images fall to 0 and below
    left = images[least > np.sort(least)[20]]
    measured = fit.measure(fit.net)
    assert measured["infinite_test_share"] == pytest.approx(21 / 80)
    only = Batches(left, 500)
    assert measured["test_kl"] == pytest.approx(mean_penalty(encoder, only), rel=1e-5)
    value = fit.test(fit.net, fit.loss, fit.test_batches)
    assert value == pytest.approx(fit.test(fit.net, fit.loss, only), rel=1e-5)
    assert math.isfinite(value)
    encoder[-3].b[3:] = -5
    assert fit.test(fit.net, fit.loss, fit.test_batches) == math.inf
    assert fit.measure(fit.net)["infinite_test_share"] == 1


def test_an_epoch_without_any_step_says_why(digits):
    fit = vae_fit(digits, spread="variance", epochs=1)
    fit.net["encoder"][-3].b[3:] = -5
    with pytest.raises(NonFiniteLoss, match=r"every mini-batch of epoch 1 was infinite.*variances are not above 0"):
        fit.run()


def test_the_vae_s_network():
    net = digit_vae(3).build((1, 28, 28), rng=np.random.default_rng(0), backend="numpy")
    assert net["encoder"].out_shape == (3,)
    assert net["encoder"][-3].out_shape == (6,)
    kinds = [type(layer).__name__ for layer in net["encoder"]]
    assert kinds[-4:] == ["ReLU", "Linear", "KLPenalty", "Sampling"]


@pytest.mark.slow
def test_both_methods_of_a_trial_start_alike_and_their_difference_is_paired(tmp_path):
    out = tmp_path / "run"
    assert main(["run", "lookahead-vae", "--data", "embedded", "--epochs", "2", "--backend", "numba", "--out", str(out),
                 "--set", "trials=2", "latent=8"]) == 0
    metrics = read_json(out / "summary.json")["metrics"]
    run = Run(out, get_recipe("lookahead-vae"))
    s = replace(run.settings, seed=1)
    one, other = (run.recipe.fit(s, run.data, method) for method in ("adam", "lookahead"))
    assert np.array_equal(one.net.theta, other.net.theta)
    for a, b in zip(one.batches.shuffled(one.seeds.batches), other.batches.shuffled(other.seeds.batches), strict=True):
        assert np.array_equal(a.x.index, b.x.index)
    assert one.seeds.draws.random() == other.seeds.draws.random()
    gaps = [other.summary["test_loss"] - adam.summary["test_loss"] for adam, other in run.recipe.pairs(run)]
    assert metrics["lookahead_minus_adam_test_loss_values"] == gaps
    assert {path.stem for path in out.glob("*.png")} == {"losses", "reconstructions", "adam-samples",
                                                         "lookahead-samples"}


# -- the game

def game(digits, **given):
    recipe = get_recipe("fashion-gan")
    s = recipe.Settings(data=digits, backend="numpy", channels="4-3-2", batch_size=50, **given)
    data = recipe.data(s)
    fit = super(type(recipe), recipe).fit(s, data, "")
    fit.rival, fit.game, fit.test = Adam(fit.net["discriminator"], 1e-3), s.loss, None
    return fit


def small_players():
    net = dcgan(1, (2, 1, 2)).build((1, 1, 1), "float64", "numpy", np.random.default_rng(0))
    net.theta[...] = np.random.default_rng(1).standard_normal(net.theta.size) / 3
    return net, net["generator"], net["discriminator"]


@pytest.mark.parametrize("name", GAMES)
def test_the_generator_s_gradient_through_the_discriminator(name):
    net, generator, discriminator = small_players()
    z = np.random.default_rng(2).standard_normal((4, 1, 1, 1))
    judge, made = Discriminator(discriminator, None, 4), generator.make_cache(4)
    loss, wanted = GAMES[name]

    def value(theta):
        generator.theta[...] = theta
        d = 1 / (1 + np.exp(-discriminator.forward(generator.forward(z, train=True)[0], train=True)[0]))
        return np.array([-np.mean(np.log(d)) if name == "non-saturating" else np.mean(np.log(1 - d))])

    def gradient(dy, theta, loss=loss):
        generator.theta[...] = theta
        fake, _ = generator.forward(z, made, train=True)
        generator.backward(judge.opinion(fake, loss, wanted)[1], made, need_dx=False)
        return (dy[0] * generator.grad.copy(),)

    before = discriminator.grad.copy()
    check(value, gradient, generator.theta.copy(), names=("theta",))
    assert np.array_equal(discriminator.grad, before)    # it stood still
    with pytest.raises(GradientError):
        check(value, lambda dy, theta: gradient(dy, theta, loss.times(-1)), generator.theta.copy())


def test_the_discriminator_s_gradient_is_that_of_both_its_terms():
    net, _, discriminator = small_players()
    rng = np.random.default_rng(3)
    real, fake = rng.random((4, 1, 28, 28)), rng.random((4, 1, 28, 28))
    judge = Discriminator(discriminator, None, 4)

    def value(theta):
        discriminator.theta[...] = theta
        d_real, d_fake = (1 / (1 + np.exp(-discriminator.forward(x, train=True)[0])) for x in (real, fake))
        return np.array([-np.mean(np.log(d_real)) - np.mean(np.log(1 - d_fake))])

    def gradient(dy, theta):
        discriminator.theta[...] = theta
        loss, rating, of_fake = judge.gradient(real, fake)
        assert loss == pytest.approx(value(theta)[0])
        assert 0 < rating < 1 > of_fake > 0
        return (dy[0] * discriminator.grad.copy(),)

    check(value, gradient, discriminator.theta.copy(), names=("theta",))


def test_a_step_of_the_game_moves_each_player_by_its_own_gradient(digits):
    fit = game(digits, epochs=1)
    fit.begin()
    batch = next(fit.batches.in_order())
    thetas = {name: fit.net[name].theta.copy() for name in fit.optimizers}
    fit.step(batch)
    assert all(not np.array_equal(fit.net[name].theta, theta) for name, theta in thetas.items())
    assert np.all(fit.trace[0] != 0)
    assert fit.trace[0, TRACED.index("generator_gradient")] == pytest.approx(
        np.linalg.norm(fit.net["generator"].grad), rel=1e-5)


@pytest.mark.parametrize("loss", GAMES)
def test_a_game_that_is_left_after_any_step_goes_on_to_the_same_bits(digits, loss):
    for leave in (1, 6, 7):
        assert_goes_on(lambda: game(digits, epochs=2, loss=loss), leave)


def test_a_gan_s_run_reports_its_quality_and_its_judge(runs):
    summary = read_json(runs("fashion-gan") / "summary.json")
    metrics = summary["metrics"]
    assert summary["test_loss"] is None
    assert sum(metrics[f"class_{k}_share"] for k in range(10)) == pytest.approx(1)
    assert metrics["frechet_distance_train"] < metrics["frechet_distance_noise"]
    for name in ("frechet_distance", "smallest_class_share"):
        assert len(metrics[f"{name}_values"]) == 2
    assert len(metrics["judge_sha256"]) == 64
    assert 0 <= metrics["judge_test_accuracy"] <= 1
    run = Run(runs("fashion-gan"), get_recipe("fashion-gan"))
    assert {cell.method for cell in run.cells} == {"judge", ""}
    assert run.of("")[0].kept("growth").shape == (3, 12, 1, 28, 28)
    assert [line["frechet_distance"] for line in run.of("")[0].history][-1] == metrics["frechet_distance_values"][0]


def test_a_judge_that_is_named_is_taken(runs, digits, tmp_path, capsys):
    judge = runs("fashion-gan") / "cells" / "judge"
    out = tmp_path / "run"
    command = ["run", "fashion-gan", "--data", digits, "--epochs", "1", "--backend", "numpy", "--out", str(out),
               "--set", "channels=4-3-2", "samples=128"]
    assert main([*command, f"judge={judge}"]) == 0
    assert not (out / "cells").exists()
    before = read_json(runs("fashion-gan") / "summary.json")["metrics"]["judge_sha256"]
    assert read_json(out / "summary.json")["metrics"]["judge_sha256"] == before
    capsys.readouterr()
    assert main([*command[:-1], "samples=128", f"judge={runs('mnist-vae')}", "--out", str(tmp_path / "b")]) == 2
    assert "is a run of mnist-vae; fashion-gan takes its judge from one of fashion-judge" in capsys.readouterr().err


# -- the distance

def test_the_frechet_distance_of_normal_distributions():
    from scipy.linalg import sqrtm
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((400, 5)) @ rng.standard_normal((5, 5)), 1 + rng.standard_normal((400, 5))
    (m1, s1), (m2, s2) = moments(a), moments(b)
    expected = np.sum((m1 - m2) ** 2) + np.trace(s1 + s2 - 2 * np.real(sqrtm(s1 @ s2)))
    assert frechet_distance((m1, s1), (m2, s2)) == pytest.approx(expected, rel=1e-8)
    assert frechet_distance((m1, s1), (m1, s1)) == pytest.approx(0, abs=1e-9)
    shifted = moments(a + 3.0)
    assert frechet_distance((m1, s1), shifted) == pytest.approx(5 * 9, rel=1e-9)


# -- bad input

@pytest.mark.parametrize(("arguments", "message"), [
    (["mnist-vae", "--set", "latent=0"], "latent is at least 1; got 0"),
    (["mnist-vae", "--set", "spread=std"], "spread is one of logvar, variance; got 'std'"),
    (["mnist-vae", "--set", "likelihood_variance=0"], "likelihood_variance is above 0; got 0"),
    (["fashion-gan", "--set", "channels=64-32"], "channels is 3 widths with a dash between, such as 16-32-64; got"),
    (["fashion-gan", "--set", "loss=wasserstein"], "loss is one of non-saturating, minimax; got 'wasserstein'"),
    (["lookahead-vae"], "lookahead-vae is built for 3 x 32 x 32 images"),
])
def test_bad_input_is_one_line(digits, tmp_path, capsys, arguments, message):
    name, *rest = arguments
    assert main(["run", name, "--data", digits, "--backend", "numpy", "--out", str(tmp_path / "run"), *rest]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert len(error.splitlines()) == 1


@pytest.mark.parametrize("name", ["fashion-gan", "stacked-adversarial"])
def test_games_cannot_be_searched(tmp_path, capsys, name):
    assert main(["tune", name, "--data", "embedded", "--over", "lr", "--out", str(tmp_path / "tune")]) == 2
    assert f"{name} cannot be searched: it has no loss on folds" in capsys.readouterr().err


def test_a_loss_times_a_number():
    y, t = np.array([[0.3, -2.0]]), np.array([[1.0, 0.0]])
    value, dy = bce_with_logits(y, t)
    half, dhalf = bce_with_logits.times(-0.5)(y, t)
    assert half == pytest.approx(-0.5 * value)
    assert np.allclose(dhalf, -0.5 * dy)
    with pytest.raises(ValueError, match="a finite number; got nan"):
        mse.times(math.nan)
