"""`nanoae check` on files of all kinds: right, wrong, and such as do not import, hang, print, exit or eat memory."""
import json

import pytest
from PIL import Image

from nanoae.checking import Orders, run_apart
from nanoae.cli import main
from nanoae.gradcheck.names import NAMES
from tests.systems import LINUX, POSIX

LAYER = """
import numpy as np

class Scale:
    def __init__(self, factor=2.0):
        self.factor = factor

    def forward(self, x):
        print('noise on standard output')
        return self.factor * x ** 2

    def backward(self, dy):
        return {factor} * dy    # of x missing

def cube(x):
    return x ** 3

def cube_backward(dy, x):
    return 3 * dy * x ** 2

def loss(x):
    return np.sum(x ** 2), 2 * x

def example():
    return np.arange(1.0, 7.0).reshape(2, 3)
"""


@pytest.fixture
def file(tmp_path):
    def write(text, name="layer.py"):
        (tmp_path / name).write_text(text)
        return str(tmp_path / name)

    return write


def test_exit_codes_and_json(file, capfd):
    path = file(LAYER)
    assert main(["check", f"{path}:cube:cube_backward", "--shape", "2,3"]) == 0
    assert main(["check", f"{path}:loss"]) == 0
    assert main(["check", f"{path}:cube:loss", "--json"]) == 2
    capfd.readouterr()
    assert main(["check", f"{path}:Scale", "--args", "factor=3.0", "--json"]) == 2    # {factor} is a set
    assert "NameError" in capfd.readouterr().err
    path = file(LAYER.replace("{factor}", "2"))
    assert main(["check", path, "--json"]) == 1    # the one class of the file
    out, err = capfd.readouterr()
    content = json.loads(out.splitlines()[-1])
    assert content["verdict"] == "wrong"
    assert content["detected"]
    assert content["worst"]["input"] == "x"
    assert "noise on standard output" in err
    assert "gradient check FAILED" in out


HARMFUL = {
    "import nowhere_at_all": "line 1: ModuleNotFoundError",
    "def f(x:": "line 1: SyntaxError",
    "import sys\nsys.exit(3)": "line 2: SystemExit: 3",
    "import os\nos._exit(3)": "ended the process (exit code 3)",
    "import time\nwhile True: time.sleep(1)": "no verdict after 3 s",
    "def forward(x): return x / 0\ndef backward(dy, x): return dy": "not finite real numbers",
    "def forward(x): return x.nothing\ndef backward(dy, x): return dy": "line 1: AttributeError",
    "import numpy as np\nheld = np.zeros(2 ** 30)": "MemoryError",
    "x = 3": "no functions forward and backward, and no class",
    "import signal, os\nos.kill(os.getpid(), signal.SIGSEGV)": "ended the process (exit code -11)",
    "x = input('name? ')": "EOFError",
}


@pytest.mark.parametrize("text", [pytest.param(text, marks=LINUX if "2 **" in text or "SIG" in text else ())
                                  for text in HARMFUL])
def test_a_file_that_cannot_be_checked_is_survived(file, text):
    outcome = run_apart(Orders(file(text), shapes=("2,3",)), seconds=3 if "while" in text else 60)
    assert outcome.verdict == "failed"
    assert HARMFUL[text] in outcome.text
    assert outcome.content["verdict"] == "failed"


@POSIX
def test_what_it_leaves_running_ends_with_it(file, tmp_path):
    marker = tmp_path / "alive"
    text = ("import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', \"import time; time.sleep(4); "
            f"open({str(marker)!r}, 'w')\"])\n" + LAYER)
    assert run_apart(Orders(f"{file(text)}:loss")).verdict == "right"
    import time
    time.sleep(4.5)
    assert not marker.exists()


def test_bad_arguments_say_what_to_write(file):
    path = file(LAYER)
    for target, options, message in (
            ("nowhere.py:f", {}, "there is no file nowhere.py"),
            (f"{path}:Scael", {}, "has no 'Scael'; it has Scale"),
            (f"{path}:Scale", {"args": "factor=x"}, "--args takes literals"),
            (f"{path}:Scale", {"args": "1, 2, 3"}, "--args says what it is built with"),
            (f"{path}:loss", {"shapes": ["2,a"]}, "--shape takes sizes"),
            (f"{path}:a:b:c", {}, "names nothing to check")):
        outcome = run_apart(Orders(target, **options))
        assert message in outcome.text, outcome.text


def test_the_report_is_drawn(file, tmp_path):
    path = file(LAYER.replace("{factor}", "2"))
    assert main(["check", path, "--picture", str(tmp_path / "report.png")]) == 1
    with Image.open(tmp_path / "report.png") as picture:
        assert picture.size[0] > 1000
    assert main(["check", path, "--picture", str(tmp_path / "no" / "report.png")]) == 2


def test_the_vocabulary_is_listed_and_a_file_is_asked_for(capsys):
    assert main(["check", "--names"]) == 0
    assert [line[:32].strip() for line in capsys.readouterr().out.splitlines()] == list(NAMES)
    assert main(["check"]) == 2
    assert "it needs a file: FILE.py" in capsys.readouterr().err
