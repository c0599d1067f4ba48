"""anamo: paper 3's algorithm 1, alternating FISTA on a single-layer encoder and decoder, against Adam.

100 random 10 x 10 images, left half whiter; sigmoid encoder 100-10, decoder 10-100; all initial weights N(0, 1); full
batch. Objective, for all methods: sum of squared errors + lambda times the sum of the codes. ANAMO: 10 outer iterations
of 5 encoder and 15 decoder steps, the momentum anew in every phase. Adam: its defaults, 200 epochs, and once more with
the learning rate that ends lowest on the first trial's training images. Figures are means over trials, one seed each,
with images, weights and test images of its own; the pictures show the first.
"""
from dataclasses import dataclass, replace

import numpy as np

from ..arrays import put
from ..data import scaled
from ..data.half_images import load_half_images
from ..layers import Flatten, L1Penalty, Linear, Reshape, Sigmoid
from ..losses import mse
from ..optim import FISTA, NAM, Adam, CodePenalty, Phase
from ..optim.code_penalty import SMOOTH
from ..pictures import curves_against, image_rows
from ..stack import Stack
from ..training import KeptCodes, mean_loss, reconstructions
from ..trials import Cell
from .recipe import Paper, Recipe
from .settings import Settings, own, shared

GRID = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)    # learning rates that Adam is tuned over


@dataclass
class AnamoSettings(Settings):
    """The paper's values; lr is the step of both blocks, illegible in the paper."""

    epochs: int = shared("epochs", 10)
    dtype: str = shared("dtype", "float64")
    methods: str = shared("methods", "all")
    batch_size: int | None = shared("batch_size", None)    # None: all images at once
    hidden: int = own(10, "numbers in a code", least=1)
    encoder_steps: int = own(5, "steps on the encoder in an outer iteration", least=1)
    decoder_steps: int = own(15, "steps on the decoder in an outer iteration", least=1)
    lr: float = own(0.05, "step of both blocks", above=0, search=(1e-3, 1.0, "log"))
    penalty: float = shared("penalty", 0.1)
    prox: str = own("fista", "how step 6 of the algorithm is read", allowed=SMOOTH)
    trials: int = shared("trials", 20)
    tuned_lr: float | None = own(None, "Adam's second learning rate; none: the best of a grid", above=0)
    low: float = own(0.4, "the right half's grey is uniform from 0 to this", least=0, most=1)
    high: float = own(0.6, "the left half's is uniform from this to 1", least=0, most=1)


class Anamo(Recipe):
    name, about = "anamo", "single-layer autoencoder: nested alternating FISTA against Adam (paper 3, algorithm 1)"
    Settings = AnamoSettings
    inverts = False
    titles = {"adam": "Adam, default", "adam_tuned": "Adam, tuned", "anamo": "ANAMO"}
    paper = (Paper({"anamo_test_bias": 1.85, "adam_test_bias": 3.70}),)
    test_size, reduction = 100, "sum"

    def check(self, s):
        super().check(s)
        if s.data is not None:
            raise ValueError("anamo draws its own images: leave out --data")

    def data(self, s):
        return load_half_images(low=(0.0, s.low), high=(s.high, 1.0), seed=s.seed)

    def cells(self, s):
        """Methods and trials; before them, where it is to be found, the grid of Adam's learning rates."""
        cells = super().cells(s)
        if s.tuned_lr is not None or "adam_tuned" not in self.methods(s):
            return cells
        grid = [Cell(self, replace(s, tuned_lr=lr), "grid", {"lr": lr}) for lr in GRID]
        return [*grid, *(replace(cell, needs=tuple(grid)) if cell.method == "adam_tuned" else cell for cell in cells)]

    def settle(self, s, method, needed):
        if not needed:
            return s
        best = min(needed.values(), key=lambda cell: cell.history[-1]["squared_error"])
        return replace(s, tuned_lr=best.settings.tuned_lr)

    def network(self, s, method, shape):
        """Encoder and decoder, a Linear and a Sigmoid each; for Adam, with the penalty as a layer."""
        size = shape[1] * shape[2]
        penalty = [] if method == "anamo" else [L1Penalty(s.penalty)]
        encoder = Stack([Flatten(), Linear(size, s.hidden), Sigmoid(), *penalty], name="encoder")
        return Stack([encoder, Stack([Linear(s.hidden, size), Sigmoid(), Reshape(shape)], name="decoder")])

    def optimizer(self, s, net, method):
        encoder, decoder = net["encoder"], net["decoder"]
        if method != "anamo":
            return Adam(net, 1e-3 if method == "adam" else s.tuned_lr)
        penalty = CodePenalty(encoder, s.penalty, s.prox)
        return NAM(net, [Phase(FISTA(encoder, s.lr, penalty), s.encoder_steps),
                         Phase(FISTA(decoder, s.lr), s.decoder_steps)])

    def fit(self, s, data, method):
        fit = super().fit(s, data, method)
        fit.measure = lambda net: {"squared_error": data.train.size * mean_loss(net, mse, fit.batches)}
        put(fit.net.theta, fit.seeds.weights.standard_normal(fit.net.theta.size))
        if method == "anamo":
            fit.kept = KeptCodes(fit.net, data.train, fit.batches.size, across_epochs=False)
        else:
            fit.epochs *= s.encoder_steps + s.decoder_steps
        return fit

    def cell_figures(self, s, fit, data, method):
        """test_bias: mean over test images of the Euclidean distance to their reconstructions; what the prox cost."""
        gaps = reconstructions(fit.net, data.test) - scaled(data.test, dtype=fit.net.dtype)
        distances = np.linalg.norm(gaps.reshape(len(gaps), -1), axis=1)
        found = {"loss": fit.history[-1]["squared_error"], "test_bias": float(np.mean(distances))}
        if method == "anamo":
            found["prox_gradients"] = fit.optimizer.phases[0].optimizer.gradients
        return found

    def figures(self, run):
        """METHOD_test_bias, METHOD_loss (the objective's first term, on the training images), what the prox cost."""
        found = super().figures(run)
        if "anamo_prox_residual_values" in found:
            found["anamo_prox_residual"] = max(found["anamo_prox_residual_values"])
        if {"anamo", "adam"} <= set(run.trained):
            found["anamo_over_adam_test_bias"] = found["anamo_test_bias"] / found["adam_test_bias"]
        if "adam_tuned" in run.trained:
            found["adam_tuned_lr"] = run.trained["adam_tuned"].settings.tuned_lr
        return found

    def pictures(self, run):
        """curves.png, the loss against gradient evaluations; reconstructions.png, test images over all predictions."""
        steps = run.settings.encoder_steps + run.settings.decoder_steps
        trained = {self.titles[method]: (cell, steps if method == "anamo" else 1) for method, cell in
                   run.trained.items()}
        yield "curves.png", curves_against(f"{run.title}: loss during training", {
            title: ([line["epoch"] * each for line in cell.history],
                    [line["squared_error"] for line in cell.history]) for title, (cell, each) in trained.items()},
            "gradient evaluations of the loss on all images", "sum of squared errors")
        images = run.samples["images"]
        rows = {"original": scaled(images)} | {title: cell.reconstruct(images) for title, (cell, _) in trained.items()}
        yield "reconstructions.png", image_rows(
            f"{run.title}: test images and predictions, squared error per pixel", rows, run.credit)


recipe = Anamo()
