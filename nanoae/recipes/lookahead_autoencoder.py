"""lookahead-autoencoder: paper 1's convolutional autoencoder of film frames, Adam against Lookahead around Adam.

Frames are cropped at the centre and reduced to 64 x 64; convolutions 3-32-64-128-256, mean squared error, batch 64,
learning rate 0.001, 50 epochs. Both methods start from the same weights and see the same batches. The paper shows the
training curves only; here held-out frames (other shots of the film) stand beside them.
"""
from dataclasses import dataclass

import numpy as np

from ..data import scaled
from ..models import frame_autoencoder
from ..optim import make_optimizer
from ..pictures import compared_curves, curves_against, image_rows
from .recipe import Recipe, Source
from .settings import Settings, shared


@dataclass
class FrameSettings(Settings):
    """The paper's values."""

    epochs: int = shared("epochs", 50)
    methods: str = shared("methods", "all")
    batch_size: int = shared("batch_size", 64)
    lr: float | None = shared("lr", None)


class LookaheadAutoencoder(Recipe):
    name, about = "lookahead-autoencoder", "film frames: Adam against Lookahead(Adam) (paper 1, the CAE)"
    Settings = FrameSettings
    source = Source(real="frames-bbb-trailer", embedded="photographs", shape=(3, 64, 64))
    titles = {"adam": "Adam", "lookahead": "Lookahead(Adam)"}
    test_size = 64

    def network(self, s, method, shape):
        return frame_autoencoder()

    def optimizer(self, s, net, method):
        return make_optimizer(method, net, s.lr)

    def figures(self, run):
        """METHOD_train_loss and METHOD_test_loss of the last epoch, Lookahead's share of Adam's training loss, and from
        which step on Lookahead's losses stay below Adam's (None: they do not)."""
        found = super().figures(run)
        if len(run.trained) == 2:
            found["lookahead_over_adam_train_loss"] = found["lookahead_train_loss"] / found["adam_train_loss"]
            ours, adams = (run.trained[method].history for method in ("lookahead", "adam"))
            for kind in ("train_loss", "test_loss"):
                found[f"lookahead_below_adam_{kind}_from_step"] = below_from(ours, adams, kind)
        return found

    def pictures(self, run):
        """curves.png, the methods' losses over epochs; steps.png, over steps; reconstructions.png, five held-out frames
        over all of them."""
        trained = {self.titles[method]: cell for method, cell in run.trained.items()}
        yield "curves.png", compared_curves(run.title, {title: cell.history for title, cell in trained.items()},
                                            "mean squared error per pixel")
        yield "steps.png", curves_against(run.title, {
            f"{title}, {words}": ([line["steps"] for line in cell.history], [line[kind] for line in cell.history])
            for title, cell in trained.items()
            for kind, words in (("train_loss", "training"), ("test_loss", "held out"))},
            "steps", "mean squared error per pixel")
        images = run.samples["images"][:5]
        rows = {"original": scaled(images)} | {title: cell.reconstruct(images) for title, cell in trained.items()}
        yield "reconstructions.png", image_rows(f"{run.title}: first held-out frames and reconstructions", rows,
                                                run.credit)


def below_from(one, other, kind):
    """The step from which on the running mean of one history's losses, over a twentieth of its epochs, stays below the
    other's; None where it ends above."""
    window = max(1, len(one) // 20)
    a, b = (np.convolve([line[kind] for line in history], np.full(window, 1 / window), "valid") for history in
            (one, other))
    above = np.flatnonzero(a >= b)
    if not len(above):
        return one[0]["steps"]
    return None if above[-1] + 1 == len(a) else one[above[-1] + window]["steps"]


recipe = LookaheadAutoencoder()
