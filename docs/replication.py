"""Gathers finished runs into a CSV under docs/runs, and writes the table in docs/replication.md from the CSVs.

    python docs/replication.py collect docs/runs/mnist-autoencoder.csv RUN_DIR ...     one row a run
    python docs/replication.py table                                                   rewrites replication.md
"""
import csv
import json
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import get_type_hints

from nanoae.recipes import get_recipe
from nanoae.recipes.given import parse

DOCS = Path(__file__).parent
LEFT_OUT = ("out", "data_dir", "data_source", "versions", "paper", "seconds", "epoch_seconds", "credit", "data_name",
            "shape", "metrics", "tune", "best", "candidates", "over", "failed", "storage")
ORDER = ("data", "latent", "dropout", "lr", "weight_decay", "init", "seed")    # of the rows in a CSV
MARK = "<!-- made by docs/replication.py from docs/runs -->"

BASELINE = {"epochs": "40", "latent": "2", "batch_size": "256", "weight_decay": "5e-05", "dropout": "0.0",
            "init": "pytorch", "lr": "0.001"}
LARGE = BASELINE | {"latent": "48", "batch_size": "128"}
ANAMO = {"trials": "20", "prox": "fista", "epochs": "10", "penalty": "0.1", "lr": "0.05"}
NAM = {"epochs": "12", "trials": "10", "sweep": "False", "decoder_epochs": "1", "penalty": "1e-08"}
BINARY = {"epochs": "12", "bits": "64"}
VALIDATION = {"figure": "test_loss", "papers": "validation_loss", "what": "validation MSE; ours: test"}


@dataclass
class Row:
    """A row of the table: a figure of the runs of a recipe on a set with these settings, beside the paper's, which the
    recipe holds under the same name, or under `papers`."""

    system: str
    recipe: str
    data: str
    settings: dict
    figure: str
    what: str
    command: str = ""    # what follows `nanoae run RECIPE`
    papers: str = ""
    claim: float | None = None    # the bound that the paper claims, where it gives no figure
    more_is_better: bool = False

    @property
    def typed(self):
        """The command that carries it out."""
        verb = "" if self.recipe.startswith("tune ") else "run "
        return f"nanoae {verb}{self.recipe}{' ' if self.command else ''}{self.command}"

    def runs(self, runs):
        """Those of these runs that the row is about; {column: text}."""
        wanted = {"recipe": self.recipe, "data": self.data, **self.settings}
        return [run for run in runs if all(run.get(key) == value for key, value in wanted.items())]

    def paper(self, run):
        """The paper's figure for a run's settings, or its claim; None where it gives neither."""
        recipe = get_recipe(self.recipe.removeprefix("tune "))
        if self.recipe.startswith("tune "):
            return recipe.found.figures.get(self.papers or self.figure) if recipe.found else self.claim
        types = get_type_hints(recipe.Settings)
        known = {name: parse(name, text, types[name]) for name, text in run.items() if name in types and text}
        figures = recipe.paper_figures(recipe.Settings(**known), self.data)
        return figures.get(self.papers or self.figure, self.claim)


MNIST = "mnist-autoencoder"
VAE = {"epochs": "40", "latent": "3", "batch_size": "128", "lr": "0.001", "likelihood_variance": "1.0"}
FILM = {"recipe": "lookahead-autoencoder", "settings": {"epochs": "50", "batch_size": "64", "lr": "0.001"},
        "figure": "lookahead_over_adam_train_loss", "claim": 1.0,
        "what": "training loss, Lookahead's over Adam's (paper: curves only, below 1)"}
ROWS = [
    Row("mnist-autoencoder, baseline", MNIST, "mnist", BASELINE, command="--set settings=paper", **VALIDATION),
    Row("the same, He's initial weights", MNIST, "mnist", BASELINE | {"init": "he"},
        command="--set settings=paper init=he", **VALIDATION),
    Row("the same, no decay", MNIST, "mnist", BASELINE | {"weight_decay": "0.0"},
        command="--set settings=paper weight_decay=0", **VALIDATION),
    Row("the same, Glorot's weights, no decay, lr 0.003", MNIST, "mnist",
        BASELINE | {"init": "glorot", "weight_decay": "0.0", "lr": "0.003"},
        command="--set settings=paper init=glorot weight_decay=0 lr=0.003", **VALIDATION),
    Row("mnist-autoencoder, tuned", MNIST, "mnist", LARGE | {"dropout": "0.0775", "lr": "0.006"}, "test_loss",
        "test MSE", "--set settings=paper-tuned"),
    Row("mnist-autoencoder, latent 48, no dropout, no decay", MNIST, "mnist", LARGE | {"weight_decay": "0.0"},
        "test_loss", "test MSE"),
    Row("the same, mini-batches of 64", MNIST, "mnist", LARGE | {"weight_decay": "0.0", "batch_size": "64"},
        "test_loss", "test MSE", "--set batch_size=64"),
    *(Row(f"mnist-optimizers, {name}", "mnist-optimizers", "mnist", {"epochs": "40", "latent": "2"},
          f"{method}_test_loss", "test MSE (the paper: Adam's validation loss was the lowest)")
      for name, method in (("Adam 0.001", "adam"), ("Adadelta 1.0", "adadelta"), ("RMSProp 0.01", "rmsprop"))),
    Row("search on MNIST, 5 candidates of 10 epochs, 5 folds", "tune mnist-autoencoder", "mnist",
        {"engine": "random", "trials": "5", "epochs": "10"}, "validation_loss", "best mean validation MSE",
        "--epochs 10"),
    *(Row(f"mnist-denoising, {column}", "mnist-denoising", "mnist",
          {"epochs": "40", "settings": setting, "noise": "1.0", "folds": "5"}, figure, what, command)
      for column, setting, command in (("our settings", "ours", ""), ("the paper's", "paper", "--set settings=paper"))
      for figure, what in (("validation_loss", "validation MSE, mean of folds"),
                           ("test_loss", "test MSE, mean of folds"))),
    *(Row(f"mnist-classifier, latent {latent}, {name}", "mnist-classifier", "mnist",
          {"epochs": "20", "latent": str(latent)}, f"{method}_{figure}", what, f"--set latent={latent}", papers,
          more_is_better=figure.endswith("accuracy"))
      for latent in (2, 10) for name, method in (("fine-tuned", "finetuned"), ("frozen", "frozen"))
      for figure, what, papers in (("test_accuracy", "test accuracy", ""),
                                   ("test_loss", "test cross-entropy", "test_loss"),
                                   ("validation_loss", "validation cross-entropy", "validation_loss"))),
    *(Row(f"mnist-latent, {latent} numbers a code", "mnist-latent", "mnist", {"epochs": "40"},
          f"latent_{latent}_nearest_neighbour_accuracy", "nearest neighbour of its class", more_is_better=True)
      for latent in (2, 48)),
    *(Row("mnist-vae, squared error", "mnist-vae", "mnist", VAE | {"loss": "mse", "spread": "logvar"}, figure, what)
      for figure, what in (("test_loss", "test loss, an image"), ("train_loss", "training loss, an image"))),
    Row("mnist-vae, cross-entropy", "mnist-vae", "mnist", VAE | {"loss": "bce", "spread": "logvar"}, "test_loss",
        "test loss, nats an image", "--set loss=bce"),
    *(Row(f"fashion-autoencoder, {name} at the end", "fashion-autoencoder", "fashion-mnist",
          {"epochs": "20", "latent": "3", "end": end, "optimizer": "adam"}, "test_loss", "test MSE", command)
      for name, end, command in (("sigmoid", "sigmoid", ""), ("batch norm and ReLU", "relu", "--set end=relu"))),
    Row("search on Fashion-MNIST, Optuna, 20 candidates of 5 epochs", "tune fashion-autoencoder", "fashion-mnist",
        {"engine": "optuna", "epochs": "5"}, "validation_loss", "best validation MSE", "--engine optuna --epochs 5"),
    *(Row("fashion-folds", "fashion-folds", "fashion-mnist", {"epochs": "20", "folds": "6", "split": "sequential"},
          figure, what) for figure, what in (
              ("validation_loss", "validation MSE, mean of six folds"),
              ("validation_spread", "folds' standard deviation over their mean (paper: little variability)"))),
    *(Row(f"fashion-denoising, {name}", "fashion-denoising", "fashion-mnist", {"epochs": "10"}, figure, what)
      for name, figure, what in (
          ("30% black", "under_black_30_before", "test MSE of the spoilt images"),
          ("30% black, undercomplete", "under_black_30_after", "after, trained on clean images"),
          ("30% black, overcomplete", "over_black_30_after", "after, trained on clean images"),
          ("30% black, undercomplete", "under_noise_black_30_after", "after, trained with black pixels"),
          ("30% black, overcomplete", "over_noise_black_30_after", "after, trained with black pixels"),
          ("noise 0.25", "under_gauss_25_before", "test MSE of the spoilt images"),
          ("noise 0.25, undercomplete", "under_gauss_25_after", "after, trained on clean images"),
          ("noise 0.25, overcomplete", "over_gauss_25_after", "after, trained on clean images"),
          ("30% black, undercomplete", "under_black_30_dark_correlation",
           "improvement against black pixels, rank correlation (paper: less)"))),
    *(Row(f"fashion-classifier, {name}", "fashion-classifier", "fashion-mnist", {"epochs": "50", "latent": "3"},
          f"{method}_{figure}", what, more_is_better=True)
      for name, method in (("on the images", "images"), ("on the codes", "codes"))
      for figure, what in (("test_accuracy", "test accuracy"), ("train_accuracy", "training accuracy"))),
    *(Row(f"fashion-latent, {name}", "fashion-latent", "fashion-mnist", {"epochs": "20"},
          f"{method}_nearest_neighbour_accuracy", "nearest neighbour of its class", more_is_better=True)
      for name, method in (("encoder", "encoder"), ("PCA", "pca"), ("t-SNE", "tsne"))),
    *(Row(f"fashion-gan, {loss}", "fashion-gan", "fashion-mnist",
          {"epochs": "10", "channels": "64-32-16", "loss": loss}, figure, what, command)
      for loss, command in (("non-saturating", ""), ("minimax", "--set loss=minimax"))
      for figure, what in (("frechet_distance", "Fréchet classifier distance of made images"),
                           ("frechet_distance_noise", "the same of uniform noise"),
                           ("frechet_distance_train", "the same of training images"),
                           ("smallest_class_share", "smallest class's share of 10,000 images"))),
    *(Row(f"stacked-adversarial, {name}", "stacked-adversarial", "cmu-faces", {"epochs": "60", "trials": "5"}, figure,
          what) for name, figure, what in (
              ("the algorithm", "gasca_test_mse", "MSE on other people (paper: significantly lower than joint)"),
              ("joint", "joint_test_mse", "MSE on other people"), ("greedy", "greedy_test_mse", "MSE on other people"),
              ("less joint, trial by trial", "gasca_minus_joint_test_mse", "difference of the errors"),
              ("the input as it is", "input_mse", "MSE on other people"),
              ("the mean frontal face", "mean_face_mse", "MSE on other people"))),
    *(Row("lookahead-vae, Lookahead's less Adam's", "lookahead-vae", "cifar-100-binary",
          {"epochs": "50", "trials": "5"}, f"lookahead_minus_adam_{kind}_loss",
          f"{what}, nats an image (paper: curves only, below 0)")
      for kind, what in (("train", "training loss"), ("test", "test loss"))),
    Row("lookahead-autoencoder, twelve shots", data="frames-bbb-trailer", command="--data frames-bbb-trailer", **FILM),
    Row("lookahead-autoencoder, one shot", data="frames-bbb-clip", command="--data frames-bbb-clip", **FILM),
    *(Row(f"{name}, 5,000 steps", "lookahead-autoencoder", data, {"epochs": epochs, "batch_size": "64"}, figure,
          what, f"--data {data} --epochs {epochs}", claim=1.0 if "over" in figure else None)
      for name, data, epochs in (("lookahead-autoencoder, twelve shots", "frames-bbb-trailer", "1000"),
                                 ("lookahead-autoencoder, one shot", "frames-bbb-clip", "2500"))
      for figure, what in (("lookahead_over_adam_train_loss", "training loss, Lookahead's over Adam's"),
                           ("adam_test_loss", "held-out MSE, Adam"),
                           ("lookahead_test_loss", "held-out MSE, Lookahead"))),
    Row("anamo, 20 trials", "anamo", "half-images", ANAMO, "anamo_test_bias", "mean test bias of ANAMO"),
    Row("the same", "anamo", "half-images", ANAMO, "adam_test_bias", "mean test bias of Adam at its defaults"),
    *(Row(f"anamo, {name}", "anamo", "half-images", ANAMO | {"prox": prox}, "anamo_test_bias",
          "mean test bias of ANAMO", f"--set prox={prox}")
      for name, prox in (("prox as printed", "printed"), ("linearised prox", "linear"))),
    *(Row("nam-autoencoder, 10 trials", "nam-autoencoder", "cifar-10-batches-bin", NAM, figure, what)
      for figure, what in (
          ("joint_test_loss", "test MSE, joint"), ("nam_test_loss", "test MSE, NAM"),
          ("joint_code_l1", "mean l1 of a code, joint"), ("nam_code_l1", "mean l1 of a code, NAM"),
          ("nam_over_joint_epoch_seconds", "seconds an epoch, NAM's over joint's"))),
    Row("the same, the ratio of code sizes", "nam-autoencoder", "cifar-10-batches-bin", NAM, "code_l1_ratio",
        "joint's mean l1 over NAM's", more_is_better=True),
    *(Row(f"binary-autoencoder, {variant}", "binary-autoencoder", "mnist", BINARY, f"{variant}_test_loss",
          "test MSE from 64 hard bits") for variant in ("subgradient", "smooth-step", "relaxed-codes")),
]


def collect(target, directories):
    """One CSV row a run: its configuration, seed and figures."""
    rows = []
    for directory in map(Path, directories):
        config, summary = (json.loads((directory / f"{name}.json").read_text(encoding="utf-8"))
                           for name in ("config", "summary"))
        row = config | summary
        row |= {"recipe": f"tune {row['recipe']}"} if "tune" in row else {}
        row |= row["metrics"] | {f"version_{name}": version for name, version in row["versions"].items()}
        rows.append({key: value for key, value in row.items() if key not in LEFT_OUT})
    with open(target, "w", newline="") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(name for row in rows for name in row)))
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: [str(row.get(key, "")) for key in ORDER]))


def table():
    """The rows of replication.md, as Markdown."""
    runs = []
    for path in sorted((DOCS / "runs").glob("*.csv")):
        with open(path, newline="") as file:
            runs += csv.DictReader(file)
    lines = [
        "| system | figure | paper | ours, mean (lowest to highest; or 95% interval) | seeds | verdict | command |",
        "| --- | --- | --- | --- | --- | --- | --- |"]
    for row in ROWS:
        chosen = row.runs(runs)
        if not chosen:    # a system has a row once it has runs
            continue
        values = [float(run[row.figure]) for run in chosen]
        mean, paper = statistics.mean(values), row.paper(chosen[0])
        # a run over trials brings the interval of its mean
        low, high = (chosen[0].get(f"{row.figure}_{end}") if len(chosen) == 1 else None for end in ("low", "high"))
        between = f"{float(low):.4f} to {float(high):.4f}, 95%" if low and high else (
            f"{min(values):.4f} to {max(values):.4f}")
        lines.append(f"| {row.system} | {row.what} | {paper or 'none'} | {mean:.4f} ({between}) | "
                     f"{', '.join(run['seed'] for run in chosen)} | {verdict_on(mean, paper, row.more_is_better)} | "
                     f"`{row.typed}` |")
    return "\n".join(lines)


def verdict_on(mean, paper, more_is_better=False):
    """How our mean stands to the paper's figure."""
    if paper is None:
        return "the paper gives none"
    if mean > 10 * paper:
        return f"{mean / paper:.0f} times the paper's"
    side = "below" if mean <= paper else "above"
    reached = mean >= paper if more_is_better else mean <= paper
    return f"{'reached' if reached else 'missed'}, {abs(mean / paper - 1):.1%} {side}"


def updated(text):
    """The page with the table between its two marks made anew."""
    before, _, rest = text.partition(MARK)
    after = rest.partition(MARK)[2]
    return f"{before}{MARK}\n\n{table()}\n\n{MARK}{after}"


if __name__ == "__main__":
    if sys.argv[1:2] == ["collect"] and len(sys.argv) > 3:
        collect(sys.argv[2], sys.argv[3:])
    elif sys.argv[1:] == ["table"]:
        page = DOCS / "replication.md"
        page.write_text(updated(page.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        sys.exit(__doc__)
