"""Nested alternating minimization: whose turn it is, what moves, and which kernels a phase calls."""
from collections import Counter
from types import ModuleType

import numpy as np
import pytest

from nanoae import Stack
from nanoae.kernels import OPERATIONS
from nanoae.kernels import numpy as plain
from nanoae.layers import Dropout, Linear, ReLU, Sigmoid
from nanoae.losses import mse
from nanoae.optim import FISTA, NAM, SGD, Adam, CodePenalty, Lookahead, Phase
from nanoae.parameters import Vector


def counting():
    """The NumPy rung, counting its calls in .counts."""
    kernels = ModuleType("counting")
    kernels.counts, kernels.xp, kernels.FUSES = Counter(), np, ()

    def counted(name):
        def call(*args, **kwargs):
            kernels.counts[name] += 1
            return getattr(plain, name)(*args, **kwargs)
        return call

    for name in OPERATIONS:
        setattr(kernels, name, counted(name))
    return kernels


def autoencoder(backend="numpy"):
    encoder = Stack([Linear(6, 4), ReLU(), Linear(4, 3)], name="encoder")
    decoder = Stack([Linear(3, 5), Sigmoid(), Linear(5, 6), Sigmoid()], name="decoder")
    return Stack([encoder, decoder]).build((6,), "float64", backend, np.random.default_rng(0))


def evaluation(net, seed=1):
    x = np.random.default_rng(seed).random((8, 6))
    cache = net.make_cache(8)

    def evaluate(block=None, grad=True):
        net.forward(x, cache, train=True, need_y=False)
        value = net.loss(mse, x, cache)
        if grad:
            net.backward(None, cache, need_dx=False, need_dw=True if block is None else block)
        return value

    return evaluate


def test_phases_alternate_and_move_their_block_alone():
    net = autoencoder()
    evaluate = evaluation(net)
    optimizer = NAM(net, [Adam(net["decoder"], 0.01), SGD(net["encoder"], 0.1)], every=3)
    for k in range(12):
        before = net.theta.copy()
        optimizer.step(evaluate)
        moved = {part.name: not np.array_equal(before[part.slice], part.theta) for part in net}
        decoders_turn = k // 3 % 2 == 0
        assert moved == {"encoder": not decoders_turn, "decoder": decoders_turn}


def test_all_phases_in_one_step_equal_their_methods_by_hand():
    ours, theirs = autoencoder(), autoencoder()
    evaluate, by_hand = evaluation(ours), evaluation(theirs)
    optimizer = NAM(ours, [Phase(FISTA(ours["encoder"], 0.1), 5), Phase(FISTA(ours["decoder"], 0.1), 15)])
    inner = FISTA(theirs["encoder"], 0.1), FISTA(theirs["decoder"], 0.1)
    for _ in range(4):
        optimizer.step(evaluate)
        for method, times in zip(inner, (5, 15), strict=True):
            method.restart()
            for _ in range(times):
                method.step(by_hand)
    assert np.array_equal(ours.theta, theirs.theta)


def test_a_phase_does_no_work_for_the_other_block():
    kernels = counting()
    net = autoencoder(kernels)
    evaluate = evaluation(net)
    for block, weights, inputs in ((net["decoder"], 2, 1), (net["encoder"], 2, 3)):
        kernels.counts.clear()
        evaluate(block=block)
        assert kernels.counts["linear_weight_grad"] == weights
        assert kernels.counts["linear_input_grad"] == inputs


def test_nam_inside_lookahead_and_its_state_bit_for_bit():
    runs = []
    for split in (False, True):
        net = autoencoder()
        evaluate = evaluation(net)

        def make(net=net):
            return Lookahead(NAM(net, [Adam(net["decoder"], 0.01), Phase(FISTA(net["encoder"], 0.1), 2)], every=2), k=3)

        optimizer = make()
        for k in range(20):
            if split and k == 9:
                state = optimizer.state()
                optimizer = make()
                optimizer.load_state(state)
            optimizer.step(evaluate)
        runs.append(net.theta.copy())
    assert np.array_equal(*runs)


def test_a_bad_state_changes_nothing():
    net = autoencoder()
    optimizer = NAM(net, [Adam(net["decoder"]), Adam(net["encoder"])])
    optimizer.step(evaluation(net))
    before = optimizer.state()
    with pytest.raises(ValueError, match="holds"):
        optimizer.load_state({name: value for name, value in before.items() if name != "phase1.m"})
    for name, value in optimizer.state().items():
        assert np.array_equal(value, before[name])


def test_phases_of_different_length_and_momentum_that_begins_with_each():
    net = autoencoder()
    evaluate = evaluation(net)
    encoder = FISTA(net["encoder"], 0.1)
    optimizer = NAM(net, [Adam(net["decoder"], 0.01), encoder], every=(3, 2))
    turns, momentum = [], []
    for _ in range(10):
        turns.append(optimizer.active[0].block.name)
        optimizer.step(evaluate)
        momentum.append(encoder.j)
    assert turns == ["decoder"] * 3 + ["encoder"] * 2 + ["decoder"] * 3 + ["encoder"] * 2
    assert momentum == [0, 0, 0, 1, 2, 2, 2, 2, 1, 2]


def test_a_phase_with_a_batch_size_of_its_own_walks_through_the_mini_batch():
    net = autoencoder()
    x, seen = np.random.default_rng(1).random((8, 6)), []

    def evaluate(block=None, grad=True):
        seen.append((block.name, len(evaluate.batch), evaluate.batch[0, 0]))
        _, cache = net.forward(evaluate.batch, train=True)
        value = net.loss(mse, evaluate.batch, cache)
        net.backward(None, cache, need_dx=False, need_dw=block)
        return value

    evaluate.batch = x
    NAM(net, [Phase(Adam(net["decoder"]), batch_size=3), Phase(SGD(net["encoder"]), 2)]).step(evaluate)
    assert [entry[:2] for entry in seen] == [("decoder", 3), ("decoder", 3), ("decoder", 2), ("encoder", 8),
                                             ("encoder", 8)]
    assert [entry[2] for entry in seen[:3]] == [x[0, 0], x[3, 0], x[6, 0]]
    assert evaluate.batch is x


def test_a_method_that_looks_at_the_mini_batch_says_so_where_it_is_missing():
    net = autoencoder()
    penalised = FISTA(net["encoder"], 0.1, CodePenalty(net["encoder"], 1))
    for phase in (Phase(Adam(net["decoder"]), batch_size=3), penalised):
        with pytest.raises(ValueError, match=r"set evaluate\.batch"):
            NAM(net, [phase]).step(evaluation(net))


def test_blocks_may_be_slices_of_theta():
    net = autoencoder()
    evaluate = evaluation(net)
    half = net.theta.size // 2
    parts = [Vector(net.theta[a:b], net.grad[a:b]) for a, b in ((0, half), (half, net.theta.size))]
    optimizer = NAM(net, [SGD(part, 0.1) for part in parts], every=1)

    def on_slices(block=None, grad=True):
        return evaluate(None, grad)

    for k in range(4):
        before = net.theta.copy()
        optimizer.step(on_slices)
        moved = before != net.theta
        assert moved[:half].any() == (k % 2 == 0)
        assert moved[half:].any() == (k % 2 == 1)
    with pytest.raises(ValueError, match="overlap"):
        NAM(net, [SGD(parts[0]), SGD(Vector(net.theta[half - 1:], net.grad[half - 1:]))])


def test_the_ratio_of_learning_rates_survives_a_schedule_that_ends_at_0():
    net = autoencoder()
    optimizer = NAM(net, [Adam(net["decoder"], 0.01), Adam(net["encoder"], 0.001)])
    for lr in (0.02, 0.0, 0.04):
        optimizer.lr = lr
        assert [phase.optimizer.lr for phase in optimizer.phases] == pytest.approx([lr, lr / 10])


def test_lookahead_begins_the_momentum_anew_where_it_steps_back():
    net = autoencoder()
    inner = FISTA(net["encoder"], 0.1)
    optimizer = Lookahead(NAM(net, [inner], every=100), k=3)
    evaluate = evaluation(net)
    steps = []
    for _ in range(5):
        optimizer.step(evaluate)
        steps.append(inner.j)
    assert steps == [1, 2, 0, 1, 2]


def with_dropout():
    with_dropout.net = Stack([Linear(6, 4), Dropout(0.5)]).build((6,), "float64", "numpy", np.random.default_rng(0))
    return with_dropout.net


@pytest.mark.parametrize(("make", "message"), [
    (lambda net: NAM(net, []), "at least one phase"),
    (lambda net: NAM(net, [Adam(net["encoder"]), Adam(net)]), "overlap"),
    (lambda net: NAM(net, [Adam(net["encoder"][1])]), "is empty"),
    (lambda net: NAM(net["encoder"], [Adam(net["decoder"])]), "is not a part of"),
    (lambda net: NAM(net, [Adam(autoencoder()["encoder"])]), "is not a part of"),
    (lambda net: NAM(net, [Phase(Adam(net["encoder"]), 0)]), "iterations is a whole number, at least 1"),
    (lambda net: NAM(net, [Adam(net["encoder"])], every=0), "at least 1"),
    (lambda net: NAM(net, [Adam(net["encoder"])], every=(2, 3)), "one for each phase"),
    (lambda net: NAM(net, [Phase(Adam(net["encoder"]), batch_size=0)]), "batch_size is a whole number"),
    (lambda net: NAM(with_dropout(), [Phase(Adam(with_dropout.net[0]), batch_size=2)]), "without dropout"),
    (lambda net: NAM(net, [Adam(net["encoder"])]).update(), r"call step\(evaluate\)")])
def test_what_cannot_be_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make(autoencoder())
