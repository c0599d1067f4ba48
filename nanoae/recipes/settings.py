"""Settings: each shared name is declared once, with its check, its help and its range for searches.

    @dataclass
    class DenoisingSettings(Settings):
        latent: int = shared("latent", 48)                              # declared below
        noise: float = own(1.0, "standard deviation of the noise", least=0)
"""
from dataclasses import dataclass, field, fields, replace
from typing import Any, ClassVar

from ..backend import RUNGS, suggestion
from ..data.folds import HOW
from ..from_file import is_of_file
from ..init import NAMES as INITIAL
from ..optim.catalog import MAKERS
from ..optim.schedules import SCHEDULES


@dataclass(frozen=True)
class Declared:
    """What a setting is: its help, the values that it takes, and where a search looks: (low, high, "even" or "log"), or
    ("choice", one, another)."""

    help: str
    least: float | None = None
    above: float | None = None
    below: float | None = None
    most: float | None = None
    allowed: tuple = ()
    search: tuple = ()
    files: bool = False    # may it be FILE.py:NAME, too?

    def check(self, name, value):
        """Raises ValueError for a value that cannot be; None is checked by its type alone."""
        if value is None:
            return
        if self.allowed and value not in self.allowed and not (self.files and is_of_file(value)):
            meant = suggestion(value, self.allowed).strip()
            raise ValueError(f"{name} is one of {', '.join(self.allowed)}; got {value!r}{meant and '; '}{meant}")
        inside = ((self.least is None or value >= self.least) and (self.above is None or value > self.above)
                  and (self.below is None or value < self.below) and (self.most is None or value <= self.most))
        if not inside:
            raise ValueError(f"{name} is {self.values()}; got {value}")

    def values(self):
        """The values that it takes, in words."""
        if self.allowed:
            return ", ".join(self.allowed) + (", FILE.py:NAME" if self.files else "")
        ends = ((self.least, "at least"), (self.above, "above"), (self.most, "at most"), (self.below, "below"))
        return " and ".join(f"{word} {end:g}" for end, word in ends if end is not None)

    def searched(self):
        """Where a search looks, in words; empty where it has to be told."""
        if not self.search:
            return ""
        if self.search[0] == "choice":
            return f"; a search tries {', '.join(self.search[1:])}"
        low, high, scale = self.search
        return f"; a search tries {low:g} to {high:g}{' (log)' if scale == 'log' else ''}"


SHARED = {
    "data": Declared("a set's name, a folder, or 'embedded'; none: the real set where it is found, else the embedded"),
    "data_dir": Declared("the folder that holds the sets"),
    "epochs": Declared("passes over the training data", least=1),
    "seed": Declared("the same seed gives the same weights and batches", least=0),
    "backend": Declared("the rung that computes", allowed=tuple(RUNGS)),
    "dtype": Declared("of all arrays", allowed=("float32", "float64")),
    "reads_every_step": Declared("each step's loss is read at once: a GPU waits, and a loss that is no number is told "
                                 "with its layer"),
    "invert": Declared("pictures of black on white are read as white on black"),
    "schedule": Declared("of the learning rate: as it is, down to 0 along a cosine, or a tenth after each third of the "
                         "steps", allowed=tuple(SCHEDULES)),
    "warm_up": Declared("steps in which the learning rate grows evenly", least=0),
    "clip_norm": Declared("the most that the gradient's norm may be; none: any", above=0),
    "patience": Declared("epochs without a lower validation loss after which training ends, at its best weights; a "
                         "tenth of the training images is held out for it; none: it goes on", least=1),
    "out": Declared("the run directory; none: the next free runs/RECIPE-N"),
    "optimizer": Declared("the optimizer", allowed=tuple(MAKERS), files=True,
                          search=("choice", "adam", "rmsprop", "momentum")),
    "methods": Declared("which of the compared methods, comma between; all: every one"),
    "settings": Declared("a column of values for the settings that are left out"),
    "latent": Declared("numbers in a code", least=1, search=(2, 128, "log")),
    "batch_size": Declared("images in a mini-batch", least=1, search=(32, 512, "log")),
    "lr": Declared("learning rate; none: the optimizer's own", least=0, search=(1e-4, 1e-1, "log")),
    "weight_decay": Declared("L2 inside the optimizer", least=0, search=(1e-6, 1e-2, "log")),
    "dropout": Declared("probability that a number is dropped", least=0, below=1, search=(0.0, 0.5, "even")),
    "loss": Declared("what is trained", allowed=("mse", "bce", "l1")),
    "init": Declared("initial weights", allowed=INITIAL),
    "penalty": Declared("lambda, of the penalty on codes", least=0, search=(1e-9, 1e-2, "log")),
    "trials": Declared("repetitions, a seed each", least=1),
    "encoder": Declared("the directory of a run whose encoder is taken; none: one is trained first"),
    "pretrain_epochs": Declared("of the encoder that is trained first; none: twice `epochs`", least=1),
    "folds": Declared("parts of the training images, each held out once; 1: nothing is held out", least=1),
    "points": Declared("test images whose codes are shown and measured", least=50),
    "split": Declared("how the training images are cut into folds", allowed=HOW),
}

STEERING = "schedule", "warm_up", "clip_norm", "patience"


def shared(name, default, **own) -> Any:
    """A dataclass field of a shared name, with a recipe's own default and, where given, place to `search` and `allowed`
    values."""
    return field(default=default, metadata={"declared": replace(SHARED[name], **own)})


def own(default, help, **values) -> Any:
    """A dataclass field of a recipe's own; values: see Declared."""
    return field(default=default, metadata={"declared": Declared(help, **values)})


def widths(name, text, count=None):
    """'16-32-64' as (16, 32, 64). Raises ValueError for anything but widths, `count` of them where it is given."""
    parts = text.split("-")
    if not all(part.isdecimal() and int(part) > 0 for part in parts) or count not in (None, len(parts)):
        raise ValueError(f"{name} is {count or 'some'} widths with a dash between, such as 16-32-64; got {text!r}")
    return tuple(map(int, parts))


def like(s, Settings, **values):
    """Settings of another recipe, with the data, seed, rung and dtype of these."""
    shared_ = {name: getattr(s, name) for name in ("data", "data_dir", "invert", "seed", "backend", "dtype")}
    return Settings(**shared_, **values)


@dataclass
class Settings:
    """What can be set for any recipe. A recipe lists the shared names that it has, and declares its own.

    COLUMNS: {name: {setting: value}}, chosen by the setting `settings`, for the settings that are None.
    """

    COLUMNS: ClassVar[dict[str, dict]] = {}

    data: str | None = shared("data", None)
    data_dir: str | None = shared("data_dir", None)
    invert: bool = shared("invert", False)
    epochs: int = shared("epochs", 1)
    seed: int = shared("seed", 0)
    backend: str = shared("backend", "numba")
    dtype: str = shared("dtype", "float32")
    schedule: str = shared("schedule", "constant")
    warm_up: int = shared("warm_up", 0)
    clip_norm: float | None = shared("clip_norm", None)
    patience: int | None = shared("patience", None)
    reads_every_step: bool = shared("reads_every_step", False)
    out: str | None = shared("out", None)

    def __post_init__(self):
        for name, value in self.COLUMNS.get(getattr(self, "settings", ""), {}).items():
            if getattr(self, name) is None:
                setattr(self, name, value)

    def steering(self):
        """The settings of a training's steps (STEERING) that were changed."""
        return [one.name for one in fields(self) if one.name in STEERING and getattr(self, one.name) != one.default]

    def check(self):
        """Raises ValueError for a value that cannot be: says the setting, the value, and what is allowed."""
        for one in fields(self):
            one.metadata["declared"].check(one.name, getattr(self, one.name))
        if self.COLUMNS:
            Declared("", allowed=tuple(self.COLUMNS)).check("settings", getattr(self, "settings", None))
