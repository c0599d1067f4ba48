"""What people read of a recipe on the terminal: its settings, and the results of a run."""
from dataclasses import fields

from .say import say


def show_settings(recipe):
    """Prints each setting's name, default, values and help, in columns."""
    rows = [("setting", "default", "values", "what it is")]
    for one in fields(recipe.Settings):
        declared, default = one.metadata["declared"], getattr(recipe.Settings(), one.name)
        rows.append((one.name, "none" if default is None else str(default), recipe.values(one.name),
                     declared.help + declared.searched()))
    widths = [max(len(row[k]) for row in rows) for k in range(3)]
    for row in rows:
        print(*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3], sep="  ")


def show(path, summary):
    """Prints a run's results, the paper's beside ours; its directory on the last line."""
    print(f"{summary['recipe'].rpartition(':')[2]} on {summary['data']}: {summary['parameters']:,} parameters, "
          f"{summary['epochs']} epochs"
          + (f"; the weights are those of epoch {summary['best_epoch']}" if "best_epoch" in summary else ""))
    sums = summary["train_reduction"] == "sum"    # tests take the mean
    tested = "" if summary["test_loss"] is None else (
        f", test loss {summary['test_loss']:.5f}{' (mean per pixel)' if sums else ''}")
    print(f"train loss {summary['train_loss']:.5f}{' (summed over the mini-batch)' if sums else ''}{tested}")
    print(*beside_the_paper(summary), sep="\n", end="\n" if summary["paper"] else "")
    print(f"{summary['epoch_seconds']:.2f} s an epoch, {summary['seconds']:.0f} s in all; pictures: "
          f"{', '.join(sorted(picture.name for picture in path.glob('*.png')))}")
    print(path)


def beside_the_paper(summary):
    """A line for each figure that the paper gives, with ours of the same name; a validation loss stands beside ours on
    test images."""
    ours = summary | summary["metrics"]
    for name, paper in summary["paper"].items():
        same = name if name in ours else {"validation_loss": "test_loss"}.get(name)
        value = ours.get(same)
        note = f" ({same.replace('_', ' ')})" if same not in (None, name) else ""
        yield (f"{name.replace('_', ' ')}: the paper {paper:g}, "
               + ("ours not measured" if value is None else f"ours {value:.4g}{note}"))


def tell_failed(summary):
    """The exit code of a run; says which of its trainings failed."""
    for name, reason in summary["failed"].items():
        say(f"nanoae run: {name} failed and is left out of the figures: {reason}")
    return 1 if summary["failed"] else 0
