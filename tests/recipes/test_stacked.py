"""stacked-adversarial: the stack that grows inward, who moves in which stage, early ends, and what is reported."""
from dataclasses import replace

import numpy as np
import pytest

from nanoae import Stack
from nanoae.cli import main
from nanoae.data import Batches
from nanoae.data.dataset import DataError
from nanoae.data.drawn_faces import load_drawn_faces
from nanoae.data.faces import load_face_pairs
from nanoae.gradcheck import GradientError, check
from nanoae.layers import Conv2d, Flatten, Sigmoid
from nanoae.losses import mse
from nanoae.models.stacked import discriminator, innermost, nested, without_head
from nanoae.optim import SGD, Adam
from nanoae.recipes import get_recipe
from nanoae.recipes.stacked_adversarial.algorithm import multiply_adds
from nanoae.recipes.stacked_adversarial.pair import Pair
from nanoae.recipes.stacked_adversarial.who import FEW, unseen
from nanoae.sealed import read_json
from nanoae.training import Fit, Seeds
from nanoae.trials import Run
from tests.kill_harness import tensors_equal
from tests.recipes.small_set import assert_reported_alike
from tests.training.leaving import assert_goes_on

recipe = get_recipe("stacked-adversarial")


def settings(**given):
    return recipe.Settings(**{"data": "embedded", "backend": "numpy", "levels": "2-3", "batch_size": 84, "epochs": 1,
                              "trials": 1, "who_epochs": 1} | given)


def stages(method="gasca", **given):
    s = settings(**given)
    return recipe.fit(s, recipe.data(s), method)


def built(levels, shape=(1, 9, 12), before=None, seed=0):
    return nested(levels, shape, before).build(shape, "float64", "numpy", np.random.default_rng(seed))


# -- the stack

def test_a_stack_gives_images_of_the_size_that_it_took_and_grows_inward():
    one = built((2,))
    two = built((2, 3), before=one, seed=1)
    assert [part.out_shape for part in two.leaves] == [(2, 5, 6)] * 2 + [(3, 3, 3)] * 2 + [(2, 5, 6)] * 2 + [
        (1, 9, 12)] * 2
    assert np.array_equal(two["encoder"][0][0].W, one["encoder"][0][0].W)
    assert np.array_equal(two["decoder"][1][0].W, one["decoder"][0][0].W)
    outer, inner = innermost(two)
    assert (outer.in_shape, outer.out_shape) == ((1, 9, 12), (2, 5, 6))
    assert inner.in_shape == inner.out_shape == (2, 5, 6)
    x = np.random.default_rng(2).random((3, 1, 9, 12))
    codes = inner.forward(outer.forward(x)[0])[0]
    assert np.allclose(two["decoder"][1:].forward(codes)[0], two.forward(x)[0])
    with pytest.raises(ValueError, match="1 x 1 cannot be halved once more: take fewer pairs"):
        nested((2,) * 5, (1, 9, 12))


def test_a_part_between_two_layers_is_a_run_of_the_chain():
    net = built((2, 3))
    part = net.between(net["encoder"][1], net["decoder"][0])
    assert part.leaves == net.leaves[2:6]
    assert part is net.between(net["encoder"][1], net["decoder"][0])
    assert np.shares_memory(part.theta, net.theta)
    with pytest.raises(ValueError, match="do not stand in this order"):
        net.between(net["decoder"][0], net["encoder"][1])
    with pytest.raises(ValueError, match="do not stand in this order"):
        net.between(net["encoder"][1], Conv2d(1, 1, 3))


def test_a_discriminator_grows_without_its_head():
    rng = np.random.default_rng(0)
    first = discriminator((2,), (1, 9, 12)).build((1, 9, 12), "float64", "numpy", rng)
    second = discriminator((3,), (2, 5, 6)).build((2, 5, 6), "float64", "numpy", rng)
    both = discriminator((), (1, 9, 12), [*without_head(first), *without_head(second)])
    both.build((1, 9, 12), "float64", "numpy", rng)
    assert [leaf.out_shape for leaf in both.leaves][-2:] == [(27,), (1,)]
    assert np.array_equal(both[0].W, first[0].W)
    assert np.array_equal(both[2].W, second[0].W)


# -- who moves

def smooth(stack):
    """The same layers with a sigmoid for each activation: no kink is in the way of difference quotients."""
    parts = [smooth(part) if isinstance(part, Stack) else
             part.clone() if part.parameters or isinstance(part, Flatten) else Sigmoid() for part in stack]
    return Stack(parts, name=stack.name)


def test_the_gradient_of_a_pair_is_that_of_its_error_and_its_game():
    rng = np.random.default_rng(3)
    net = smooth(nested((2, 2), (1, 9, 12))).build((1, 9, 12), "float64", "numpy", rng)
    images, targets = rng.random((4, 1, 9, 12)), rng.random((4, 1, 9, 12))
    deal = Batches(images, 4, np.float64, targets=targets)
    critic = smooth(discriminator((2,), (2, 5, 6))).build((2, 5, 6), "float64", "numpy", rng)
    pair = Pair(net, None, mse, deal, deal, 1, Seeds(0), critic=critic, weight=3.0)
    pair.optimizer, pair.rival = SGD(pair.inner, 0.0), SGD(critic, 0.0)    # steps of no length: gradients stay
    pair.begin()
    batch = next(deal.in_order())
    x, target = (pair.outer.forward(images)[0].copy() for images in batch)

    def value(theta):
        pair.inner.theta[...] = theta
        y = pair.inner.forward(x, train=True)[0]
        d = 1 / (1 + np.exp(-critic.forward(y, train=True)[0]))
        return np.array([3.0 * np.mean((y - target) ** 2) + np.mean(np.log(1 - d))])

    def gradient(dy, theta):
        pair.inner.theta[...] = theta
        assert pair.step(batch) == pytest.approx(value(theta)[0])
        return (dy[0] * pair.inner.grad.copy(),)

    theta = pair.inner.theta.copy()
    check(value, gradient, theta, names=("theta",))
    pair.weight = 2.0
    with pytest.raises(GradientError):
        check(value, lambda dy, theta: gradient_of(pair, batch, dy, theta), theta)


def gradient_of(pair, batch, dy, theta):
    pair.inner.theta[...] = theta
    pair.step(batch)
    return (dy[0] * pair.inner.grad.copy(),)


def test_each_stage_moves_what_the_algorithm_says_and_nothing_else():
    """The networks before and after each stage; stages are as in algorithm 1 for two pairs."""
    training, seen = stages(), []
    whole_begin = training.begin

    def begin(number):
        whole_begin(number)
        seen.append((training.fit.stage, copies(training.fit)))

    training.begin = begin
    seen.append((training.fit.stage, copies(training.fit)))
    ends = []
    training.run(after_epoch=lambda line: ends.append((line["stage"], copies(training.fit))))
    assert [stage for stage, _ in ends] == ["pair 1", "pair 2", "tune G 2", "tune D 2"]
    moved = {stage: {name for name, before in begun.items() if not np.array_equal(before, after[name])}
             for (stage, begun), (_, after) in zip(seen, ends, strict=True)}
    assert moved["pair 1"] == {"encoder 1", "decoder 1", "critic"}
    assert moved["pair 2"] == {"encoder 2", "decoder 2", "critic"}
    assert moved["tune G 2"] == {"encoder 1", "encoder 2", "decoder 1", "decoder 2"}
    assert moved["tune D 2"] == {"critic"}


def copies(fit):
    """Weights by what they are: levels of the generator, the discriminators."""
    encoder, decoder = fit.net["encoder"], fit.net["decoder"]
    found = {f"encoder {k + 1}": level.theta.copy() for k, level in enumerate(encoder)}
    found |= {f"decoder {len(decoder) - k}": level.theta.copy() for k, level in enumerate(decoder)}
    return found | {name: net.theta.copy() for name, net in (("critic", fit.critic), ("carried", fit.carried))
                    if net is not None}


def test_the_stacked_discriminator_begins_with_the_trained_convolutions_and_the_new_head():
    training = stages()
    while training.fit.stage != "tune G 2":
        training.fit.run()
        training.begin(training.number + 1)
    first, second = training.fit.carried.theta.copy(), training.fit.critic
    training.begin(training.number + 1)
    stacked = training.fit.critic
    assert np.array_equal(stacked[0].theta, first[:stacked[0].theta.size])
    assert np.array_equal(stacked[2].theta, second[0].theta)
    assert np.array_equal(stacked[-1].theta, second[-1].theta)


def test_rivals_may_spend_as_much():
    costs = {}
    for method in ("gasca", "joint", "greedy"):
        training = stages(method, epochs=20)
        costs[method] = sum(epochs * cost for (epochs, _), cost in zip(
            training.stages, multiply_adds([make for _, make in training.stages]), strict=True))
    assert costs["joint"] == pytest.approx(costs["gasca"], rel=0.05)
    assert costs["greedy"] == pytest.approx(costs["gasca"], rel=0.05)


def test_a_stage_s_cost_is_counted():
    training = stages("joint")
    net, critic = training.net, training.fit.critic
    forward = net.macs(need_dx=False, need_dw=False)
    assert training.fit.multiply_adds() == net.macs(need_dx=False) + 2 * critic.macs(need_dx=False) + critic.macs(
        need_dw=False)
    assert training.fit.multiply_adds() > 2 * forward


# -- going on

@pytest.mark.parametrize("leave", [1, 5, 9, 13, 15])
def test_left_after_any_step_it_goes_on_to_the_same_bits(leave):
    assert_goes_on(stages, leave)


def stopping(losses, patience, epochs=10):
    """A small Fit whose validation losses are given."""
    net = Stack([Conv2d(1, 1, 3, padding=1), Sigmoid()]).build((1, 4, 5), "float64", "numpy", np.random.default_rng(0))
    deal = Batches(np.random.default_rng(1).random((6, 1, 4, 5)), 3, np.float64)
    given = iter(losses)
    fit = Fit(net, Adam(net, 0.1), mse, deal, deal, epochs, Seeds(0), validation_batches=deal)
    fit.test = lambda net, loss, batches: next(given)    # test, validation, test, ...
    fit.stop_early(patience)
    return fit


def doubled(losses):
    return [loss for loss in losses for _ in range(2)]


def test_a_training_ends_early_at_its_best_weights():
    fit, thetas = stopping(doubled([5, 4, 3, 6, 7, 1, 1]), 2), []
    fit.run(after_step=lambda: thetas.append(fit.net.theta.copy()))
    assert len(fit.history) == 5    # the third was the best, and two more did not help
    assert np.array_equal(fit.net.theta, thetas[5])    # two steps an epoch
    short, thetas = stopping(doubled([5, 4, 9]), 5, epochs=3), []
    short.run(after_step=lambda: thetas.append(short.net.theta.copy()))
    assert np.array_equal(short.net.theta, thetas[3])    # the last epoch came first
    with pytest.raises(ValueError, match="patience is at least 1 epoch; got 0"):
        short.stop_early(0)
    short.validation_batches = None
    with pytest.raises(ValueError, match="goes by the validation loss: give the Fit validation_batches"):
        short.stop_early(3)


def test_an_early_end_is_remembered():
    losses = [5, 4, 3, 6, 7]
    whole = stopping(doubled(losses), 2)
    whole.run()
    first, saved = stopping(doubled(losses), 2), {}

    def after_epoch(line):
        if line["epoch"] == 4:
            saved.update(tensors=first.tensors(), state=first.state())

    first.run(after_epoch=after_epoch)
    again = stopping(doubled(losses[4:]), 2)
    again.compare(**saved)
    again.load(**saved)
    again.run()
    assert tensors_equal(again.tensors(), whole.tensors())
    done = stopping([], 2)
    done.load(whole.tensors(), whole.state())
    done.run()    # nothing is left to do
    assert len(done.history) == 5


# -- faces

def test_nobody_stands_in_two_parts():
    data = load_drawn_faces()
    people = [set(labels.tolist()) for labels in (data.train_labels, data.validation_labels, data.test_labels)]
    assert [len(of) for of in people] == [14, 2, 4]
    assert len(set.union(*people)) == 20
    assert data.train.shape == data.train_targets.shape == (168, 1, 60, 64)
    for k in range(3):    # three poses of one target
        assert np.array_equal(data.train_targets[0], data.train_targets[k])
        assert not np.array_equal(data.train[k], data.train_targets[k])


@pytest.mark.real_data
def test_real_pairs_are_of_one_person(real_data):
    data = load_face_pairs(None, str(real_data))
    assert (len(data.train), len(data.validation), len(data.test)) == (317, 47, 93)
    assert len({*data.train_labels.tolist()}) == 14
    gap = np.mean((data.test / 255 - data.test_targets / 255) ** 2)
    assert 0.01 < gap < 0.02


def test_people_to_tell_apart_are_those_held_out():
    data = load_drawn_faces()
    (images, labels), (rest, of_rest) = unseen(data)
    assert len(images) == len(labels) == 6 * FEW
    assert len(rest) == len(of_rest) == 72 - 6 * FEW
    assert sorted(np.bincount(labels)) == [FEW] * 6
    assert not {image.tobytes() for image in images} & {image.tobytes() for image in rest}


def test_a_folder_of_too_few_people_is_refused(tmp_path):
    (tmp_path / "index.csv").write_text("file,person,pose,expression,frontal_file\na,x,left,sad,b\n")
    with pytest.raises(DataError, match="pairs of 1 people; at least 5 are split by person"):
        load_face_pairs(str(tmp_path))


# -- the run

@pytest.fixture(scope="module")
def run(tmp_path_factory):
    out = tmp_path_factory.mktemp("stack") / "run"
    assert main(["run", "stacked-adversarial", "--data", "embedded", "--epochs", "1", "--backend", "numpy", "--out",
                 str(out), "--set", "levels=2-3", "trials=2", "who_epochs=1", "batch_size=84"]) == 0
    return out


def test_a_run_reports_errors_depths_and_the_two_ways_of_doing_nothing(run):
    summary = read_json(run / "summary.json")
    metrics = summary["metrics"]
    for method in ("gasca", "joint", "greedy"):
        assert len(metrics[f"{method}_test_mse_values"]) == 2
    assert metrics["gasca_minus_joint_test_mse_values"][1] == pytest.approx(
        metrics["gasca_test_mse_values"][1] - metrics["joint_test_mse_values"][1])
    assert summary["test_loss"] == metrics["gasca_test_mse"] == metrics["gasca_test_loss"]
    assert {"gasca_depth_1_stacked_mse", "gasca_depth_2_stacked_mse", "gasca_depth_2_tuned_mse",
            "gasca_depth_2_tuning_steps", "greedy_depth_2_stacked_mse", "pretrained_test_accuracy",
            "scratch_test_accuracy"} <= set(metrics)
    data = load_drawn_faces()
    assert metrics["input_mse"] == pytest.approx(np.mean((data.test / 255 - data.test_targets / 255) ** 2), rel=1e-4)
    opened = Run(run, recipe)
    cell = opened.of("gasca")[0]
    y = cell.reconstruct(data.test)
    assert np.mean((y - data.test_targets / 255) ** 2) == pytest.approx(metrics["gasca_test_mse_values"][0], rel=1e-4)
    s = opened.of("pretrained")[0].settings
    assert s.generator == str((run / "cells" / "gasca-trial-0").resolve())
    begins = recipe.fit(s, data, "pretrained").net
    assert np.array_equal(begins[0].theta, cell.net["encoder"].theta)    # with the trained encoder
    alone = recipe.fit(replace(s, generator=None), data, "scratch").net
    assert not np.array_equal(alone[0].theta, begins[0].theta)


def test_its_pictures_are_drawn_again_alike(run):
    assert_reported_alike(run, {"errors", "depths", "faces"})


@pytest.mark.parametrize(("arguments", "message"), [
    (["--set", "levels=16-x"], "levels is some widths with a dash between, such as 16-32-64; got '16-x'"),
    (["--set", "levels=2-2-2-2-2-2-2"], "cannot be halved once more: take fewer pairs"),
    (["--set", "stage_patience=0"], "stage_patience is at least 1; got 0"),
    (["--data", "mnist-faces"], "is neither a folder of faces with an index.csv"),
])
def test_bad_input_is_one_line(tmp_path, capsys, arguments, message):
    code = main(["run", "stacked-adversarial", "--backend", "numpy", "--out", str(tmp_path / "run"), *arguments])
    assert code == (1 if "--data" in arguments else 2)
    error = capsys.readouterr().err
    assert message in error
    assert len(error.splitlines()) == 1
