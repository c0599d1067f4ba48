"""Runs that can be trusted: left after any step and taken up again, the bits are those of a run that was never left."""
import os
import signal
import subprocess
import sys

import numpy as np
import pytest

from nanoae import files
from nanoae.cli import main
from nanoae.data import Batches
from nanoae.losses import l1, mse
from nanoae.optim import MAKERS, make_optimizer
from nanoae.sealed import sealed_tensors
from nanoae.training import Fit, Interrupted, RunDirectory, RunError, Seeds, carry_on, session
from nanoae.training.checkpoint import load_checkpoint, read_checkpoint, save_checkpoint
from nanoae.training.interrupt import StopRequest, noted_interrupts
from nanoae.training.plain_progress import PlainProgress
from tests.data.test_data import write_set
from tests.kill_harness import kill_and_resume, losses, tensors_equal
from tests.networks import SHAPE, built
from tests.systems import POSIX

IMAGES = np.random.default_rng(0).integers(256, size=(37, *SHAPE)).astype(np.uint8)


def fit(optimizer="adam", epochs=3, seed=0, images=IMAGES, dropout=0.25, batch_size=8, loss=mse, lr=None):
    net, _, _ = built("numpy", "float32", dropout=dropout)
    return Fit(net, make_optimizer(optimizer, net, lr), loss, Batches(images, batch_size), Batches(images, 8), epochs,
               Seeds(seed))


class Quiet(PlainProgress):
    def __init__(self):
        super().__init__(1, sys.stderr)

    def note(self, text):
        pass


@pytest.mark.parametrize("optimizer", list(MAKERS))
def test_leaving_after_any_step_and_going_on_gives_the_same_bits(optimizer, tmp_path):
    whole = fit(optimizer)
    whole.run(Quiet())
    for leave in (1, 4, 5, 6, 13):
        directory = RunDirectory("x", tmp_path / str(leave))
        first = fit(optimizer)

        def after_step(first=first, leave=leave, directory=directory):
            if first.position.step == leave:
                save_checkpoint(directory, first, 1.5)
                raise Interrupted

        with pytest.raises(Interrupted):
            first.run(Quiet(), after_step)
        second = fit(optimizer)
        assert load_checkpoint(directory, second) == 1.5
        second.run(Quiet())
        assert tensors_equal(second.tensors(), whole.tensors())
        assert [line["train_loss"] for line in second.history] == [line["train_loss"] for line in whole.history]
        assert [line["gradient_norms"] for line in second.history] == [line["gradient_norms"] for line in whole.history]


class StopAt(Quiet):
    """Sends this process Ctrl-C at a given step."""

    def __init__(self, step):
        super().__init__()
        self.left = step

    def batch(self, epoch, size, loss):
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGINT)


@POSIX
def test_a_run_that_is_asked_to_stop_saves_and_goes_on_with_the_same_bits(tmp_path):
    whole = fit("lookahead")
    with RunDirectory("x", tmp_path / "whole") as directory:
        carry_on(directory, whole, Quiet(), StopRequest())
    with RunDirectory("x", tmp_path / "left") as directory, noted_interrupts(tmp_path / "asked") as stop:
        directory.write_json("config.json", {})
        with pytest.raises(Interrupted, match="--resume --out"):
            carry_on(directory, fit("lookahead"), StopAt(7), stop)
    assert stop.requested
    assert (tmp_path / "asked").exists()
    again = fit("lookahead")
    with RunDirectory("x", tmp_path / "left", resume=True) as directory:
        carry_on(directory, again, Quiet(), StopRequest())
    assert tensors_equal(again.tensors(), whole.tensors())
    assert [line["epoch"] for line in again.history] == [1, 2, 3]
    assert losses(tmp_path / "left") == losses(tmp_path / "whole")


def test_short_epochs_share_a_checkpoint_and_lose_no_line(tmp_path, monkeypatch):
    saved = []
    monkeypatch.setattr(session, "save_checkpoint", lambda *state: saved.append(save_checkpoint(*state)))
    counts = []
    for short in (0.0, 60.0):
        monkeypatch.setattr(session, "SHORT", short)
        with RunDirectory("x", tmp_path / str(short)) as directory:
            carry_on(directory, fit(epochs=5), Quiet(), StopRequest())
        counts.append(len(saved))
        saved.clear()
        assert [line["epoch"] for line in losses(directory.path)] == [1, 2, 3, 4, 5]
    assert counts == [5, 2]    # after each epoch; after the first and the last


def test_lines_above_the_checkpoint_are_taken_back(tmp_path):
    with RunDirectory("x", tmp_path / "run") as directory:
        directory.record([{"epoch": 1}, {"epoch": 2}])
        with open(directory.path / "history.jsonl", "a") as history:
            history.write('{"epoch": 3, "tr')    # torn by a kill
        directory.keep_history([{"epoch": 1}])
        assert (directory.path / "history.jsonl").read_text() == '{"epoch": 1}\n'


def test_a_run_killed_between_its_history_line_and_its_checkpoint_doubles_no_line(tmp_path, monkeypatch):
    whole, hurt = fit(), fit()
    with RunDirectory("x", tmp_path / "whole") as directory:
        carry_on(directory, whole, Quiet(), StopRequest())

    def killed_in_the_second_epoch(directory, fit, seconds):
        if fit.position.epoch == 3:
            raise SystemExit
        save_checkpoint(directory, fit, seconds)

    monkeypatch.setattr(session, "SHORT", 0.0)
    monkeypatch.setattr(session, "save_checkpoint", killed_in_the_second_epoch)
    with RunDirectory("x", tmp_path / "hurt") as directory:
        directory.write_json("config.json", {})
        with pytest.raises(SystemExit):
            carry_on(directory, hurt, Quiet(), StopRequest())
    assert len((tmp_path / "hurt" / "history.jsonl").read_text().splitlines()) == 2    # the checkpoint counts one
    monkeypatch.undo()
    with RunDirectory("x", tmp_path / "hurt", resume=True) as directory:
        carry_on(directory, fit(), Quiet(), StopRequest())
    assert losses(tmp_path / "hurt") == losses(tmp_path / "whole")


@pytest.mark.parametrize(("other", "message"), [
    (lambda: fit(dropout=0.5), "another architecture"), (lambda: fit("sgd"), "another optimizer"),
    (lambda: fit(images=IMAGES[::-1].copy()), "another set of training images"),
    (lambda: fit(seed=1), "another seed"), (lambda: fit(batch_size=4), "another batch size"),
    (lambda: fit(loss=l1), "another loss"), (lambda: fit(lr=0.5), "another optimizer")])
def test_a_checkpoint_of_something_else_is_refused_by_name(other, message, tmp_path):
    directory = RunDirectory("x", tmp_path / "run")
    save_checkpoint(directory, fit(), 0.0)
    stranger = other()
    theta = stranger.net.theta.copy()
    with pytest.raises(RunError, match=message):
        load_checkpoint(directory, stranger)
    assert np.array_equal(stranger.net.theta, theta)


def test_a_damaged_a_foreign_and_a_newer_checkpoint(tmp_path):
    from safetensors.numpy import save_file
    path = tmp_path / "checkpoint.safetensors"
    for content in (b"", b"hello", b"\xff" * 100):
        path.write_bytes(content)
        with pytest.raises(RunError, match="damaged"):
            read_checkpoint(path)
    save_file({"a": np.zeros(3)}, path)
    with pytest.raises(RunError, match="no file of a nanoae run"):
        read_checkpoint(path)
    save_file({"a": np.zeros(3)}, path, {"nanoae": '{"format": 99}'})
    with pytest.raises(RunError, match="digest does not fit"):
        read_checkpoint(path)
    path.write_bytes(sealed_tensors({"a": np.zeros(3)}, {"format": 99}))
    with pytest.raises(RunError, match="format 99; this nanoae reads 3"):
        read_checkpoint(path)


def test_a_checkpoint_that_cannot_be_written_leaves_the_one_before(tmp_path, monkeypatch):
    directory = RunDirectory("x", tmp_path / "run")
    save_checkpoint(directory, fit(), 0.0)
    before = (directory.path / "checkpoint.safetensors").read_bytes()

    def full(number):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(RunError, match=r"No space left on device.*is still that of the time before"):
        save_checkpoint(directory, fit(seed=1), 0.0)
    assert (directory.path / "checkpoint.safetensors").read_bytes() == before
    assert not list(directory.path.glob("*-part"))


def test_a_second_writer_is_refused_and_a_dead_one_is_not_in_the_way(tmp_path):
    code = ("import sys, time; from nanoae.training import RunDirectory; d = RunDirectory('x', sys.argv[1]); "
            "d.write_json('config.json', {}); print('ready', flush=True); time.sleep(60)")
    process = subprocess.Popen([sys.executable, "-c", code, tmp_path / "run"], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    with pytest.raises(RunError, match="being written by another process"):
        RunDirectory("x", tmp_path / "run", resume=True)
    process.kill()
    process.wait()
    process.stdout.close()
    with RunDirectory("x", tmp_path / "run", resume=True):
        pass


def test_resume_on_the_command_line(tmp_path, capsys):
    write_set(tmp_path / "mnist", train=40, test=10)
    out = tmp_path / "out"
    command = ["run", "mnist-autoencoder", "--data-dir", str(tmp_path), "--backend", "numpy", "--epochs", "2"]
    assert main([*command, "--resume", "--out", str(out)]) == 1    # a misspelt folder begins nothing
    assert "nothing to resume" in capsys.readouterr().err
    assert not out.exists()
    assert main([*command, "--out", str(out)]) == 0
    files = {path.name: path.read_bytes() for path in out.iterdir()}
    assert main([*command, "--resume", "--out", str(out)]) == 0
    assert {path.name: path.read_bytes() for path in out.iterdir()} == files
    assert "finished already" in capsys.readouterr().err
    for extra, message in ((["--set", "latent=3"], "latent is 48 there, 3 here"), (["--seed", "4"], "seed is 0 there")):
        assert main([*command, "--resume", "--out", str(out), *extra]) == 2
        assert message in capsys.readouterr().err
    assert main([*command, "--resume"]) == 2
    assert "name it with --out" in capsys.readouterr().err
    assert main([*command, "--out", str(out)]) == 1
    assert "--resume goes on with it" in capsys.readouterr().err
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").write_text("dear")
    assert main([*command, "--resume", "--out", str(tmp_path / "other")]) == 1
    assert "no run directory" in capsys.readouterr().err


@POSIX
def test_ctrl_c_saves_and_says_how_to_resume(tmp_path):
    write_set(tmp_path / "mnist", train=3000, test=10)
    command = [sys.executable, "-m", "nanoae", "run", "mnist-autoencoder", "--data-dir", str(tmp_path), "--backend",
               "numpy", "--epochs", "60", "--out", str(tmp_path / "out")]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert any("epoch  1/60" in line for line in iter(process.stderr.readline, ""))
    process.send_signal(signal.SIGINT)
    rest = process.stderr.read()
    process.stderr.close()
    assert process.wait() == 130
    assert f"go on with --resume --out {tmp_path / 'out'}" in rest
    assert "Traceback" not in rest
    assert read_checkpoint(tmp_path / "out" / "checkpoint.safetensors")[1]["fit"]["position"]["step"] > 10


@pytest.mark.slow
@pytest.mark.parametrize("optimizer", ["adam", "lookahead"])
def test_killed_runs_resume_to_the_same_bits(optimizer, tmp_path):
    """A few kills; many by `python -m tests.kill_harness`."""
    write_set(tmp_path / "mnist", train=1500, test=10)
    settings = ["--data-dir", str(tmp_path), "--backend", "numpy", "--epochs", "12", "--optimizer", optimizer,
                "--set", "latent=4", "dropout=0.1"]
    outcome = kill_and_resume(settings, tmp_path, kills=3, seed=1, within=2.0)
    assert outcome.kills == 3
    assert outcome.identical
