"""Where Linux's own things are missing, as on Windows and macOS: no fcntl, no /proc, no fork, no affinity."""
import json
import os
import subprocess
import sys

import numpy as np
import pytest

from nanoae import files
from nanoae.kernels.numba import disk
from nanoae.sealed import read_tensors
from tests.kill_harness import CHECKPOINT, tensors_equal

BARE = '''
import builtins, io, os, sys
for name in ("fcntl", "resource", "pwd", "grp", "termios"):
    sys.modules[name] = None
for name in ("fork", "forkpty", "sched_getaffinity", "sched_setaffinity", "getuid", "geteuid", "killpg",
             "setsid"):
    if hasattr(os, name):
        delattr(os, name)
opened = io.open

def open(file, *arguments, **given):
    if str(file).startswith("/proc") and file != "/proc/self/maps":    # where threadpoolctl looks, this being Linux
        raise FileNotFoundError(2, "there is no /proc here", str(file))
    return opened(file, *arguments, **given)

builtins.open = io.open = open
from nanoae.cli import main
sys.exit(main(sys.argv[1:]))
'''


def bare(folder, *words):
    """nanoae, with a system's own things taken away."""
    return subprocess.run([sys.executable, "-W", "ignore", "-c", BARE, *words], cwd=folder, capture_output=True,
                          text=True)


@pytest.mark.slow
def test_the_command_line_works_without_them(tmp_path):
    words = "run", "mnist-autoencoder", "--data", "embedded", "--set", "batch_size=512", "--epochs"
    for done in (bare(tmp_path, *words, "2", "--out", "bare"), bare(tmp_path, *words, "1", "--out", "left"),
                 bare(tmp_path, "run", "mnist-autoencoder", "--resume", "--epochs", "2", "--out", "left"),
                 bare(tmp_path, "report", "bare")):
        assert done.returncode == 0, done.stderr
    whole, left = (read_tensors(tmp_path / name / CHECKPOINT)[0] for name in ("bare", "left"))
    assert tensors_equal(whole, left)
    doctor = bare(tmp_path, "doctor")
    assert "processor" in doctor.stdout
    assert "Traceback" not in doctor.stderr


@pytest.mark.slow
def test_so_do_worker_processes_and_checks(tmp_path):
    done = bare(tmp_path, "run", "anamo", "--set", "trials=2", "epochs=2", "methods=adam", "--workers", "2", "--json",
                "--out", "run")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["failed"] == {}
    (tmp_path / "layer.py").write_text("forward = lambda x: x * x\nbackward = lambda dy, x: dy * x\n")
    done = bare(tmp_path, "check", "layer.py", "--shape", "2,3", "--timeout", "60")
    assert done.returncode == 1
    assert "FAILED" in done.stdout


def test_kernels_are_kept_where_modes_and_owners_say_nothing(monkeypatch):
    """As on Windows, whose folders are all 0777 and of user 0."""
    monkeypatch.delattr(os, "getuid", raising=False)
    assert disk.mine(os.stat_result((0o40777, 0, 0, 1, 0, 0, 0, 0, 0, 0)))


def test_a_file_that_somebody_reads_is_replaced_a_little_later(tmp_path, monkeypatch):
    """As on Windows, where a rename over an open file is refused."""
    refusals, rename = [], os.replace

    def refusing(part, path):
        if len(refusals) < 3:
            refusals.append(path)
            raise PermissionError(13, "in use", str(path))
        rename(part, path)

    monkeypatch.setattr(files.os, "replace", refusing)
    monkeypatch.setattr(files, "refused_for_a_while", False)
    monkeypatch.setattr(files.time, "sleep", lambda seconds: None)
    with pytest.raises(PermissionError):
        files.write_whole(tmp_path / "file", b"1")
    assert not list(tmp_path.iterdir())
    refusals.clear()
    monkeypatch.setattr(files, "refused_for_a_while", True)
    files.write_whole(tmp_path / "file", b"2")
    assert (tmp_path / "file").read_bytes() == b"2"
    assert len(refusals) == 3
    assert np.all([path.name == "file" for path in tmp_path.iterdir()])
