"""What every recipe does once its networks are made: a directory, training, pictures, a summary."""
import statistics
from contextlib import ExitStack
from dataclasses import asdict

import numpy as np

from ..optim import MAKERS
from ..training import RunDirectory, fit_all
from ..training.checkpoint import NAME as CHECKPOINT
from ..training.checkpoint import load_checkpoint
from ..versions import versions


def carry_out(recipe, settings, data, fits, metrics, progress, resume=False, files=lambda figures: {}):
    """Trains {method: Fit} ('' where there is one; the proposed method last) and writes the run's directory.

    recipe: the recipe's module, for NAME, draw_pictures and paper(settings, data). metrics(fits): the recipe's own
    figures, taken at the weights that each optimizer wants tested; files(figures): {name: text} to write beside them.
    Returns (path, summary); a finished run as it is.
    """
    proposed = list(fits.values())[-1]
    with (RunDirectory(recipe.NAME, settings.out, resume) as out,
          progress(max(fit.epochs for fit in fits.values()), len(data.train), len(fits)) as shown):
        finished = out.read_json("summary.json")
        if finished is not None:
            shown.note(f"{out.path} is finished already: nothing to do")
            return out.path, finished
        config = {"recipe": recipe.NAME, "lr": None, **asdict(settings), "shape": data.shape, "data_name": data.name,
                  "credit": data.credit}
        if config["lr"] is None:    # the default, by the optimizer's name: NAM's own lr is its first phase's
            config["lr"] = MAKERS[settings.optimizer][0] if settings.optimizer in MAKERS else proposed.optimizer.lr
        varied = varied_images(data.test)
        samples = {"images": data.test[varied], "labels": data.test_labels[varied]}
        before = load_checkpoint(out, fits)    # all is read and compared before anything is written
        if not (out.path / CHECKPOINT).exists():
            out.write_json("config.json", config)
            out.write_tensors("samples.safetensors", samples)
        shown.note(data.sentence())
        seconds = fit_all(out, fits, shown, before=before)
        with ExitStack() as weights:
            for fit in fits.values():
                weights.enter_context(fit.optimizer.evaluation_weights())
            recipe.draw_pictures(out.path, config, {method: (fit.net, fit.history) for method, fit in fits.items()},
                                 samples)
            figures = proposed.optimizer.certificate() | metrics(fits)
        for name, text in files(figures).items():
            out.replace(name, text.encode())
        last = proposed.history[-1]
        summary = {
            "recipe": recipe.NAME, "data": data.name, "data_source": data.source, "seed": settings.seed,
            "backend": settings.backend, "dtype": settings.dtype, "optimizer": settings.optimizer,
            "epochs": settings.epochs, "steps": last["steps"], "parameters": proposed.net.theta.size,
            "train_loss": figures.get("train_loss", last["train_loss"]),
            "test_loss": figures.get("test_loss", last["test_loss"]), "train_reduction": proposed.reduction,
            "epoch_seconds": statistics.median(line["seconds"] for line in proposed.history),
            "seconds": seconds, "versions": versions(settings.backend), "metrics": figures,
            "paper": recipe.paper(settings, data),
        }
        out.write_json("summary.json", summary)
    return out.path, summary


def varied_images(images, count=10):
    """Places of images for the pictures: from middling to rich in contrast, for blank skies show nothing."""
    contrast = images.std(axis=(2, 3)).mean(axis=1)
    order = np.argsort(contrast, kind="stable")[len(images) // 2:]
    return np.sort(order[np.linspace(0, len(order) - 1, min(count, len(order))).astype(int)])
