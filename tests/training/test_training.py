"""The loop: repeatable, honest about what it saw, and clear about where a loss stopped being a number."""
import io
import json

import numpy as np
import pytest
from sklearn.decomposition import PCA

from nanoae import Stack
from nanoae.data import Batches
from nanoae.layers import Linear
from nanoae.losses import mse
from nanoae.optim import SGD, Adam, Lookahead, cosine
from nanoae.training import Fit, NonFiniteLoss, RunDirectory, RunError, Seeds, mean_loss, reconstructions, train
from nanoae.training.checkpoint import save_checkpoint
from nanoae.training.plain_progress import PlainProgress
from nanoae.training.position import Epoch
from nanoae.training.progress import make_progress
from tests.networks import SHAPE, built

IMAGES = np.random.default_rng(0).integers(256, size=(37, *SHAPE)).astype(np.uint8)


def fit_of(net, optimizer, epochs=3, seed=0):
    return Fit(net, optimizer, mse, Batches(IMAGES, 8), Batches(IMAGES, 8), epochs, Seeds(seed))


def run(optimizer=Adam, epochs=3, seed=0, backend="numpy"):
    net, _, _ = built(backend, "float32")
    made = optimizer(net)
    history = list(train(fit_of(net, made, epochs, seed)))
    return net, history


def test_the_same_seed_gives_the_same_bits():
    first, history = run()
    second, again = run()
    assert np.array_equal(first.theta, second.theta)
    assert np.array_equal(first.running, second.running)
    assert [e.train_loss for e in history] == [e.train_loss for e in again]
    assert not np.array_equal(run(seed=1)[0].theta, first.theta)


def test_the_same_batches_and_draws_whatever_the_optimizer():
    seen = {}

    class Spy(SGD):
        def step(self, evaluate):
            loss = super().step(evaluate)
            seen.setdefault(self.tag, []).append(float(loss))
            return loss

    for tag, wrap in (("a", lambda inner: inner), ("b", Lookahead)):
        Spy.tag = tag
        run(lambda net, wrap=wrap: wrap(Spy(net, lr=0.0)))
    assert seen["a"] == seen["b"]
    assert len(set(seen["a"])) == 15


def test_what_an_epoch_records():
    net, history = run()
    assert [e.number for e in history] == [1, 2, 3]
    assert [e.steps for e in history] == [5, 10, 15]
    assert history[-1].train_loss < history[0].train_loss
    assert set(history[0].gradient_norms) == {path for path, layer in net.paths() if layer.parameters}
    assert all(norm > 0 for norm in history[0].gradient_norms.values())
    assert all(e.seconds > 0 for e in history)


def test_training_moves_running_statistics_once_a_batch():
    net, _ = run(lambda net: SGD(net, lr=0.0), epochs=1)
    fresh, _, _ = built("numpy", "float32")
    cache, seeds = fresh.make_cache(8), Seeds(0)
    for x, _ in Batches(IMAGES, 8).shuffled(seeds.batches):
        fresh.forward(x, cache, train=True, rng=seeds.draws)
        fresh.commit(cache)
    assert np.array_equal(net.running, fresh.running)


def test_a_loss_that_is_no_number_names_layer_step_and_batch():
    net, _, decoder = built("numpy", "float32")

    class Sabotage(SGD):
        steps = 0

        def update(self):
            self.steps += 1
            if self.steps == 7:
                decoder[3].W[...] = np.inf

    with pytest.raises(NonFiniteLoss, match=r"epoch 2, step 8 \(mini-batch 3 of the epoch\).*decoder\.[34] ") as error:
        list(train(fit_of(net, Sabotage(net))))
    assert "learning rate" in str(error.value)


def test_mean_loss_weighs_every_image_the_same():
    net, _, _ = built("numpy", "float64")
    whole = mean_loss(net, mse, Batches(IMAGES, 37, np.float64))
    assert mean_loss(net, mse, Batches(IMAGES, 8, np.float64)) == pytest.approx(whole, rel=1e-12)
    outputs = reconstructions(net, IMAGES)
    assert np.mean((outputs - IMAGES / 255) ** 2) == pytest.approx(whole, rel=1e-12)


def test_a_linear_autoencoder_finds_the_span_of_the_first_principal_components():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((200, 8)) @ np.diag([5, 4, 3, 0.5, 0.4, 0.3, 0.2, 0.1]) @ np.linalg.qr(
        rng.standard_normal((8, 8)))[0]
    x -= x.mean(axis=0)
    net = Stack([Linear(8, 3, bias=False), Linear(3, 8, bias=False)]).build((8,), "float64", "numpy", rng)
    optimizer, cache = Adam(net, lr=0.02), net.make_cache(200)

    def evaluate(block=None, grad=True):
        net.forward(x, cache, train=True, need_y=False)
        value = net.loss(mse, x, cache)
        net.backward(None, cache, need_dx=False)
        return value

    for step in range(12_000):
        optimizer.lr = 0.02 * cosine(step, 12_000)
        loss = optimizer.step(evaluate)
    pca = PCA(3).fit(x)
    ours = np.linalg.qr(net[1].W)[0]    # (8, 3): an orthonormal basis of what the decoder can reach
    cosines = np.linalg.svd(pca.components_ @ ours)[1]
    assert cosines == pytest.approx(np.ones(3), abs=1e-6)
    assert float(loss) == pytest.approx(np.mean((x - pca.inverse_transform(pca.transform(x))) ** 2), rel=1e-6)


def test_run_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert [RunDirectory("x").path.name for _ in range(3)] == ["x-1", "x-2", "x-3"]
    out = RunDirectory("x", tmp_path / "named" / "deep")
    out.write_json("config.json", {"a": np.float32(1.5), "b": out.path})
    out.record([{"epoch": 1}])
    out.record([{"epoch": 2}])
    assert out.read_json("config.json") == {"a": 1.5, "b": str(out.path)}
    assert [json.loads(line)["epoch"] for line in (out.path / "history.jsonl").read_text().splitlines()] == [1, 2]
    assert not list(out.path.glob("*-part"))
    with pytest.raises(RunError, match="in use already"):
        RunDirectory("x", out.path)
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="in use already"):
        RunDirectory("x", tmp_path / "file")
    with pytest.raises(RunError, match="cannot make"):
        RunDirectory("x", tmp_path / "file" / "below")


def test_checkpoint_holds_weights_statistics_and_optimizer(tmp_path):
    from safetensors.numpy import load_file
    net, _, _ = built("numpy", "float32")
    optimizer = Lookahead(Adam(net))
    fit = fit_of(net, optimizer, epochs=1)
    list(train(fit))
    out = RunDirectory("x", tmp_path / "run")
    save_checkpoint(out, fit, 0.0)
    tensors = load_file(out.path / "checkpoint.safetensors")
    assert np.array_equal(tensors["encoder.1.W"], net.named()["encoder.1.W"])
    assert np.array_equal(tensors["decoder.4.running_var"], net["decoder"][4].running_var)
    assert {"optimizer.phi", "optimizer.inner.m", "optimizer.inner.v"} <= set(tensors)


def test_the_time_left_leaves_out_what_came_before_the_first_epoch():
    stream = io.StringIO()
    shown = PlainProgress(1, stream)
    shown.train(5, 100)
    shown.began -= 1000    # compiling
    shown.epoch(Epoch(1, 3, 0.5, 2.0, {}), {"test_loss": 0.5})
    assert "0:08 left" in stream.getvalue()


def test_progress_is_plain_lines_where_piped_and_a_live_bar_on_a_terminal():
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    texts = []
    for stream in (io.StringIO(), Terminal()):
        net, _, _ = built("numpy", "float32")
        with make_progress(stream=stream) as shown:
            shown.note("a [sentence]")
            shown.train(2, len(IMAGES))
            for epoch in train(fit_of(net, Adam(net), epochs=2), progress=shown):
                shown.epoch(epoch, {"test_loss": 0.5})
        texts.append(stream.getvalue())
    piped, live = texts
    assert piped.splitlines()[0] == "a [sentence]"
    assert piped.splitlines()[1].startswith("epoch 1/2  train 0.")
    assert "images/s" in piped
    assert "\x1b" not in piped
    assert "a [sentence]" in live
    assert "epoch 2/2" in live
    assert "\x1b" in live
