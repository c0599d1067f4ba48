"""Runs a check in a process of its own and brings back what it found, whatever the file under check does."""
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

MEMORY = 4    # GiB
SECONDS = 120


@dataclass
class Outcome:
    """verdict: right, wrong, undecided, or failed where no check was made; text for a person; content for a grader."""

    verdict: str
    text: str
    content: dict


@dataclass(frozen=True)
class Orders:
    """What is checked, and what is told of it.

    target: FILE.py, FILE.py:NAME or FILE.py:FORWARD:BACKWARD. args: what a class is built with. shapes, seed: of random
    inputs; without, example() in the file gives them. hint: what is told of a wrong gradient: 0 the report, 1 to 3 the
    levels of `Report.hints`. exercise: a file whose forward and example the target's backward is checked against.
    picture: a PNG file to draw the report into.
    """

    target: str
    args: str = ""
    shapes: tuple = ()
    seed: int = 0
    hint: int = 0
    exercise: str = ""
    picture: str = ""


def run_apart(orders, seconds=SECONDS, memory=MEMORY):
    """Carries out the Orders in a process of its own; an Outcome. memory in GiB, kept where the system can."""
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "result.json"
        text = json.dumps(asdict(orders) | {"result": str(result)})
        process = subprocess.Popen(
            [sys.executable, "-m", "nanoae.checking.child"], stdin=subprocess.PIPE, text=True, start_new_session=True,
            preexec_fn=limiting(memory), env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"})
        try:
            process.communicate(text, timeout=seconds)
        except subprocess.TimeoutExpired:
            return failed(f"no verdict after {seconds:g} s: it hangs, or needs smaller inputs or a larger --timeout")
        finally:
            end(process)
        if not result.exists():
            return failed(f"it ended the process (exit code {process.returncode}) before it could be checked")
        content = json.loads(result.read_text(encoding="utf-8"))
    if "error" in content:
        return failed(content["error"])
    return Outcome(content["verdict"], content["text"], content["json"])


def failed(reason):
    return Outcome("failed", reason, {"verdict": "failed", "detected": False, "named": False, "name": "",
                                      "error": reason})


def limiting(memory):
    """What the process does before it starts: takes a limit of memory, where the system knows one."""
    try:
        import resource
    except ImportError:
        return None
    size = int(memory * 2 ** 30)
    return lambda: resource.setrlimit(resource.RLIMIT_AS, (size, size))


def end(process):
    """The process and all that it started, dead."""
    try:
        os.killpg(process.pid, 9)
    except (ProcessLookupError, PermissionError, AttributeError):
        process.kill()
    process.wait()
