"""The styles of other courses are checked as they are written, parameters too."""
import numpy as np
import pytest

from nanoae import Stack
from nanoae.gradcheck import GradientError, check
from nanoae.layers import BatchNorm, Conv2d, Dropout, Linear

from . import course_styles as styles

RNG = np.random.default_rng(11)
X = RNG.standard_normal((5, 4))
FUNCTIONS = {
    "out and cache": (styles.affine_forward, styles.affine_backward, styles.affine_backward_wrong,
                      (RNG.standard_normal((5, 2, 2)), RNG.standard_normal((4, 3)), RNG.standard_normal(3)), "w"),
    "loss and gradient": (styles.softmax_loss, None, None, (X, np.array([0, 3, 1, 1, 2])), "scores"),
    "dictionary of gradients": (styles.linear_activation_forward, styles.linear_activation_backward,
                                styles.linear_activation_backward_wrong,
                                (RNG.standard_normal((4, 5)), RNG.standard_normal((3, 4)), RNG.standard_normal((3, 1))),
                                "W"),
}
CLASSES = {styles.Affine: ("x", "W", "b"), styles.MatMul: ("x", "params[0]"), styles.Scale: ("x", "gamma"),
           styles.Dense: ("x", "weight", "bias")}
WRONG = {styles.Affine: "b", styles.MatMul: "x", styles.Scale: "x", styles.Dense: "weight"}


@pytest.mark.parametrize("name", list(FUNCTIONS))
def test_functions(name):
    forward, backward, wrong, inputs, where = FUNCTIONS[name]
    assert check(forward, backward, *inputs)
    if name == "loss and gradient":
        forward = styles.softmax_loss_wrong
    report = check(forward, wrong, *inputs, raise_error=False)
    assert report.verdict == "wrong"
    assert [entry.name for entry in report.entries if not entry.passed(report.tolerance)] == [where]


def test_state_in_a_dictionary_of_settings_is_not_the_checker_s_business():
    settings = {"eps": 1e-5}
    assert check(styles.norm_forward, styles.norm_backward, X, np.ones(4), np.zeros(4), settings)
    assert settings == {"eps": 1e-5}


@pytest.mark.parametrize("kind", list(CLASSES))
def test_classes_and_objects(kind, monkeypatch):
    one = kind()
    before = {name: np.copy(value) for name, value in vars(one).items() if isinstance(value, np.ndarray)}
    for thing in (kind, one):
        report = check(thing, X)
        assert tuple(entry.name for entry in report.entries) == CLASSES[kind]
    assert all(np.array_equal(value, getattr(one, name)) for name, value in before.items())
    monkeypatch.setattr(kind, "wrong", True)
    report = check(kind, X, raise_error=False)
    assert [entry.name for entry in report.entries if not entry.passed(report.tolerance)] == [WRONG[kind]]


def test_a_class_that_needs_arguments_says_so():
    class Needy:
        def __init__(self, width):
            self.width = width

        def forward(self, x):
            return x * self.width

        def backward(self, dy):
            return dy * self.width

    with pytest.raises(TypeError, match="Needy needs arguments"):
        check(Needy, X)
    assert check(Needy(3.0), X)


@pytest.mark.parametrize("layer", [Conv2d(2, 3, 3, stride=2, padding=1), BatchNorm(2), Dropout(0.3)], ids=repr)
def test_our_own_layers(layer):
    layer.build((2, 5, 6), dtype="float64", rng=np.random.default_rng(0))
    before = layer.theta.copy()
    report = check(layer, RNG.standard_normal((3, 2, 5, 6)))
    assert [entry.name for entry in report.entries] == ["x", *layer.parameters]
    assert np.array_equal(layer.theta, before)
    with pytest.raises(ValueError, match="is not built"):
        check(Conv2d(2, 3, 3), np.ones((3, 2, 5, 6)))


def test_a_torch_function():
    torch = pytest.importorskip("torch", reason="extra torch")

    class Square(torch.autograd.Function):
        factor = 2

        @staticmethod
        def forward(ctx, x, w):
            ctx.save_for_backward(x, w)
            return x ** 2 * w

        @staticmethod
        def backward(ctx, dy):
            x, w = ctx.saved_tensors
            return Square.factor * dy * x * w, (dy * x ** 2).sum(0)

    x, w = torch.randn(3, 4, generator=torch.Generator().manual_seed(0)), torch.ones(4)
    assert [entry.name for entry in check(Square, x, w).entries] == ["x", "w"]
    Square.factor = 3
    with pytest.raises(GradientError):
        check(Square, x, w)


def test_tensors_go_through_plain_functions():
    torch = pytest.importorskip("torch", reason="extra torch")
    x = torch.randn(3, 4, generator=torch.Generator().manual_seed(0))
    assert check(lambda x: torch.sin(x), lambda dy, x: dy * torch.cos(x), x)
    assert not check(lambda x: torch.sin(x), lambda dy, x: dy * torch.sin(x), x, raise_error=False)


def test_what_is_no_function_is_refused():
    with pytest.raises(TypeError, match="pass a function, or an object with forward and backward"):
        check(3, lambda dy, x: dy, X)
    with pytest.raises(TypeError, match="backward is ndarray"):
        check(np.sin, X, X)
    with pytest.raises(TypeError, match="returns no gradient beside its value"):
        check(np.sin, None, X)


def test_a_mistake_in_one_parameter_of_our_own_stack_is_named_there():
    class Halved(Linear):
        def weight_grad(self, c):
            super().weight_grad(c)
            self.db *= 0.5

    net = Stack([Linear(5, 4), Halved(4, 3)]).build((5,), dtype="float64", rng=np.random.default_rng(0))
    (finding,) = check(net, RNG.standard_normal((6, 5)), raise_error=False).findings
    assert finding[:2] == ("1.b", "factor 1/2")
