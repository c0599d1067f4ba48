"""What a run and a search take alike."""
from pathlib import Path

from ..backend import RUNGS, set_threads
from ..optim.catalog import MAKERS


def training_options(command):
    """What a run and a search take alike."""
    command.add_argument("recipe", metavar="RECIPE", help="a name from `nanoae recipes`, or FILE.py:NAME: a network or "
                                                          "a recipe of yours")
    command.add_argument("--data", metavar="NAME|PATH", help="a set's name, a folder of pictures or of IDX files, or "
                                                             "'embedded'")
    command.add_argument("--data-dir", metavar="DIR", help="the folder that holds the sets (else $NANOAE_DATA, else "
                                                           "the user's cache)")
    command.add_argument("--invert", action="store_true", default=None, help="read black on white as white on black")
    command.add_argument("--epochs", type=int, metavar="N", help="passes over the training data; for a run that goes "
                                                                 "on, more than before")
    command.add_argument("--seed", type=int, metavar="N", help="the same seed gives the same weights and batches (0)")
    command.add_argument("--backend", choices=RUNGS, metavar="B", help=f"{', '.join(RUNGS)} (numba)")
    command.add_argument("--dtype", choices=("float32", "float64"), metavar="D", help="float32 or float64 (float32)")
    command.add_argument("--threads", type=int, metavar="N", help="threads to compute with (all cores)")
    command.add_argument("--workers", type=int, default=1, metavar="N", help="processes that share the trainings (1)")
    command.add_argument("--optimizer", metavar="NAME", help=f"{', '.join(MAKERS)}, or FILE.py:NAME: a class of yours")
    command.add_argument("--set", nargs="+", action="extend", default=[], metavar="key=value",
                         help="any setting of the recipe")
    command.add_argument("--out", metavar="DIR", help="the run directory (next free runs/RECIPE-N, or "
                                                      "runs/tune-RECIPE-N)")
    command.add_argument("--resume", action="store_true", help="go on with what is in --out, to the same bits and with "
                                                               "its settings; what is finished is left as it is")
    command.add_argument("--json", action="store_true", help="print the summary as one JSON line on standard output")


def asked(arguments, recipe):
    """(what is given of a recipe's settings, the config.json that is gone on with or None), all checked so far."""
    from ..recipes.given import values_from
    from ..training.run_directory import expect_room
    from ..trials.opened import read_config
    given = {name: getattr(arguments, name) for name in ("data", "data_dir", "invert", "epochs", "seed", "backend",
                                                         "dtype", "optimizer", "out")}
    given = values_from(recipe, arguments.set, **given)
    if arguments.resume and arguments.out is None:
        raise ValueError("--resume goes on with a run directory: name it with --out")
    expect_room(recipe.short, arguments.out, arguments.resume)
    if arguments.workers < 1:
        raise ValueError(f"--workers is at least 1; got {arguments.workers}")
    if arguments.threads is not None:
        set_threads(arguments.threads)
    return given, read_config(Path(arguments.out)) if arguments.resume else None
