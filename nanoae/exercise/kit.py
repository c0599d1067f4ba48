"""Exercises: a file with the forward given and a blank in the backward; the learner's own file is checked.

    nanoae exercise list
    nanoae exercise start conv2d             writes conv2d.py and says what is asked
    nanoae exercise check conv2d.py          right, or what is wrong; --hint 1, 2, 3 tells less
"""
import ast
import re
from pathlib import Path

from ..checking import Orders, Outcome, run_apart

HERE = Path(__file__).parent / "tasks"
TASKS = ("linear", "relu", "sigmoid", "mse", "softmax", "cross_entropy", "conv2d", "conv_transpose2d", "max_pool2d",
         "batch_norm", "dropout", "sampling", "kl", "soft_threshold")    # in the order of a course
ALSO = {"dense": "linear", "fully_connected": "linear", "fc": "linear", "affine": "linear", "convolution": "conv2d",
        "deconv": "conv_transpose2d", "transposed_convolution": "conv_transpose2d", "pooling": "max_pool2d",
        "nll": "cross_entropy", "vae": "sampling", "ista": "soft_threshold"}    # what others call them
BLANK = re.compile(r"( +)# your turn\n.*?# end of your turn\n", re.DOTALL)
TEST = '''"""Run with pytest, in the folder of {name}.py."""
from nanoae.exercise import assert_exercise


def test_{name}():
    assert_exercise("{name}.py")
'''


def solution(name):
    """The whole file of an exercise. Raises ValueError for a name that is none."""
    from ..backend import suggestion
    plain = name.replace("-", "_")
    if plain not in TASKS:
        meant = suggestion(ALSO.get(plain, plain), TASKS)
        raise ValueError(f"{name!r} is no exercise; {meant}there are {', '.join(TASKS)}")
    return (HERE / f"{plain}.py").read_text(encoding="utf-8")


def asked(name):
    """The file that a learner begins with."""
    return BLANK.sub(r'\1raise NotImplementedError("your turn")\n', solution(name))


def about(name):
    """Its first line: what is to be differentiated."""
    return (ast.get_docstring(ast.parse(solution(name))) or "").splitlines()[0]


def start(name, folder=".", with_test=False):
    """Writes the exercise's file, and a test of it for pytest; their paths. Raises ValueError where one is there."""
    name = name.replace("-", "_")
    files = {Path(folder) / f"{name}.py": asked(name)}
    if with_test:
        files[Path(folder) / f"test_{name}.py"] = TEST.format(name=name)
    there = [str(path) for path in files if path.exists()]
    if there:
        raise ValueError(f"{there[0]} is there already: it may hold somebody's work, choose another folder with --out")
    Path(folder).mkdir(parents=True, exist_ok=True)
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
    return list(files)


def exercise_of(path):
    """The name that the file's line EXERCISE = "..." gives. Raises ValueError where there is none.

    The line is read, not run: the file itself is imported in a process of its own alone.
    """
    if not Path(path).is_file():
        raise ValueError(f"there is no file {path}")
    text = Path(path).read_text(encoding="utf-8", errors="replace")
    found = re.search(r"^EXERCISE = [\"'](\w+)[\"']", text, re.MULTILINE)
    if not found or found[1] not in TASKS:
        raise ValueError(f"{path} has no line EXERCISE = \"...\" with the name of an exercise: begin with "
                         "nanoae exercise start NAME")
    return found[1]


def check_exercise(path, hint=0, seconds=60.0) -> Outcome:
    """The Outcome of the learner's file: its backward against the exercise's own forward, in a process of its own."""
    return run_apart(Orders(str(path), hint=hint, exercise=str(HERE / f"{exercise_of(path)}.py")), seconds)


def assert_exercise(path, seconds=60.0):
    """For tests: raises AssertionError, with the report as its text, where the file's backward is not right."""
    __tracebackhide__ = True
    outcome = check_exercise(path, seconds=seconds)
    if outcome.verdict != "right":
        raise AssertionError(outcome.text)
