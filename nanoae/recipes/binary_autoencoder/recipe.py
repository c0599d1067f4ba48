"""binary-autoencoder: paper 3's three ways to codes of bits, against the same network without them.

    subgradient      algorithm 2: hard bits, whose gradient is a sigmoid's; the prox by inner sub-gradient steps
    smooth-step      the smooth step after batch norm, its width falling from epoch to epoch; bits are its rounding
    relaxed-codes    algorithm 3: codes as free variables, then their steps, then an encoder that is fitted to those
    continuous       the rival: the same network, no bits

`--set methods=` chooses among them; test_loss is the best variant's. Every test is made with hard bits.
"""
from dataclasses import dataclass

from ...data import scaled
from ...layers import BatchNorm, Flatten, Linear, ReLU, Reshape, Sigmoid, SmoothStep, Step
from ...models import conv_autoencoder
from ...optim import FISTA, NAM, Adam, CodePenalty, Phase
from ...parameters import moved
from ...pictures import curves_against, image_rows
from ...stack import Stack
from ...training import Fit, KeptCodes
from ..recipe import Recipe, Source
from ..settings import Settings, own, shared
from .figures import bits_of, codes_of, hard_loss, neighbour_agreement, share_used, table
from .relaxed_codes import last_stages, relaxed_codes

WIDTHS = (4.0, 0.25)    # of the smooth step, in the first epoch and in the last


@dataclass
class BinarySettings(Settings):
    """The paper gives no values: these are ours."""

    epochs: int = shared("epochs", 12)    # on the paper's synthetic images, one mini-batch, some hundreds are due
    methods: str = shared("methods", "all")
    bits: int = own(64, "bits of a code", least=1)
    batch_size: int = shared("batch_size", 125)
    lr: float = own(0.001, "Adam's learning rate, wherever Adam is used", least=0)
    step: float = own(40.0, "subgradient: FISTA's step on the encoder", above=0)
    inner_steps: int = own(3, "subgradient: sub-gradient steps for each prox", least=1)
    code_step: float = own(0.1, "relaxed-codes: FISTA's step on a code, for its image's sum of squared errors", above=0)
    code_steps: int = own(10, "relaxed-codes: steps on the codes of a mini-batch", least=1)
    penalty: float = shared("penalty", 1e-6)


class Narrowing(Fit):
    """The smooth step's width falls from WIDTHS[0] to WIDTHS[1], by the same factor every epoch."""

    def begin_epoch(self, number):
        first, last = WIDTHS
        self.net["encoder"][-1].eps[...] = first * (last / first) ** ((number - 1) / max(1, self.epochs - 1))
        moved(self.net["encoder"])


class BinaryAutoencoder(Recipe):
    name, about = "binary-autoencoder", "codes of bits, in three ways (paper 3, algorithms 2 and 3)"
    Settings = BinarySettings
    steered = False
    source = Source(real="mnist", embedded="digits")
    titles = {"continuous": "no bits", "subgradient": "sub-gradient", "smooth-step": "smooth step",
              "relaxed-codes": "relaxed codes"}

    def check(self, s):
        super().check(s)
        if "relaxed-codes" in self.methods(s) and s.epochs < 3:
            raise ValueError(f"relaxed-codes takes at least 3 epochs, one for each of its stages; got {s.epochs}")

    def network(self, s, method, shape):
        """Stack([encoder, decoder]), the encoder Stack([logits, what makes bits])."""
        up, down = plain(s, shape)
        bits: dict = {"subgradient": [Step()], "relaxed-codes": [Step()], "continuous": [],
                      "smooth-step": [BatchNorm(s.bits), SmoothStep(WIDTHS[0])]}
        return Stack([Stack([Stack(up, name="logits"), *bits[method]], name="encoder"), Stack(down, name="decoder")])

    def optimizer(self, s, net, method):
        encoder, decoder = net["encoder"], net["decoder"]
        if method == "smooth-step":
            return NAM(net, [Adam(encoder, s.lr), Adam(decoder, s.lr)])
        if method == "subgradient":
            penalty = CodePenalty(encoder, s.penalty, "subgradient", most=s.inner_steps)
            return NAM(net, [Phase(FISTA(encoder, s.step, penalty), 2), Phase(Adam(decoder, s.lr), 2)])
        return Adam(net, s.lr)    # of relaxed-codes, each stage has its own

    def fit(self, s, data, method):
        fit = super().fit(s, data, method)
        if method == "continuous":
            return fit
        fit.test = hard_loss
        if method == "relaxed-codes":
            return relaxed_codes(s, fit)
        if method == "smooth-step":
            return Narrowing(**vars(fit))
        fit.kept = KeptCodes(fit.net, data.train, fit.batches.size, across_epochs=False)
        return fit

    def cell_figures(self, s, fit, data, method):
        """bits_used, neighbour_agreement; of relaxed-codes, bit_accuracy and the test loss before the last stage."""
        found = {}
        codes = codes_of(fit.net, data.test, method != "continuous")
        if method != "continuous":
            found["bits_used"] = share_used(codes)
        if len(set(data.test_labels.tolist())) > 1:
            found["neighbour_agreement"] = neighbour_agreement(codes, data.test_labels)
        if method == "relaxed-codes":
            found["bit_accuracy"] = fit.fit.bit_accuracy()
            found["test_loss_before_refit"] = fit.history[-1 - last_stages(s.epochs)]["test_loss"]
        return found

    def figures(self, run):
        """METHOD_test_loss and what its cell measured; train_loss and test_loss, the best variant's."""
        found = super().figures(run)
        variants = [method for method in run.trained if method != "continuous"] or list(run.trained)
        best = min(variants, key=lambda method: found[f"{method}_test_loss"])
        return found | {name: found[f"{best}_{name}"] for name in ("train_loss", "test_loss")}

    def texts(self, run, figures):
        yield "variants.md", table(self.titles, figures)

    def pictures(self, run):
        """losses.png, test errors by epoch; reconstructions.png, ten test images over all methods'."""
        trained = {self.titles[method]: cell for method, cell in run.trained.items()}
        yield "losses.png", curves_against(f"{run.title}: test images, from hard bits", {
            title: ([line["epoch"] for line in cell.history], [line["test_loss"] for line in cell.history])
            for title, cell in trained.items()}, "epoch", "mean squared error")
        images = run.samples["images"]
        rows = {"original": scaled(images)}
        for title, cell in trained.items():
            codes = cell.encode(images) if cell.method == "continuous" else bits_of(
                cell.net, scaled(images, cell.net.dtype))
            rows[title] = cell.decode(codes)
        yield "reconstructions.png", image_rows(f"{run.title}: test images, decoded from {run.settings.bits} bits",
                                                rows, run.credit)


def plain(s, shape):
    """(layers of the encoder, layers of the decoder) without bits: paper 2's, or for small images fully connected."""
    if shape == (1, 28, 28):
        net = conv_autoencoder(s.bits)
        return [*net["encoder"]], [*net["decoder"]]
    size = shape[0] * shape[1] * shape[2]
    return ([Flatten(), Linear(size, 64), ReLU(), Linear(64, s.bits)],
            [Linear(s.bits, 64), ReLU(), Linear(64, size), Sigmoid(), Reshape(shape)])


recipe = BinaryAutoencoder()
