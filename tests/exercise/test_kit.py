"""The exercises: solutions pass and are our own layers, blanks and mistakes do not, files of all kinds are graded."""
import csv
import types

import numpy as np
import pytest

from nanoae import layers
from nanoae.cli import main
from nanoae.exercise import TASKS, assert_exercise, check_exercise, start
from nanoae.exercise.kit import about, asked, solution
from nanoae.gradcheck import check
from nanoae.losses import cross_entropy, mse
from nanoae.prox import L1


def module(text):
    made = types.ModuleType("task")
    exec(text, vars(made))
    return made


@pytest.mark.parametrize("name", TASKS)
def test_a_solution_is_right_and_a_blank_is_none(name):
    whole, blank = module(solution(name)), module(asked(name))
    inputs = whole.example()
    assert check(whole.forward, whole.backward, *inputs)
    assert "# your turn" not in asked(name)
    assert solution(name).count("your turn") == 2
    with pytest.raises(NotImplementedError, match="your turn"):
        blank.backward(np.ones(np.shape(whole.forward(*inputs))), *inputs)
    assert about(name).endswith((".", "2."))
    assert name == whole.EXERCISE


def built(layer, shape, **parameters):
    layer.build(shape, dtype="float64", rng=np.random.default_rng(0))
    for name, value in parameters.items():
        getattr(layer, name)[...] = value
    return layer


def ours(name, inputs):
    """What our own layer gives for an exercise's example."""
    x, *rest = inputs
    if name in ("relu", "sigmoid", "softmax"):
        kind = {"relu": layers.ReLU, "sigmoid": layers.Sigmoid, "softmax": layers.Softmax}[name]
        layer = built(kind(), x.shape[1:])
    elif name == "linear":
        layer = built(layers.Linear(4, 3), (4,), W=rest[0], b=rest[1])
    elif name == "conv2d":
        layer = built(layers.Conv2d(3, 4, 3, stride=2, padding=1), x.shape[1:], W=rest[0], b=rest[1])
    elif name == "conv_transpose2d":
        layer = built(layers.ConvTranspose2d(3, 2, 3, stride=2, bias=False), x.shape[1:], W=rest[0])
    elif name == "max_pool2d":
        layer = built(layers.MaxPool2d(2), x.shape[1:])
    else:
        layer = built(layers.BatchNorm(4), (4,), W=rest[0], b=rest[1])
    return layer.forward(x, train=True)[0]


@pytest.mark.parametrize("name", ["linear", "relu", "sigmoid", "softmax", "conv2d", "conv_transpose2d", "max_pool2d",
                                  "batch_norm"])
def test_an_exercise_is_a_layer_of_ours(name):
    task = module(solution(name))
    assert np.allclose(task.forward(*task.example()), ours(name, task.example()), atol=1e-10)


def test_losses_and_the_prox_are_ours_too():
    task = module(solution("mse"))
    y, t = task.example()
    assert np.isclose(task.forward(y, t), mse(y, t)[0])
    task = module(solution("cross_entropy"))
    logits, labels = task.example()
    assert np.isclose(task.forward(logits, labels), cross_entropy(logits, labels)[0])
    task = module(solution("soft_threshold"))
    v, c = task.example()
    out = np.empty(v.size)
    L1(c).prox(v.ravel(), 1.0, out=out)
    assert np.allclose(task.prox(v, c).ravel(), out)


def test_a_learner_s_file_from_blank_to_right(tmp_path, capfd):
    assert main(["exercise", "start", "linear", "--out", str(tmp_path), "--pytest"]) == 0
    path = tmp_path / "linear.py"
    assert main(["exercise", "check", str(path)]) == 2
    assert "linear.py, line 17: NotImplementedError: your turn" in capfd.readouterr().err
    path.write_text(solution("linear").replace("dy.T @ x", "dy.T @ x / len(x)"))
    assert main(["exercise", "check", str(path)]) == 1
    assert "diagnosis, W: factor 1/N" in capfd.readouterr().out
    assert main(["exercise", "check", str(path), "--hint", "2"]) == 1
    assert capfd.readouterr().out.strip().endswith("where does forward divide or multiply by that?")
    with pytest.raises(AssertionError, match="factor 1/N"):
        assert_exercise(path)
    path.write_text(solution("linear"))
    assert main(["exercise", "check", str(path)]) == 0
    assert_exercise(path)


def test_forward_is_the_exercise_s_own(tmp_path):
    """A learner who writes forward anew, so that a wrong backward fits it, is not fooled."""
    path = tmp_path / "relu.py"
    path.write_text(solution("relu").replace("np.maximum(x, 0)", "x").replace("dy * (x > 0)", "dy"))
    outcome = check_exercise(path)
    assert outcome.verdict == "wrong"
    assert outcome.content["name"] == "mask missing"


def test_a_folder_of_submissions_is_graded(tmp_path, capsys):
    files = {"ann/relu.py": solution("relu"), "bob/relu.py": asked("relu"),
             "cat/relu.py": solution("relu").replace("x > 0", "x < 0"),
             "dan/relu.py": asked("relu") + "\nimport nothing",
             "eve/relu.py": solution("relu").replace("dx = dy", "while True: pass\n    dx = dy"), "test_relu.py": ""}
    for name, text in files.items():
        (tmp_path / "work" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "work" / name).write_text(text)
    target = tmp_path / "grades.csv"
    (tmp_path / "work" / "helper.py").write_text("")
    assert main(["exercise", "grade", str(tmp_path / "work"), "--out", str(target), "--timeout", "6"]) == 0
    assert "not graded, for they have no line EXERCISE = \"...\": helper.py\n" in capsys.readouterr().err
    rows = list(csv.DictReader(target.read_text().splitlines()))
    assert [row["verdict"] for row in rows] == ["right", "failed", "wrong", "failed", "failed"]
    assert rows[2]["name"] == "mask inverted"
    assert "your turn" in rows[1]["error"]
    assert "ModuleNotFoundError" in rows[3]["error"]
    assert "no verdict after 6 s" in rows[4]["error"]


def test_bad_input_is_one_line(tmp_path, capsys):
    start("relu", tmp_path)
    (tmp_path / "mine.py").write_text("x = 3")
    for arguments, message in ((["start", "rleu"], "did you mean 'relu'?"), (["start"], "needs an exercise's name"),
                               (["start", "relu", "--out", str(tmp_path)], "is there already"),
                               (["check", str(tmp_path / "mine.py")], "has no line EXERCISE"),
                               (["check", "nowhere.py"], "there is no file nowhere.py"),
                               (["grade", str(tmp_path / "nowhere")], "nothing to grade")):
        assert main(["exercise", *arguments]) == 2
        assert message in capsys.readouterr().err


def test_a_backward_that_holds_for_one_padding_alone_is_not_right(tmp_path):
    right = "padding:padding + x.shape[2], padding:padding + x.shape[3]"
    text = solution("conv2d")
    assert text.count(right) == 1
    (tmp_path / "conv2d.py").write_text(text.replace(right, "padding:-padding, padding:-padding"))
    outcome = check_exercise(tmp_path / "conv2d.py")
    assert outcome.verdict == "wrong"
    assert "has shape (1, 2, 0, 0)" in outcome.text


def test_a_softmax_s_diagonal_alone_is_told():
    forward = module(solution("softmax")).forward

    def backward(dy, x):
        p = forward(x)
        return p * (1 - p) * dy

    said = str(check(forward, backward, np.random.default_rng(0).standard_normal((5, 4)), raise_error=False))
    assert "contributions missing; only y's own entry of x counts, and forward mixes them along axes [1]" in said
