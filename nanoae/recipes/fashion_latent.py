"""fashion-latent: paper 5: an encoder to two numbers beside PCA and t-SNE of the images, and which of them keeps the
classes apart.

All three see images; the encoder and PCA were fitted to the training images, t-SNE, which can place no other point, to
the test images that are shown. How well classes are kept apart: the share of points whose nearest other one is of their
class, and the silhouette.
"""
from dataclasses import dataclass

from ..data import scaled
from ..data.mnist import class_names
from ..pictures import class_points
from ..trials.opened import through
from .fashion_autoencoder import FashionAutoencoder, FashionSettings
from .projections import chosen, pca, separability, tsne
from .settings import shared

FITTED = 10_000    # training images that PCA is fitted to


@dataclass
class FashionLatentSettings(FashionSettings):
    """Table 1's values, but for two numbers a code."""

    latent: int = shared("latent", 2, search=())
    points: int = shared("points", 2000)


class FashionLatent(FashionAutoencoder):
    name, about = "fashion-latent", "an encoder to two numbers beside PCA and t-SNE (paper 5)"
    Settings = FashionLatentSettings
    searched: tuple = "filters1", "filters2", "filters3", "neurons", "optimizer", "lr"

    def check(self, s):
        super().check(s)
        if s.latent != 2:
            raise ValueError(f"{self.name} draws codes of two numbers; got latent={s.latent}")

    def planes(self, s, encode, data):
        """({name: points (n, 2)} of the three methods, labels (n,))."""
        places = chosen(data.test_labels, s.points)
        images = data.test[places].reshape(len(places), -1) / 255
        fitted = pca(data.train[:FITTED].reshape(-1, images.shape[1]) / 255)
        return {"encoder": encode(data.test[places]), "pca": fitted.transform(images), "tsne": tsne(images)}, \
            data.test_labels[places]

    def cell_figures(self, s, fit, data, method):
        """encoder_, pca_ and tsne_ nearest_neighbour_accuracy and silhouette."""
        def encode(images):
            return through(fit.net["encoder"], scaled(images, fit.net.dtype))

        planes, labels = self.planes(s, encode, data)
        return {f"{name}_{figure}": value for name, points in planes.items()
                for figure, value in separability(points, labels).items()}

    def pictures(self, run):
        """losses.png, reconstructions.png and planes.png."""
        yield from super().pictures(run)
        cell, data = next(iter(run.trained.values())), run.data
        planes, labels = self.planes(run.settings, cell.encode, data)
        titles = {"encoder": "encoder", "pca": "PCA", "tsne": "t-SNE"}
        panels = {}
        for name, points in planes.items():
            share = separability(points, labels)["nearest_neighbour_accuracy"]
            heading = f"{titles[name]}: nearest neighbour of its class {share:.0%}"
            panels[heading] = points, "first number", "second number"
        title = f"{run.title}: {len(labels):,} test images as two numbers each"
        yield "planes.png", class_points(title, panels, labels, class_names(data.name, 256))


recipe = FashionLatent()
