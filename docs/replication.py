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
LEFT_OUT = ("out", "data_dir", "data_source", "versions", "metrics", "paper", "seconds")
MARK = "<!-- made by docs/replication.py from docs/runs -->"

# system, settings that select its runs, our figure, the paper's figure and what it is, the command
ROWS = [
    ("mnist-autoencoder, baseline", {"latent": "2", "batch_size": "256", "weight_decay": "5e-05", "dropout": "0.0",
                                     "init": "pytorch", "optimizer": "adam", "lr": "0.001"},
     "test_loss", 0.0381, "validation MSE", "nanoae run mnist-autoencoder"),
    ("mnist-autoencoder, tuned", {"latent": "48", "batch_size": "128", "weight_decay": "5e-05", "dropout": "0.0775",
                                  "lr": "0.006"},
     "test_loss", 0.0187, "test MSE",
     "nanoae run mnist-autoencoder --set latent=48 batch_size=128 lr=0.006 dropout=0.0775"),
    ("mnist-autoencoder, no dropout, no decay", {"latent": "48", "batch_size": "128", "weight_decay": "0.0",
                                                 "dropout": "0.0", "lr": "0.001"},
     "test_loss", None, "test MSE", "nanoae run mnist-autoencoder --set latent=48 batch_size=128 weight_decay=0"),
]


def collect(target, directories):
    """One CSV row a run: its configuration, seed and figures."""
    rows = []
    for directory in map(Path, directories):
        row = json.loads((directory / "config.json").read_text()) | json.loads((directory / "summary.json").read_text())
        row |= {f"version_{name}": version for name, version in row["versions"].items()}
        rows.append({key: value for key, value in row.items() if key not in LEFT_OUT})
    with open(target, "w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: (row["latent"], row["dropout"], row["seed"])))


def table():
    """The rows of replication.md, as Markdown."""
    runs = []
    for path in sorted((DOCS / "runs").glob("*.csv")):
        with open(path, newline="") as file:
            runs += csv.DictReader(file)
    lines = ["| system | figure | paper | ours, mean (lowest to highest) | seeds | verdict | command |",
             "| --- | --- | --- | --- | --- | --- | --- |"]
    for system, settings, figure, paper, what, command in ROWS:
        recipe = system.partition(",")[0]
        chosen = [run for run in runs if run["recipe"] == recipe and run["data"] == "mnist" and run["epochs"] == "40"
                  and all(run[key] == value for key, value in settings.items())]
        values = [float(run[figure]) for run in chosen]
        mean = statistics.mean(values)
        verdict = "the paper gives none" if paper is None else (
            f"{'reached' if mean <= paper else 'missed'}, {abs(mean / paper - 1):.0%} "
            f"{'below' if mean <= paper else 'above'}")
        lines.append(f"| {system} | {what} | {paper or 'none'} | {mean:.4f} ({min(values):.4f} to {max(values):.4f}) | "
                     f"{', '.join(run['seed'] for run in chosen)} | {verdict} | `{command}` |")
    return "\n".join(lines)


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
