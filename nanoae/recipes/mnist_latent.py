"""mnist-latent: paper 2, section 3.1 and appendix: what the codes of the autoencoder look like.

Two networks with the paper's tuned settings, of 2 and of 48 numbers a code. PCA and t-SNE of the test images' codes;
and images decoded from a grid over a plane: the plane of the codes themselves, where there are two numbers, and PCA's
plane, led back to 48 numbers by its inverse. So the decoder is given codes. The paper took points of the t-SNE plane
for codes; t-SNE has no inverse, so its digits were others than the plane showed.
"""
from dataclasses import dataclass

import numpy as np

from ..data import scaled
from ..data.mnist import class_names
from ..models import conv_autoencoder
from ..pictures import class_points, image_plane
from ..trials.opened import through
from .projections import axis, chosen, pca, separability, tsne
from .recipe import Recipe, Source
from .settings import Settings, shared

CODES = {"latent_2": 2, "latent_48": 48}
SIDE = 20    # images along a side of a decoded plane


@dataclass
class LatentSettings(Settings):
    """The paper's tuned settings, but for the size of the codes."""

    epochs: int = shared("epochs", 40)
    methods: str = shared("methods", "all")
    optimizer: str = shared("optimizer", "adam")
    batch_size: int = shared("batch_size", 128)
    lr: float = shared("lr", 0.006)
    weight_decay: float = shared("weight_decay", 5e-5)
    dropout: float = shared("dropout", 0.0775)
    points: int = shared("points", 2000)


class MnistLatent(Recipe):
    name, about = "mnist-latent", "codes of the autoencoder: PCA, t-SNE, decoded planes (paper 2, section 3.1)"
    Settings = LatentSettings
    source = Source(real="mnist", embedded="digits", shape=(1, 28, 28))
    titles = {"latent_48": "48 numbers a code", "latent_2": "2 numbers a code"}

    def network(self, s, method, shape):
        return conv_autoencoder(CODES[method], dropout=s.dropout)

    def cell_figures(self, s, fit, data, method):
        """How well codes keep the classes apart, and how much of their variance PCA's two components hold."""
        places = chosen(data.test_labels, s.points)
        codes = through(fit.net["encoder"], scaled(data.test[places], fit.net.dtype))
        return separability(codes, data.test_labels[places]) | {
            "pca_share": float(pca(codes).explained_variance_ratio_.sum())}

    def pictures(self, run):
        """losses.png; for each network METHOD-codes.png, and METHOD-plane.png."""
        yield from super().pictures(run)
        data = run.data
        places = chosen(data.test_labels, run.settings.points)
        labels, names = data.test_labels[places], class_names(data.name, 10)
        for method, cell in run.trained.items():
            codes = cell.encode(data.test[places])
            plane = pca(codes)
            panels = {"PCA": (plane.transform(codes), "first component", "second component"),
                      "t-SNE": (tsne(codes), "first coordinate", "second coordinate")}
            if method == "latent_2":
                panels = {"the codes themselves": (codes, "first number", "second number"), "t-SNE": panels["t-SNE"]}
            yield f"{method}-codes.png", class_points(
                f"{run.title}, {self.titles[method]}: codes of {len(places):,} test images", panels, labels, names)
            yield f"{method}-plane.png", self.decoded(run, cell, method, codes, plane)

    def decoded(self, run, cell, method, codes, plane):
        """Images decoded from a grid over the codes' plane, or PCA's."""
        own_plane = method == "latent_2"
        points = codes if own_plane else plane.transform(codes)
        x, y = (axis(values, SIDE) for values in points.T)
        grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
        images = cell.decode(grid if own_plane else plane.inverse_transform(grid))
        what = ("the plane of the codes", "first number of the code", "second number of the code") if own_plane else (
            "PCA's plane of the codes", "first component", "second component")
        return image_plane(f"{run.title}, {self.titles[method]}:\ndecoded from {what[0]}",
                           images.reshape(SIDE, SIDE, *images.shape[1:]), x, y, *what[1:], run.credit)


recipe = MnistLatent()
