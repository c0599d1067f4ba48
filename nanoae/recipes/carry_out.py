"""A recipe from its settings to its summary: a directory, its cells, figures and pictures."""
import numpy as np

from ..pictures import save
from ..training import RunDirectory, RunError
from ..training.progress import make_progress
from ..trials import run_cells
from ..trials.cells import planned
from ..trials.opened import Run
from ..trials.own_files import check_unchanged
from ..trials.train_cell import config_of
from .reported import LOSSES


def carry_out(recipe, s, resume=False, workers=1, progress=None):
    """Carries out what is not done yet of a run; returns (path of its directory, summary).

    Raises RunError where every cell of a method failed, Interrupted after Ctrl-C; all that is finished stays.
    """
    with RunDirectory(recipe.short, s.out, resume) as out:
        summary = out.read_json("summary.json")
        cells = recipe.cells(s)
        with (progress or make_progress)(len(cells)) as shown:
            done = summary is not None and summary.get("failed") == {}    # a cell's own summary does not say
            if done and planned(summary) >= s.epochs:
                shown.note(f"{out.path} is finished already: nothing to do")
                return out.path, summary
            data = recipe.data(s)
            for cell in cells:
                if cell.fold is not None:
                    cell.fold.check(data.train_labels)
            prepare(out, recipe, s, data)
            shown.note(data.sentence())
            failed = run_cells(cells, out, workers, shown)
        run = Run(out.path, recipe)
        lost = [method for method in recipe.methods(s) if not run.finished(method)]
        if lost:
            raise RunError(f"no training of {', '.join(lost)} came to its end: "
                           + "; ".join(f"{name}: {reason}" for name, reason in failed.items())
                           + f". What is finished stays; --resume --out {out.path} tries these again")
        figures = recipe.figures(run)
        for name, figure in recipe.pictures(run):
            save(figure, out.path / name)
        for name, text in recipe.texts(run, figures):
            out.replace(name, text.encode())
        summary = summary_of(recipe, s, run, figures, failed)
        out.write_json("summary.json", summary)
    return out.path, summary


def prepare(out, recipe, s, data):
    """Writes what the run is, before its cells begin: config.json, and the images of its pictures."""
    config = out.read_json("config.json")    # first, for a directory without it cannot be resumed
    check_unchanged(config or {}, out.path)
    if config is None or config["epochs"] != s.epochs:
        out.write_json("config.json", config_of(recipe, s, data, out.path))
    if not (out.path / "samples.safetensors").exists():
        varied = varied_images(data.test)
        out.write_tensors("samples.safetensors", {"images": data.test[varied], "labels": data.test_labels[varied]})


def summary_of(recipe, s, run, figures, failed):
    """The proposed method's first summary, with the whole run's figures, times, and the paper's."""
    cells = [cell for cell in run.cells if cell.summary]
    method = recipe.methods(s)[-1]
    proposed = next(cell for cell in cells if cell.method == method)
    means = {name: figures.get(name, figures.get(f"{method}_{name}")) for name in LOSSES}    # over its trainings
    losses = {name: mean for name, mean in means.items() if mean is not None}
    return {name: value for name, value in proposed.summary.items() if name != "method"} | losses | {
        "seed": s.seed, "seconds": sum(cell.summary["seconds"] for cell in cells), "metrics": figures, "failed": failed,
        "paper": recipe.paper_figures(s, run.config["data_name"])}


def varied_images(images, count=10):
    """Places of images for the pictures: from middling to rich in contrast, for blank skies show nothing."""
    contrast = images.std(axis=(2, 3)).mean(axis=1)
    order = np.argsort(contrast, kind="stable")[len(images) // 2:]
    return np.sort(order[np.linspace(0, len(order) - 1, min(count, len(order))).astype(int)])
