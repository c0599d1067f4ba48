"""What `nanoae run FILE.py:NAME` trains: a recipe of people's own, or a network of theirs by this one.

    # mine.py
    def net():
        return Stack([Flatten(), Linear(784, 32), ReLU(), Linear(32, 784), Sigmoid(), Reshape((1, 28, 28))])

    nanoae run mine.py:net --data mnist --epochs 5
"""
import inspect
from copy import copy
from dataclasses import dataclass

from ..data import scaled
from ..from_file import absolute, named
from ..pictures import reconstruction_grid
from ..stack import Stack
from .recipe import Recipe, Source, times
from .settings import Settings, own, shared, widths


@dataclass
class OwnSettings(Settings):
    epochs: int = shared("epochs", 10)
    optimizer: str = shared("optimizer", "adam")
    batch_size: int = shared("batch_size", 128)
    lr: float | None = shared("lr", None)
    weight_decay: float = shared("weight_decay", 0.0)
    loss: str = shared("loss", "mse")
    size: str | None = own(None, "channels-height-width to which pictures are brought, such as 1-28-28; none: that of "
                                 "the set")


class OwnNetwork(Recipe):
    """Trains the network of a file to give back its input: a Stack, or a function that makes one, of no argument or of
    the images' shape."""

    about = "a network of your own"
    Settings = OwnSettings
    source = Source(real="mnist", embedded="digits")
    searched = "batch_size", "lr"

    def __init__(self, text):
        self.name = text

    def check(self, s):
        super().check(s)
        self.image_shape(s)

    def image_shape(self, s):
        if s.size is None:
            return None
        try:
            return widths("size", s.size, 3)
        except ValueError:
            raise ValueError(f"size is channels, height and width with a dash between, such as 1-28-28; got {s.size!r}"
                             ) from None

    def network(self, s, method, shape):
        made = named(self.name)
        if not isinstance(made, Stack):
            try:
                arguments = (shape,) if takes_shape(made) else ()
                inspect.signature(made).bind(*arguments)
            except TypeError as error:
                raise ValueError(f"{self.name} is called with the images' shape, (c, h, w), or with nothing: {error}"
                                 ) from None
            made = made(*arguments)
        if not isinstance(made, Stack):
            raise ValueError(f"{self.name} is a {type(made).__name__}; a network is a Stack, or a function that makes "
                             "one")
        return made.clone()

    def fit(self, s, data, method):
        fit = super().fit(s, data, method)
        if fit.net.out_shape != fit.net.in_shape:
            raise ValueError(f"{self.short} makes {times(fit.net.out_shape)} of {times(fit.net.in_shape)}: it cannot "
                             "be trained to give back its input. Write a Recipe for another aim")
        return fit

    def pictures(self, run):
        yield from super().pictures(run)
        (cell,), images, labels = run.cells, run.samples["images"], run.samples["labels"]
        classes = len(set(labels.tolist())) > 1
        labels = labels if classes else range(1, len(images) + 1)
        yield "reconstructions.png", reconstruction_grid(
            f"{run.title}: test images and their reconstructions", scaled(images), cell.outputs(
                scaled(images, cell.net.dtype)), labels, run.credit,
            "class of the image" if classes else "number of the image")


def takes_shape(function):
    return any(one.default is one.empty and one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)
               for one in inspect.signature(function).parameters.values())


def own_recipe(text):
    """The Recipe of FILE.py:NAME: the one that stands there, or OwnNetwork of the network that does."""
    text = absolute(text)
    found = named(text)
    is_class = isinstance(found, type)
    if is_class and issubclass(found, Recipe):
        found = found()
    if isinstance(found, Recipe):
        found = copy(found)    # it may be one of ours that the file imports
        found.name = text
        check_whole(found)
        return found
    if isinstance(found, Stack) or inspect.isfunction(found) or (is_class and issubclass(found, Stack)):
        return OwnNetwork(text)
    kind = "class" if is_class else type(found).__name__
    raise ValueError(f"{text} is a {kind}; `nanoae run` takes a Recipe, a Stack, or a function that makes one")


def check_whole(recipe):
    """Raises ValueError where a Recipe of people's own lacks what no recipe can be without."""
    lacks = []
    if not (isinstance(getattr(recipe, "Settings", None), type) and issubclass(recipe.Settings, Settings)):
        lacks.append("Settings, a class that inherits from nanoae.recipes.settings.Settings")
    if not isinstance(getattr(recipe, "source", None), Source):
        lacks.append("source, such as Source(real='mnist', embedded='digits')")
    if type(recipe).network is Recipe.network and type(recipe).fit is Recipe.fit:
        lacks.append("network(self, s, method, shape), which returns a Stack")
    if lacks:
        raise ValueError(f"{recipe.name} lacks {'; '.join(lacks)}")
