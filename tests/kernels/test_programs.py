"""Walks that are captured and replayed: the walk's bits, one call from Python, and what they leave behind."""
import numpy as np
import pytest
from numba import get_num_threads, set_num_threads

from nanoae import Stack
from nanoae.kernels import numba, recording
from nanoae.kernels.numba import doors, program
from nanoae.layers import Dropout, L1Penalty, Linear, ReLU, Sigmoid
from nanoae.losses import cross_entropy, mse
from nanoae.optim import NAM, Adam
from nanoae.samples import Batch, Chosen
from nanoae.training.evaluation import Evaluation
from tests.kernels.test_numba_rung import images, network, step


def test_replayed_calls_give_the_walk_s_bits():
    """The second step repeats recorded kernel calls; a net that never records walks through its layers every time."""
    replaying, walking = network("float32"), network("float32")
    caches = replaying.make_cache(50), walking.make_cache(50)
    caches[1].tapes.capture = None
    optimizers = Adam(replaying), Adam(walking)
    for n in (50, 50, 17, 50, 50):
        x = images(n, "float32")
        for net, cache, optimizer in zip((replaying, walking), caches, optimizers, strict=True):
            step(net, cache, x)
            optimizer.update()
            net.commit(cache)
        assert np.array_equal(replaying.grad, walking.grad)
        assert np.array_equal(replaying.theta, walking.theta)
        assert np.array_equal(replaying.running, walking.running)
    assert caches[0].tapes.kept
    assert not caches[1].tapes.kept


class Counting(ReLU):
    """A layer of one's own: its Python runs at every step."""

    calls = 0

    def compute(self, c):
        Counting.calls += 1
        super().compute(c)


def test_a_layer_of_one_s_own_is_never_replayed():
    Counting.calls = 0
    net = Stack([Linear(3, 2), Counting()]).build((3,), rng=np.random.default_rng(0), fuse=False)
    cache = net.make_cache(4)
    for _ in range(3):
        net.forward(np.ones((4, 3)), cache)
    assert Counting.calls == 3


class Heavy(ReLU):
    """Penalises by its own Python."""

    penalises = True

    def penalise(self, c):
        return 0.25 * np.sum(c.x ** 2)


def autoencoder(own=False, dropout=False):
    """A network in two blocks, with a penalty, and if asked a layer of one's own that computes and penalises."""
    encoder = Stack([Linear(6, 4), Heavy() if own else ReLU(), *([Dropout(0.3)] if dropout else []), Linear(4, 3),
                     L1Penalty(0.1)], name="encoder")
    decoder = Stack([Linear(3, 5), Sigmoid(), Linear(5, 6), Sigmoid()], name="decoder")
    return Stack([encoder, decoder]).build((6,), "float32", "numba", np.random.default_rng(0))


def evaluations(**kind):
    """The same network twice, with an Evaluation that replays and one that walks."""
    nets = autoencoder(**kind), autoencoder(**kind)
    made = [Evaluation(net, mse, net.make_cache(20)) for net in nets]
    made[1].cache.tapes.capture = None
    return nets, made


def chosen(n, seed):
    """n images of 12 numbers out of 30, the same 30 for all seeds."""
    return Chosen(DATA, np.random.default_rng(seed).integers(0, 30, n))


DATA = np.random.default_rng(5).integers(0, 256, (30, 6), np.uint8)


@pytest.mark.parametrize("own", [False, True])
@pytest.mark.parametrize("dropout", [False, True])
def test_evaluations_by_turns_give_the_walk_s_bits(own, dropout):
    """Blocks alternate; mini-batches are whole, partial, arrays and Chosen: each kind has a tape of its own."""
    nets, made = evaluations(own=own, dropout=dropout)
    optimizers = [NAM(net, [Adam(net["decoder"], 0.01), Adam(net["encoder"], 0.01)]) for net in nets]
    for seed in range(24):
        n = (20, 20, 7)[seed % 3]
        batch = chosen(n, seed) if seed % 4 else np.asarray(chosen(n, seed))
        losses = []
        for net, evaluate, optimizer in zip(nets, made, optimizers, strict=True):
            net.draw(evaluate.cache, n, np.random.default_rng(seed))
            evaluate.begin(batch)
            losses.append(optimizer.step(evaluate))
            evaluate.commit()
        assert losses[0] == losses[1], seed
        assert np.array_equal(nets[0].theta, nets[1].theta), seed
    kinds = {name for name, _ in made[0].cache.tapes.kept}
    assert ("evaluation", nets[0]) in kinds


def test_an_evaluation_is_one_program_and_walks_once_for_each_kind(monkeypatch):
    (net, _), (evaluate, _) = evaluations()
    walks = []
    forward = type(net).forward
    monkeypatch.setattr(type(net), "forward", lambda self, *args, **kwargs: walks.append(1) or forward(
        self, *args, **kwargs))
    for seed in range(6):
        for n in (20, 7):
            for block in (net["encoder"], net["decoder"]):
                evaluate.begin(chosen(n, seed))
                evaluate(block)
    assert len(walks) == 4
    tapes = [tape for (name, _), tape in evaluate.cache.tapes.kept.items() if name == ("evaluation", net)]
    assert len(tapes) == 4
    for tape in tapes:
        assert [type(piece) for piece in tape.program.pieces] == [program.Loop]    # one call from Python


def test_what_a_walk_left_in_the_slots_is_put_back():
    (net, _), (evaluate, _) = evaluations()
    for seed in (0, 1):
        for n in (20, 7):
            evaluate.begin(chosen(n, seed))
            evaluate()
            assert evaluate.cache.n == n
            assert all(output.shape[0] == n for output in net.activations(evaluate.cache).values()
                       if output is not None)
            expected = net.clone().build((6,), "float32", "numpy").forward(np.asarray(chosen(n, seed)))[0]
            assert np.allclose(net.output(evaluate.cache), expected, atol=1e-6)


def test_a_replayed_forward_knows_its_own_input():
    """A target that was the input of an earlier forward is not the input of this one."""
    (net, _), _ = evaluations()
    cache, batches = net.make_cache(20), [chosen(20, seed) for seed in range(3)]
    for x in batches:
        net.forward(x, cache, need_y=False)
        for target in batches:
            expected, _ = mse(net.clone().build((6,), "float32", "numba").forward(np.asarray(x))[0].copy(),
                              np.asarray(target))
            assert float(net.loss(mse, target, cache) - net.penalty(cache)) == pytest.approx(expected, rel=1e-5)


def test_a_replayed_backward_leaves_the_loss_s_gradient_where_it_is():
    (net, _), _ = evaluations()
    cache, dy = net.make_cache(20), np.ones((20, 6), np.float32)
    net.forward(chosen(20, 0), cache)
    net.backward(dy, cache)    # recorded before there was a loss
    for seed in (1, 2):
        net.forward(chosen(20, seed), cache)
        with pytest.raises(ValueError, match="none was taken of this output"):
            net.backward(None, cache)
        net.backward(dy, cache)
        with pytest.raises(ValueError, match="none was taken of this output"):
            net.backward(None, cache)
        net.loss(mse, chosen(20, seed), cache)
        net.backward(dy, cache)
        net.backward(None, cache)    # it was taken, and is there still


def test_a_mini_batch_that_does_not_fit_is_refused_at_a_replay_too():
    (net, _), (evaluate, _) = evaluations()
    for _ in range(2):
        evaluate.begin(np.ones((4, 6), np.float32))
        evaluate()
    for wrong, text in ((np.ones((4, 7), np.float32), "expected"), (np.ones((40, 6), np.float32), "cache holds 20"),
                        (np.ones((4, 6), np.int64), "floating point")):
        evaluate.begin(wrong)
        with pytest.raises(ValueError, match=text):
            evaluate()
    net, _ = evaluations(dropout=True)[0]
    evaluate = Evaluation(net, mse, net.make_cache(20))
    evaluate.begin(chosen(20, 0))
    net.draw(evaluate.cache, 20, np.random.default_rng(0))
    evaluate()
    evaluate.begin(chosen(7, 0))
    with pytest.raises(ValueError, match="was drawn for 20 samples"):
        evaluate()


def test_labels_are_checked_and_taken_anew_at_every_replay():
    net = Stack([Linear(6, 4)]).build((6,), "float32", "numba", np.random.default_rng(0))
    evaluate = Evaluation(net, cross_entropy, net.make_cache(8))
    x, values = np.random.default_rng(0).random((8, 6), np.float32), set()
    for label in (0, 1, 2, 3):
        evaluate.begin(Batch(x, np.full(8, label)))
        values.add(float(evaluate()))
        expected, _ = cross_entropy(net.forward(x)[0].copy(), np.full(8, label))
        assert float(evaluate()) == pytest.approx(expected, rel=1e-6)
    assert len(values) == 4
    evaluate.begin(Batch(x, np.full(8, 4)))
    with pytest.raises(ValueError, match="labels run from 0 to 3"):
        evaluate()


def test_images_of_another_array_are_a_kind_of_their_own():
    """A tape holds the address of the images; another array at that address must not be mistaken for them."""
    (net, _), (evaluate, walked) = evaluations()
    for seed in range(30):
        images = np.random.default_rng(seed).integers(0, 256, (30, 6), np.uint8)
        losses = []
        for one in (evaluate, walked):
            one.begin(Chosen(images, np.arange(20)))
            losses.append(float(one(grad=False)))
        assert losses[0] == losses[1]
        del images
    assert len(evaluate.cache.tapes.kept) <= 64
    assert len(evaluate.cache.tapes.programs) <= 64


def test_a_recording_inside_another_is_written_down_in_both():
    x, y = np.linspace(-1, 1, 32, dtype=np.float32), np.empty(32, np.float32)
    with recording.recording() as outer:
        numba.relu_forward(x, out=y)
        with recording.recording() as inner:
            numba.sigmoid_forward(y, out=y)
        with numba.capture() as program:
            numba.tanh_forward(y, out=y)
        program.replay()
    assert [kernel.__name__ for kernel, _ in inner] == ["sigmoid"]
    assert [kernel.__name__ for kernel, _ in outer] == ["relu", "sigmoid", "tanh", "tanh"]


def test_what_a_replay_calls_inside_is_not_written_down_again():
    """A layer of one's own calls kernels at its edges; they belong to its own entry, in every recording around."""
    (net, _), (evaluate, _) = evaluations(own=True)
    for block in (net["encoder"], net["decoder"]):    # the second evaluation replays the first one's forward
        evaluate.begin(chosen(20, 0))
        evaluate(block)
    names = [[kernel.__name__ for kernel, _ in tape.program.calls]
             for (name, _), tape in evaluate.cache.tapes.kept.items() if name == ("evaluation", net)]
    forward_and_loss = names[0].index("absolute") + 1
    assert names[0][:forward_and_loss] == names[1][:forward_and_loss]
    assert [calls.count("through_edges") for calls in names] == [2, 1]    # up and down, up alone
    assert "spill" not in names[0] + names[1]    # what the edges call


def test_a_program_keeps_its_arrays_and_its_order_beside_python():
    x, log = np.linspace(-1, 1, 32, dtype=np.float32), []
    noted = recording.recorded(lambda text: log.append((text, x.copy())))
    with numba.capture() as made:
        numba.relu_forward(x, out=x)
        noted("after relu")
        numba.sigmoid_forward(x, out=x)
        noted("after sigmoid")
    start = np.linspace(-1, 1, 32, dtype=np.float32)
    for _ in range(9):
        x[...] = start
        log.clear()
        made.replay()
        assert [text for text, _ in log] == ["after relu", "after sigmoid"]
        assert np.array_equal(log[0][1], np.maximum(start, 0))
        assert np.array_equal(log[1][1], x)
    assert [type(piece) for piece in made.pieces] == [program.Loop, program.Call] * 2


def test_trials_end_and_threads_are_as_before():
    most = get_num_threads()
    x = np.zeros(1 << 16, np.float32)
    with numba.capture() as made:
        numba.tanh_forward(x, out=x)
    seen = []
    for _ in range(program.TRIALS + 3):
        made.replay()
        seen.append(get_num_threads())
    assert seen == [most] * len(seen)
    assert most == 1 or (made.trials == program.TRIALS and np.isfinite([*made.least.values()]).all())
    set_num_threads(1)
    try:
        made.replay()
        assert get_num_threads() == 1
    finally:
        set_num_threads(most)


def test_a_block_holds_arguments_as_they_are():
    kinds = "".join(kind for kind, _ in doors.flat(numba_type(np.float32(2.5)), np.float32(2.5)))
    assert kinds == "f"
    (_, word), = doors.flat(numba_type(-1.5), -1.5)
    assert np.array([word]).view(np.float64)[0] == -1.5
    array = np.zeros((3, 4), np.float32)
    assert [word for _, word in doors.flat(numba_type(array), array)] == [0, 0, 12, 4, array.ctypes.data, 3, 4, 16, 4]
    assert doors.flat(numba_type((3, -4)), (3, -4)) == [("i", 3), ("i", -4)]


def numba_type(value):
    from numba import typeof
    return typeof(value)
