"""anamo: paper 3's algorithm 1, alternating FISTA on a single-layer encoder and decoder, against Adam.

100 random 10 x 10 images, left half whiter; sigmoid encoder 100-10, decoder 10-100; all initial weights N(0, 1); full
batch. Objective, for all methods: sum of squared errors + lambda times the sum of the codes. ANAMO: 10 outer iterations
of 5 encoder and 15 decoder steps, the momentum anew in every phase. Adam: its defaults, 200 epochs, and once more with
the learning rate that ends lowest on the training images. Figures are means over trials, one seed each, with images,
weights and test images of its own; the pictures show the first.
"""
import sys
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from .. import losses
from ..data import Batches, scaled
from ..data.half_images import load_half_images
from ..layers import Flatten, Linear, Reshape, Sigmoid
from ..optim import FISTA, NAM, Adam, CodePenalty, Phase
from ..optim.code_penalty import SMOOTH
from ..stack import Stack
from ..training import Fit, KeptCodes, Seeds, plots, reconstructions
from ..training.progress import make_progress
from ..trials import interval_figures
from .carry_out import carry_out
from .settings import Settings as Shared
from .settings import at_least, one_of

NAME = "anamo"
SHAPE = (1, 10, 10)
METHODS = ("adam", "adam_tuned", "anamo")    # the proposed method last
TITLES = {"adam": "Adam, default", "adam_tuned": "Adam, tuned", "anamo": "ANAMO"}
GRID = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)    # learning rates that Adam is tuned over


@dataclass
class Settings(Shared):
    """The paper's values; lr is the step of both blocks, illegible in the paper."""

    OPTIMIZERS: ClassVar[tuple] = ("anamo",)

    epochs: int = 10    # outer iterations
    dtype: str = "float64"
    optimizer: str = "anamo"
    batch_size: int | None = None    # None: all images at once
    hidden: int = 10
    encoder_steps: int = 5
    decoder_steps: int = 15
    lr: float = 0.05
    penalty: float = 0.1    # lambda
    prox: str = "fista"
    trials: int = 20
    tuned_lr: float | None = None    # Adam's second learning rate; None: the best of GRID
    low: float = 0.4    # the right half is uniform in [0, low]
    high: float = 0.6    # the left half in [high, 1]

    def check(self):
        super().check()
        for name in ("hidden", "encoder_steps", "decoder_steps", "trials"):
            at_least(self, name, 1)
        if self.batch_size is not None:
            at_least(self, "batch_size", 1)
        at_least(self, "penalty", 0)
        if not self.lr > 0:
            raise ValueError(f"lr is a positive step; got {self.lr}")
        one_of(self, "prox", SMOOTH)
        if not (0 <= self.low <= 1 and 0 <= self.high <= 1):
            raise ValueError(f"low and high are greys from 0 to 1; got {self.low} and {self.high}")
        if self.data is not None:
            raise ValueError("anamo draws its own images: leave out --data")


class PenalisedAdam(Adam):
    """Adam on the whole objective: the gradient of the penalty on codes is added to the loss's."""

    def __init__(self, part, penalty, lr=1e-3):
        super().__init__(part, lr)
        self.penalty = penalty

    def step(self, evaluate):
        self.penalty.see(evaluate.batch)
        encoder = self.penalty.encoder
        _, of_penalty = self.penalty.gradient()
        of_penalty = of_penalty.copy()
        loss = self.xp.array(evaluate(block=self.part))
        encoder.grad += of_penalty
        self.update()
        return loss


def network(settings, method="", shape=None):
    """The unbuilt network: encoder and decoder, a Linear and a Sigmoid each."""
    size = SHAPE[1] * SHAPE[2]
    encoder = Stack([Flatten(), Linear(size, settings.hidden), Sigmoid()], name="encoder")
    decoder = Stack([Linear(settings.hidden, size), Sigmoid(), Reshape(SHAPE)], name="decoder")
    return Stack([encoder, decoder])


def optimizer_of(settings, net, method):
    """The optimizer of one of METHODS."""
    penalty = CodePenalty(net["encoder"], settings.penalty, settings.prox)
    if method != "anamo":
        return PenalisedAdam(net, penalty, settings.tuned_lr if method == "adam_tuned" else 1e-3)
    return NAM(net, [Phase(FISTA(net["encoder"], settings.lr, penalty), settings.encoder_steps),
                     Phase(FISTA(net["decoder"], settings.lr), settings.decoder_steps)])


def paper(settings, data):
    """The paper's test bias of both methods."""
    return {"anamo_test_bias": 1.85, "adam_test_bias": 3.70}


def images_of(settings, seed):
    return load_half_images(low=(0.0, settings.low), high=(settings.high, 1.0), seed=seed)


def fit_of(settings, data, method, seed):
    """A method's Fit on a trial's images, from the trial's weights."""
    seeds = Seeds(seed)
    net = network(settings).build(SHAPE, settings.dtype, settings.backend, seeds.weights)
    net.theta[...] = seeds.weights.standard_normal(net.theta.size)
    batches = Batches(data.train, settings.batch_size or len(data.train), net.dtype)
    epochs = settings.epochs * (1 if method == "anamo" else settings.encoder_steps + settings.decoder_steps)
    kept = KeptCodes(net, data.train, batches.size, across_epochs=False) if method == "anamo" else None
    return Fit(net, optimizer_of(settings, net, method), losses.mse, batches, Batches(data.test, 100, net.dtype),
               epochs, seeds, reduction="sum", kept=kept)


def tuned(settings, data):
    """The learning rate of GRID with which Adam ends lowest on the first trial's training images."""
    def last_loss(lr):
        fit = fit_of(replace(settings, tuned_lr=lr), data, "adam_tuned", settings.seed)
        fit.run()
        return fit.history[-1]["train_loss"]
    return min(GRID, key=last_loss)


def run(settings, progress=make_progress, resume=False):
    """Trains the three methods on the first trial, then runs all trials; (path of the run directory, summary)."""
    data = images_of(settings, settings.seed)
    if settings.tuned_lr is None:
        settings = replace(settings, tuned_lr=tuned(settings, data))
    fits = {method: fit_of(settings, data, method, settings.seed) for method in METHODS}
    return carry_out(sys.modules[__name__], settings, data, fits, lambda fits: figures(settings), progress, resume)


def bias(net, images):
    """Mean over images of the Euclidean distance between an image and its reconstruction."""
    gaps = reconstructions(net, images) - scaled(images, dtype=net.dtype)
    return float(np.mean(np.linalg.norm(gaps.reshape(len(gaps), -1), axis=1)))


def figures(settings):
    """METHOD_test_bias, its 95% interval over trials, METHOD_loss (the objective's first term), what the prox cost."""
    found: dict = {}
    values: dict = {method: [] for method in METHODS}
    sums: dict = {method: [] for method in METHODS}
    residuals, gradients = [], []
    for seed in range(settings.seed, settings.seed + settings.trials):
        data = images_of(settings, seed)
        for method in METHODS:
            fit = fit_of(settings, data, method, seed)
            fit.run()
            values[method].append(bias(fit.net, data.test))
            sums[method].append(fit.history[-1]["train_loss"])
            if method == "anamo":
                penalty = fit.optimizer.phases[0].optimizer.penalty
                residuals.append(fit.optimizer.certificate().get("prox_residual"))
                gradients.append(penalty.gradients)
    for method in METHODS:
        found |= interval_figures(f"{method}_test_bias", values[method])
        found[f"{method}_loss"] = float(np.mean(sums[method]))
    return found | {"anamo_over_adam_test_bias": found["anamo_test_bias"] / found["adam_test_bias"],
                    "anamo_prox_residual": None if None in residuals else max(residuals),
                    "anamo_prox_gradients": float(np.mean(gradients)), "adam_tuned_lr": settings.tuned_lr}


def draw_pictures(path, config, trained, samples):
    """curves.png, the loss against gradient evaluations; reconstructions.png, ten test images over all predictions."""
    title = f"{NAME} on {config['data_name']}"
    steps = config["encoder_steps"] + config["decoder_steps"]
    curves = {TITLES[method]: ([1 + (line["epoch"] - 1) * (steps if method == "anamo" else 1) for line in history],
                               [line["train_loss"] for line in history]) for method, (_, history) in trained.items()}
    plots.curves_against(path / "curves.png", f"{title}: loss during training", curves,
                         "gradient evaluations of the loss on all images", "sum of squared errors")
    rows = {"original": scaled(samples["images"])} | {TITLES[method]: reconstructions(net, samples["images"])
                                                     for method, (net, _) in trained.items()}
    plots.image_rows(path / "reconstructions.png", f"{title}: test images and predictions, squared error per pixel",
                     rows, config["credit"])
    return ["curves.png", "reconstructions.png"]
