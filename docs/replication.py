"""Gathers finished runs into a CSV under docs/runs, and writes the table in docs/replication.md from the CSVs.

    python docs/replication.py collect docs/runs/mnist-autoencoder.csv RUN_DIR ...     one row a run
    python docs/replication.py table                                                   rewrites replication.md
"""
import csv
import json
import statistics
import sys
from pathlib import Path

DOCS = Path(__file__).parent
LEFT_OUT = ("out", "data_dir", "data_source", "versions", "paper", "seconds", "epoch_seconds", "credit", "data_name",
            "shape", "metrics")
ORDER = ("data", "latent", "dropout", "lr", "weight_decay", "init", "seed")    # of the rows in a CSV
MARK = "<!-- made by docs/replication.py from docs/runs -->"

BASELINE = {"recipe": "mnist-autoencoder", "data": "mnist", "epochs": "40", "latent": "2", "batch_size": "256",
            "weight_decay": "5e-05", "dropout": "0.0", "init": "pytorch", "optimizer": "adam", "lr": "0.001"}
LARGE = BASELINE | {"latent": "48", "batch_size": "128"}
FILM = {"recipe": "lookahead-autoencoder", "epochs": "50", "optimizer": "both", "batch_size": "64", "lr": "0.001"}
ANAMO = {"recipe": "anamo", "trials": "20", "prox": "fista", "epochs": "10", "penalty": "0.1", "lr": "0.05"}
NAM = {"recipe": "nam-autoencoder", "data": "cifar-10-batches-bin", "epochs": "12", "trials": "10", "sweep": "False",
       "decoder_epochs": "1", "penalty": "1e-08"}
BINARY = {"recipe": "binary-autoencoder", "data": "mnist", "epochs": "12", "bits": "64", "variant": "all"}
RATIO = ("lookahead_over_adam_train_loss", 1.0, "training loss, Lookahead's over Adam's (paper: curves only, below 1)")

# system, settings that select its runs, our figure, the paper's figure, what it is, the command
ROWS = [
    ("mnist-autoencoder, baseline", BASELINE, "test_loss", 0.0381, "validation MSE; ours: test",
     "nanoae run mnist-autoencoder --set settings=paper"),
    ("the same, He's initial weights", BASELINE | {"init": "he"}, "test_loss", 0.0381, "validation MSE; ours: test",
     "nanoae run mnist-autoencoder --set settings=paper init=he"),
    ("the same, no decay", BASELINE | {"weight_decay": "0.0"}, "test_loss", 0.0381, "validation MSE; ours: test",
     "nanoae run mnist-autoencoder --set settings=paper weight_decay=0"),
    ("the same, Glorot's weights, no decay, lr 0.003",
     BASELINE | {"init": "glorot", "weight_decay": "0.0", "lr": "0.003"}, "test_loss", 0.0381,
     "validation MSE; ours: test",
     "nanoae run mnist-autoencoder --set settings=paper init=glorot weight_decay=0 lr=0.003"),
    ("mnist-autoencoder, tuned", LARGE | {"dropout": "0.0775", "lr": "0.006"}, "test_loss", 0.0187, "test MSE",
     "nanoae run mnist-autoencoder --set settings=paper-tuned"),
    ("mnist-autoencoder, latent 48, no dropout, no decay", LARGE | {"weight_decay": "0.0"}, "test_loss", None,
     "test MSE",
     "nanoae run mnist-autoencoder"),
    ("lookahead-autoencoder, twelve shots", FILM | {"data": "frames-bbb-trailer"}, *RATIO,
     "nanoae run lookahead-autoencoder --data frames-bbb-trailer"),
    ("lookahead-autoencoder, one shot", FILM | {"data": "frames-bbb-clip"}, *RATIO,
     "nanoae run lookahead-autoencoder --data frames-bbb-clip"),
    ("anamo, 20 trials", ANAMO, "anamo_test_bias", 1.85, "mean test bias of ANAMO", "nanoae run anamo"),
    ("the same", ANAMO, "adam_test_bias", 3.70, "mean test bias of Adam at its defaults", "nanoae run anamo"),
    ("anamo, prox as printed", ANAMO | {"prox": "printed"}, "anamo_test_bias", 1.85, "mean test bias of ANAMO",
     "nanoae run anamo --set prox=printed"),
    ("anamo, linearised prox", ANAMO | {"prox": "linear"}, "anamo_test_bias", 1.85, "mean test bias of ANAMO",
     "nanoae run anamo --set prox=linear"),
    *(("nam-autoencoder, 10 trials", NAM, figure, paper, what, "nanoae run nam-autoencoder")
      for figure, paper, what in (
          ("joint_test_loss", 0.0186, "test MSE, joint"), ("nam_test_loss", 0.0212, "test MSE, NAM"),
          ("joint_code_l1", 3.59, "mean l1 of a code, joint"), ("nam_code_l1", 0.55, "mean l1 of a code, NAM"),
          ("nam_over_joint_epoch_seconds", 0.85, "seconds an epoch, NAM's over joint's"))),
    ("the same, the ratio of code sizes", NAM, "code_l1_ratio", None, "joint's mean l1 over NAM's (paper: 6.57)",
     "nanoae run nam-autoencoder"),
    *((f"binary-autoencoder, {variant}", BINARY, f"{variant}_test_loss", None, "test MSE from 64 hard bits",
       "nanoae run binary-autoencoder") for variant in ("subgradient", "smooth-step", "relaxed-codes")),
]


def collect(target, directories):
    """One CSV row a run: its configuration, seed and figures."""
    rows = []
    for directory in map(Path, directories):
        row = json.loads((directory / "config.json").read_text()) | json.loads((directory / "summary.json").read_text())
        row |= row["metrics"] | {f"version_{name}": version for name, version in row["versions"].items()}
        rows.append({key: value for key, value in row.items() if key not in LEFT_OUT})
    with open(target, "w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
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
    for system, settings, figure, paper, what, command in ROWS:
        chosen = [run for run in runs if all(run.get(key) == value for key, value in settings.items())]
        if not chosen:    # a system has a row once it has runs
            continue
        values = [float(run[figure]) for run in chosen]
        mean = statistics.mean(values)
        # a run over trials brings the interval of its mean
        low, high = (chosen[0].get(f"{figure}_{end}") if len(chosen) == 1 else None for end in ("low", "high"))
        between = f"{float(low):.4f} to {float(high):.4f}, 95%" if low and high else (
            f"{min(values):.4f} to {max(values):.4f}")
        lines.append(f"| {system} | {what} | {paper or 'none'} | {mean:.4f} ({between}) | "
                     f"{', '.join(run['seed'] for run in chosen)} | {verdict_on(mean, paper)} | `{command}` |")
    return "\n".join(lines)


def verdict_on(mean, paper):
    """How our mean stands to the paper's figure, where less is better."""
    if paper is None:
        return "the paper gives none"
    if mean > 10 * paper:
        return f"{mean / paper:.0f} times the paper's"
    side = "below" if mean <= paper else "above"
    return f"{'reached' if mean <= paper else 'missed'}, {abs(mean / paper - 1):.1%} {side}"


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
        page.write_text(updated(page.read_text()))
    else:
        sys.exit(__doc__)
