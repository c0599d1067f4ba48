"""What faults may do to a run: nothing, or one clear error; never other figures without a word."""
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from nanoae import Stack
from nanoae.cli import main
from nanoae.data import Batches
from nanoae.layers import Flatten, Linear, ReLU, Reshape, Sigmoid
from nanoae.losses import mse
from nanoae.optim import SGD, Adam
from nanoae.recipes import get_recipe
from nanoae.runs import load_run, report
from nanoae.sealed import json_text, read_json, sealed_json
from nanoae.training import Fit, NonFiniteLoss, RunDirectory, RunError, Seeds, train
from nanoae.training.plain_progress import PlainProgress
from nanoae.training.progress import make_progress
from nanoae.training.threads import Threads
from tests.data.test_data import write_set
from tests.kill_harness import losses
from tests.networks import SHAPE, built
from tests.systems import LINUX, POSIX

IMAGES = np.random.default_rng(0).integers(256, size=(37, *SHAPE)).astype(np.uint8)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """(folder of the data set's folder, run directory of two epochs)"""
    folder = tmp_path_factory.mktemp("faults")
    write_set(folder / "mnist", train=40, test=10)
    recipe = get_recipe("mnist-autoencoder")
    recipe.run(recipe.Settings(data_dir=str(folder), epochs=2, batch_size=16, latent=3, backend="numpy",
                               out=str(folder / "run")))
    return folder, folder / "run"


def resumed(out, *more):
    return main(["run", "mnist-autoencoder", "--resume", "--out", str(out), *more])


def test_a_flipped_bit_is_refused_or_changes_nothing(run, tmp_path):
    """Some of each file; `python -m tests.flip_harness` flips a thousand."""
    from tests.flip_harness import flip_all
    for name, (refused, same, other) in flip_all(run[1], tmp_path, 60, seed=1).items():
        assert other == 0, name
        assert refused + same == 60
        assert refused > 0


def test_a_refused_resume_changes_nothing(run, tmp_path, capsys):
    copy, other = tmp_path / "copy", tmp_path / "other"
    shutil.copytree(run[1], copy)
    (copy / "summary.json").unlink()
    write_set(other / "mnist", train=44, test=10)
    before = {path.name: path.read_bytes() for path in copy.iterdir()}
    assert resumed(copy, "--data-dir", str(other)) == 1
    assert "another set of training images" in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in copy.iterdir()} == before


@pytest.mark.parametrize("change", [{"epochs": "3"}, {"epochS": 3}, {"seed": True}, {"latent": [1]}])
def test_a_config_of_another_type_or_with_an_unknown_key_is_one_error(run, tmp_path, change, capsys):
    copy = tmp_path / "copy"
    shutil.copytree(run[1], copy)
    (copy / "config.json").write_bytes(sealed_json(read_json(copy / "config.json") | change))
    (copy / "summary.json").unlink()
    assert resumed(copy) == 2
    error = capsys.readouterr().err
    assert len(error.splitlines()) == 1
    assert "config.json" in error


@pytest.mark.parametrize("content", [b"[]", b"null", b"{}", b"[" * 5000, b"\xff\xfe", b"3"])
@pytest.mark.parametrize("name", ["config.json", "summary.json"])
def test_json_of_another_kind_is_one_error(run, tmp_path, name, content, capsys):
    copy = tmp_path / "copy"
    shutil.copytree(run[1], copy)
    (copy / name).write_bytes(content)
    assert resumed(copy) == 1
    error = capsys.readouterr().err
    assert len(error.splitlines()) == 1
    assert name in error


def test_divergence_in_the_last_step_is_an_error():
    net, _, _ = built("numpy", "float32")
    fit = Fit(net, SGD(net, lr=1e30), mse, Batches(IMAGES, 40), Batches(IMAGES, 8), 1, Seeds(0))
    with pytest.raises(NonFiniteLoss, match="the test loss is nan after epoch 1, step 1"), np.errstate(all="ignore"):
        fit.run()


def test_json_has_no_word_for_nan():
    assert json.loads(json_text({"a": np.float32(np.nan), "b": [float("inf"), 1.5]})) == {"a": None, "b": [None, 1.5]}
    with pytest.raises(TypeError, match="no place in JSON"):
        json_text({"a": {1, 2}})


def test_nan_in_the_input_is_blamed_on_the_input():
    net, _, _ = built("numpy", "float32")
    batches = Batches(IMAGES.astype(np.float32) / 255, 8)
    batches.images[5, 0, 0, 0] = np.nan    # after the check of the constructor
    with pytest.raises(NonFiniteLoss, match="the input holds nan"):
        list(train(Fit(net, Adam(net), mse, batches, batches, 1, Seeds(0))))
    with pytest.raises(ValueError, match="floats run from 0 to 1"):
        Batches(batches.images, 8)


def test_batches_take_floats_as_they_are():
    x = np.asarray(next(Batches(IMAGES.astype(np.float64) / 255, 8, np.float64).in_order()).x)
    assert np.array_equal(x, IMAGES[:8] / 255)
    assert x.max() > 0.9
    for wrong in (IMAGES.astype(np.int32), IMAGES.astype(np.float32)):
        with pytest.raises(ValueError, match="from 0 to 1"):
            Batches(wrong, 8)


class Told(PlainProgress):
    def __init__(self):
        super().__init__(1, sys.stderr)
        self.told = []

    def note(self, text):
        self.told.append(text)


def test_a_dead_network_is_told_of_once():
    size = int(np.prod(SHAPE))
    net = Stack([Flatten(), Linear(size, 4), ReLU(), Linear(4, size), Sigmoid(), Reshape(SHAPE)]).build(
        SHAPE, backend="numpy", rng=np.random.default_rng(0))
    net[1].W[...], net[1].b[...] = 0, -100    # no unit ever fires
    fit = Fit(net, Adam(net), mse, Batches(IMAGES, 8), Batches(IMAGES, 8), 5, Seeds(0))
    told = Told()
    fit.run(told)
    assert sum("same output for 3 epochs" in text for text in told.told) == 1


def test_a_reader_that_left_does_not_stop_a_training(tmp_path):
    class Full(io.StringIO):
        def write(self, text):
            raise OSError(28, "No space left on device")

    progress = PlainProgress(1, Full())
    progress.note("a line")
    progress.note("another")
    assert progress.stream is None
    assert isinstance(make_progress(1), PlainProgress)
    monkey = sys.stderr
    try:
        sys.stderr = None
        make_progress(1).note("nobody hears")
    finally:
        sys.stderr = monkey


@LINUX
@pytest.mark.slow
def test_standard_error_closed_or_full(tmp_path):
    write_set(tmp_path / "mnist", train=40, test=10)
    command = (f"{sys.executable} -m nanoae run mnist-autoencoder --data-dir {tmp_path} --backend numpy --epochs 2 "
               f"--out {tmp_path}/")
    for k, tail in enumerate(("2>&-", "2>/dev/full", "2>&1 | head -1")):
        done = subprocess.run(["bash", "-c", f"set -o pipefail; {command}{k} {tail}"], stdout=subprocess.PIPE,
                              check=False)
        assert read_json(tmp_path / str(k) / "summary.json")["epochs"] == 2, tail
        assert done.returncode == 0 or "head" in tail


def test_no_text_of_a_users_is_read_as_mathematics(tmp_path, capsys):
    write_set(tmp_path / "we$ird\\frac$", train=40, test=10)
    assert main(["run", "mnist-autoencoder", "--data", str(tmp_path / "we$ird\\frac$"), "--backend", "numpy",
                 "--epochs", "1", "--out", str(tmp_path / "run")]) == 0
    assert (tmp_path / "run" / "losses.png").exists()


def test_a_directory_that_was_moved_is_written_no_more(tmp_path):
    with RunDirectory("x", tmp_path / "run") as out:
        out.write_json("config.json", {"a": 1})
        (tmp_path / "run").rename(tmp_path / "moved")
        (tmp_path / "run").mkdir()
        for write in (lambda: out.write_json("config.json", {"a": 2}), lambda: out.record({"epoch": 1})):
            with pytest.raises(RunError, match="was moved, removed or replaced"):
                write()
    assert read_json(tmp_path / "moved" / "config.json") == {"a": 1}


@POSIX
def test_a_linked_part_is_not_written_through(tmp_path):
    (tmp_path / "precious").write_text("precious")
    with RunDirectory("x", tmp_path / "run") as out:
        (out.path / ".config.json.nanoae-part").symlink_to(tmp_path / "precious")
        out.write_json("config.json", {"a": 1})
    assert (tmp_path / "precious").read_text() == "precious"


def test_an_out_that_cannot_be_had_is_noticed_first(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    began = time.perf_counter()
    assert main(["run", "mnist-autoencoder", "--out", str(tmp_path / "file" / "below"), "--data", "nowhere"]) == 1
    assert "cannot be written: choose another --out" in capsys.readouterr().err
    assert time.perf_counter() - began < 5


def test_memory_that_is_not_there_is_one_line(capsys, tmp_path):
    for latent in (10 ** 9 * 1000, 10 ** 12 * 10 ** 6):
        code = main(["run", "mnist-autoencoder", "--data", "embedded", "--backend", "numpy", "--set",
                     f"latent={latent}", "--out", str(tmp_path / str(latent))])
        error = capsys.readouterr().err
        assert code in (1, 2)
        assert "Traceback" not in error
        assert "memory" in error.splitlines()[-1]


def test_report_before_the_first_epoch(run, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(run[1], copy)
    (copy / "history.jsonl").unlink()
    (copy / "weights.safetensors").unlink()
    with pytest.raises(RunError, match="no epoch is finished yet"):
        report(copy)
    with pytest.raises(RunError, match="no training has finished an epoch"):
        load_run(copy)


@POSIX
def test_a_hang_up_saves(tmp_path):
    write_set(tmp_path / "mnist", train=3000, test=10)
    process = subprocess.Popen([sys.executable, "-m", "nanoae", "run", "mnist-autoencoder", "--data-dir", str(tmp_path),
                                "--backend", "numpy", "--epochs", "60", "--out", str(tmp_path / "out")],
                               stderr=subprocess.PIPE, text=True)
    assert any("epoch  1/60" in line for line in iter(process.stderr.readline, ""))
    process.send_signal(signal.SIGHUP)
    process.stderr.read()
    process.stderr.close()
    assert process.wait() == 130
    assert losses(tmp_path / "out")


def test_threads_are_chosen_by_trying():
    now, used = [0.0], []
    threads = Threads(every=1.0, clock=lambda: now[0])
    threads.most = threads.current = 2
    threads.use = used.append

    def steps(count, seconds):
        """Epochs of 20 steps, each shorter than the time between two trials."""
        for k in range(count):
            if k % 20 == 0:
                threads.settle()
            now[0] += seconds(used[-1])
            threads.note(seconds(used[-1]))

    steps(400, lambda n: 0.01 if n == 2 else 0.02)    # alone: two threads are quicker
    assert threads.current == 2
    assert 1 in used    # it tried
    used.clear()
    used.append(2)
    before = now[0]
    steps(1200, lambda n: 0.06 if n == 2 else 0.02)    # another program has a core
    assert threads.current == 1
    assert now[0] - before < 1.5 * 1200 * 0.02
    steps(800, lambda n: 0.01 if n == 2 else 0.02)    # it left
    assert threads.current == 2


@POSIX
@pytest.mark.parametrize(("prepare", "trusted"), [
    (lambda home: None, True),
    (lambda home: (home / "kernels").chmod(0o777), False),
    (lambda home: (home / "kernels").chmod(0o1777), False),
    (lambda home: (home / "kernels").chmod(0o770), False),
    (lambda home: home.chmod(0o777), False),
], ids=["as made", "0777", "1777", "0770", "above 0777"])
def test_kernels_are_kept_only_where_nobody_else_can_write(prepare, trusted, tmp_path, monkeypatch):
    from nanoae.kernels.numba import disk
    monkeypatch.setenv("NANOAE_CACHE", str(tmp_path / "home"))
    disk.folder.cache_clear()
    try:
        previous = os.umask(0)
        assert disk.folder() == Path(os.path.realpath(tmp_path)) / "home" / "kernels"
        assert (tmp_path / "home").stat().st_mode & 0o777 == 0o700
        prepare(tmp_path / "home")
        disk.folder.cache_clear()
        assert (disk.folder() is not None) == trusted
    finally:
        os.umask(previous)
        monkeypatch.undo()
        disk.folder.cache_clear()


@POSIX
def test_a_kernel_under_another_s_name_a_link_and_a_shared_file_are_not_read(tmp_path):
    from nanoae.kernels.numba import disk
    path = tmp_path / "kernel"
    path.write_bytes(disk.digest("kernel", b"code") + b"code")
    path.chmod(0o600)
    assert disk.read(path) == b"code"
    path.rename(tmp_path / "other")
    assert disk.read(tmp_path / "other") == b""
    (tmp_path / "other").rename(path)
    path.chmod(0o666)
    assert disk.read(path) == b""
    path.chmod(0o600)
    (tmp_path / "link").symlink_to(path)
    with pytest.raises(OSError, match="link"):
        disk.read(tmp_path / "link")


def test_a_resumed_run_goes_on_with_a_scheduled_learning_rate(tmp_path):
    """lr is state: a schedule may have moved it; the constructor's other arguments are compared."""
    net, _, _ = built("numpy", "float32")
    optimizer = Adam(net)
    optimizer.lr = 0.25
    twin = Adam(net)
    twin.load_state(optimizer.state())
    assert twin.lr == 0.25
    assert repr(twin) == repr(optimizer) == (
        "Adam(lr=0.001, betas=(0.9, 0.999), eps=1e-08, weight_decay=0.0, decoupled=False)")
