"""The GPU benchmark without a GPU: its rows on the emulated rung, its table, its files, what it says where none is."""
import json
import subprocess
import sys

from benchmarks import gpu, gpu_convolutions

from .emulated import rung

FOUND = {"gpu": "Some GPU", "gflops": 1e5, "gbs": 3e3}


def test_convolutions_are_timed_by_graphs_beside_their_bound(monkeypatch):
    monkeypatch.setattr(gpu_convolutions, "LAUNCHES", 1)
    monkeypatch.setattr(gpu_convolutions, "SECONDS", 0)
    monkeypatch.setattr(gpu_convolutions, "SHAPES", {"C": (3, 1, 28, 28)})
    rows = gpu_convolutions.measured("C", rung, lambda: None, FOUND, with_theirs=False)
    assert len(rows) == 6 * 3
    assert {row["act"] for row in rows} == {"forward", "input", "weights"}
    assert all(row["ours_us"] > 0 and row["asked_us"] >= 3 for row in rows)


def test_the_table_and_the_files(tmp_path):
    medians = {"ours_cuda": 0.1, "cuda_eager": 0.5, "cuda_reduce": 0.12}
    steps = [gpu.row("A", medians, 33.0)]
    assert (steps[0]["times_cuda_eager"], steps[0]["times_cuda_eager_tf32"]) == (5.0, None)
    text = gpu.report(FOUND, steps, [])
    assert "| A | nam-autoencoder | 0.1 | 33.0 | 0.5 |" in text
    gpu.keep(tmp_path, FOUND, steps, [], text)
    assert json.loads((tmp_path / "some-gpu.json").read_text())["steps"] == steps
    assert (tmp_path / "some-gpu.md").read_text() == text


def test_without_a_gpu_it_says_why_not():
    done = subprocess.run([sys.executable, "-c", "import sys; sys.modules['cupy'] = None; sys.argv = ['gpu']; "
                           "from benchmarks.gpu import main; main()"], capture_output=True, text=True)
    assert done.returncode == 2
    assert "nothing can be measured: CuPy" in done.stderr
