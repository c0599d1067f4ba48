"""The command line: `nanoae run`, `recipes`, `encode`, `decode`, `reconstruct`, `report`, `data`, `doctor`.

Results go to standard output, progress and messages to standard error. Exit codes: 0 done, 1 the run failed, 2 the
command was wrong, 130 interrupted.
"""
import argparse
import json
import os
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from . import __version__
from .backend import RUNGS, set_threads, suggestion
from .optim.catalog import MAKERS

RUN_EPILOG = """examples:
  nanoae run mnist-autoencoder                              our best settings, on real MNIST where it is found
  nanoae run mnist-autoencoder --data embedded --epochs 5   a first look, no download
  nanoae run mnist-autoencoder --set settings=paper         the paper's; `nanoae recipes NAME` lists settings
  nanoae run mnist-autoencoder --resume --out runs/X        goes on with a run that was stopped

The run directory holds config.json, history.jsonl, checkpoint.safetensors, summary.json and PNG pictures."""


class Parser(argparse.ArgumentParser):
    """argparse with a suggestion for a misspelt choice."""

    def error(self, message):
        if "invalid choice" in message:
            wrong, _, allowed = message.partition("(choose from ")
            word = wrong.split("'")[1] if "'" in wrong else ""
            message += suggestion(word, [choice.strip(" ')") for choice in allowed.split(",")])
        super().error(message)


def parser():
    """The whole command line."""
    top = Parser(prog="nanoae", description="Convolutional autoencoders without autograd: train, look, learn.")
    top.add_argument("--version", action="version", version=f"nanoae {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=Parser)

    recipes = commands.add_parser("recipes", help="what can be run, one line each",
                                  description="Lists the recipes, one line each; with a name, that recipe's settings "
                                              "and their defaults.")
    recipes.add_argument("recipe", nargs="?", metavar="RECIPE", help="list this recipe's settings")
    recipes.set_defaults(act=list_recipes)

    run = commands.add_parser("run", help="train a recipe and draw its pictures", epilog=RUN_EPILOG,
                              description="Trains one of the papers' systems and writes a run directory.",
                              formatter_class=argparse.RawDescriptionHelpFormatter)
    run.add_argument("recipe", metavar="RECIPE", help="a name from `nanoae recipes`")
    run.add_argument("--data", metavar="NAME|PATH", help="a set's name, a folder of IDX files, or 'embedded'")
    run.add_argument("--data-dir", metavar="DIR", help="the folder that holds the sets (else $NANOAE_DATA, else the "
                                                       "user's cache)")
    run.add_argument("--epochs", type=int, metavar="N", help="passes over the training data")
    run.add_argument("--seed", type=int, metavar="N", help="the same seed gives the same weights and batches (0)")
    run.add_argument("--backend", choices=RUNGS, metavar="B", help=f"{', '.join(RUNGS)} (numba)")
    run.add_argument("--dtype", choices=("float32", "float64"), metavar="D", help="float32 or float64 (float32)")
    run.add_argument("--threads", type=int, metavar="N", help="threads to compute with (all cores)")
    run.add_argument("--optimizer", metavar="NAME", help=f"{', '.join(MAKERS)}, or a method of the recipe's own")
    run.add_argument("--set", nargs="+", action="extend", default=[], metavar="key=value",
                     help="any setting of the recipe")
    run.add_argument("--out", metavar="DIR", help="the run directory (next free runs/RECIPE-N)")
    run.add_argument("--resume", action="store_true", help="go on with the run in --out, to the same bits and with its "
                                                           "settings; a finished run is left as it is")
    run.add_argument("--json", action="store_true", help="print the summary as one JSON line on standard output")
    run.set_defaults(act=run_recipe)

    for name, given, kept in (("encode", "a picture, a folder of them, or an .npy file", "PATH: codes as PATH.npy and "
                                "PATH.csv"),
                               ("decode", "codes: an .npy or .csv file", "DIR: a picture for each code"),
                               ("reconstruct", "a picture, a folder of them, or an .npy file",
                                "DIR: the reconstruction of each, and comparison.png")):
        use = commands.add_parser(name, help=f"use a trained run: {name} images of your own",
                                  description=f"Loads a run's trained network to {name}. Pictures are cropped at the "
                                              "centre, brought to the network's size, and made grey where it takes "
                                              "grey.")
        use.add_argument("run", metavar="RUN_DIR", help="the directory of a run")
        use.add_argument("input", metavar="INPUT", help=given)
        use.add_argument("--out", required=True, metavar="PATH", help=kept)
        use.add_argument("--method", help="which network, where the run compares several (the proposed method)")
        use.set_defaults(act=use_run)

    report = commands.add_parser("report", help="a run's table and pictures again, from its files alone",
                                 description="Prints a run's table and draws its pictures again, from the files in its "
                                             "directory alone.")
    report.add_argument("run", metavar="RUN_DIR", help="the directory of a run")
    report.set_defaults(act=report_run)

    data = commands.add_parser("data", help="data sets: what is here, is it whole, get it",
                               description="list: every set by name, and where it was found. verify: reads sets from "
                                           "beginning to end and says whether they are whole. fetch: downloads sets "
                                           "(mnist, fashion-mnist), checked by hash.")
    data.add_argument("action", choices=("list", "verify", "fetch"), metavar="list|verify|fetch", help="what to do")
    data.add_argument("names", nargs="*", metavar="NAME", help="sets to verify (all that are found) or to fetch")
    data.add_argument("--data-dir", metavar="DIR", help="the folder that holds the sets (else $NANOAE_DATA, else the "
                                                        "user's cache)")
    data.set_defaults(act=data_sets)

    bench = commands.add_parser("bench", help="how fast this machine is: a training step on each rung",
                                description="Times a training step of two models on the numba and the numpy rung, in "
                                            "turn, and prints medians.")
    bench.add_argument("--threads", type=int, metavar="N", help="threads to compute with (all cores)")
    bench.add_argument("--seconds", type=float, default=2.0, metavar="S", help="for each rung of each model (2)")
    bench.add_argument("--json", action="store_true", help="print the rows as one JSON list")
    bench.set_defaults(act=run_bench)

    doctor = commands.add_parser("doctor", help="what this machine has, and what to install",
                                 description="Lists versions, rungs and data sets found, and mends what is missing "
                                             "with one line each. Exits with 1 where something needed is missing.")
    doctor.set_defaults(act=run_doctor)
    return top


def list_recipes(arguments):
    from .recipes import RECIPES, get_recipe
    if arguments.recipe is None:
        for name, line in RECIPES.items():
            print(f"{name:22} {line}")
        return 0
    defaults = asdict(get_recipe(arguments.recipe).Settings())
    width = max(map(len, defaults))
    for name, value in defaults.items():
        print(f"{name:{width}} {'none' if value is None else value}")
    return 0


def run_bench(arguments):
    from .bench import measure, report
    if not arguments.seconds > 0:
        raise ValueError(f"--seconds is positive; got {arguments.seconds}")
    if arguments.threads is not None:
        set_threads(arguments.threads)
    rows = measure(arguments.seconds, note=lambda text: print(f"bench: {text}", file=sys.stderr, flush=True))
    if arguments.json:
        print(json.dumps(rows))
    else:
        from rich.console import Console
        report(Console(), rows)
    return 0


def run_recipe(arguments):
    from .recipes import get_recipe
    from .recipes.settings import from_pairs, resumed, values_from
    from .training.run_directory import expect_room
    from .training.sealed import read_json
    recipe = get_recipe(arguments.recipe)
    given = {name: getattr(arguments, name) for name in ("data", "data_dir", "epochs", "seed", "backend", "dtype",
                                                         "optimizer", "out")}
    given = values_from(recipe.Settings, arguments.set, **given)
    if arguments.resume and arguments.out is None:
        raise ValueError("--resume goes on with a run directory: name it with --out")
    expect_room(arguments.recipe, arguments.out, arguments.resume)
    config = read_json(Path(arguments.out) / "config.json") if arguments.resume else None
    settings = from_pairs(recipe.Settings, [], **given) if config is None else resumed(
        recipe.Settings, arguments.recipe, config, given)
    if arguments.threads is not None:
        set_threads(arguments.threads)
    path, summary = recipe.run(settings, resume=arguments.resume)
    if arguments.json:
        print(json.dumps(summary | {"out": str(path)}))
        return 0
    print(f"{summary['recipe']} on {summary['data']}: {summary['parameters']:,} parameters, {summary['epochs']} epochs")
    print(f"train loss {summary['train_loss']:.5f}, test loss {summary['test_loss']:.5f}")
    print(*beside_the_paper(summary), sep="\n", end="\n" if summary["paper"] else "")
    print(f"{summary['epoch_seconds']:.2f} s an epoch, {summary['seconds']:.0f} s in all; pictures: "
          f"{', '.join(sorted(picture.name for picture in path.glob('*.png')))}")
    print(path)
    return 0


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


def use_run(arguments):
    from .data.codes import read_codes, write_codes, write_pictures
    from .data.photographs import load_photographs
    from .runs import load_run
    run = load_run(arguments.run, arguments.method)
    if arguments.command == "decode":
        codes, names = read_codes(arguments.input, run.net["encoder"].out_shape)
        write_pictures(arguments.out, run.decode(codes), names)
        print(f"{len(names)} pictures in {arguments.out}")
        return 0
    images, names = load_photographs(arguments.input, run.shape)
    if arguments.command == "encode":
        print(*write_codes(arguments.out, run.encode(images), names), sep="\n")
        return 0
    from .data import scaled
    from .training import plots
    outputs = run.reconstruct(images)
    names = [f"{name}.png" if name.lower() == "comparison" else name for name in names]    # that one is ours
    write_pictures(arguments.out, outputs, names)
    plots.reconstruction_grid(Path(arguments.out) / "comparison.png", "Pictures and their reconstructions",
                              scaled(images[:10]), outputs[:10], [name[:14] for name in names[:10]],
                              row_label="name")
    print(f"{len(names)} reconstructions and comparison.png in {arguments.out}")
    return 0


def report_run(arguments):
    from .runs import report
    print(*report(arguments.run), sep="\n")
    return 0


def data_sets(arguments):
    from .data.catalog import EMBEDDED, REAL, folders, load, locate
    from .data.dataset import DataError
    from .data.fetch import fetch
    for name in arguments.names:
        if name not in REAL:
            raise ValueError(f"{name!r} is no set of a folder; there are {', '.join(REAL)}{suggestion(name, REAL)}")
    if arguments.action == "fetch":
        if not arguments.names:
            raise ValueError("name the sets to fetch: nanoae data fetch mnist")
        for name in arguments.names:
            print(fetch(name, folders(arguments.data_dir, to_make=True)))
        return 0
    found = {name: locate(name, arguments.data_dir) for name in REAL}
    if arguments.action == "list":
        for name, folder in found.items():
            print(f"{name:22} {folder or 'not found'}")
        for name in EMBEDDED:
            print(f"{name:22} embedded")
        return 0
    bad, names = 0, arguments.names or [name for name, folder in found.items() if folder]
    if not names:
        raise DataError(f"no set was found in {folders(arguments.data_dir)}: there is nothing to verify")
    for name in names:
        try:
            data = load(name, arguments.data_dir)
            print(f"{name:22} whole: {len(data.train):,} training and {len(data.test):,} test images "
                  f"{' x '.join(map(str, data.shape))}")
        except DataError as error:
            bad += 1
            print(f"{name:22} {error}")
    return 1 if bad else 0


def run_doctor(arguments):
    from rich.console import Console

    from .doctor import report
    return report(Console())


def main(argv=None):
    """Runs a command and returns its exit code; every error a user can make is one line."""
    from .data import DataError
    from .training import Interrupted, NonFiniteLoss, RunError
    arguments = parser().parse_args(argv)
    try:
        return arguments.act(arguments)
    except BrokenPipeError:    # whoever read standard output has left
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (ValueError, TypeError, ImportError) as error:
        return complain(arguments, error, 2)
    except MemoryError as error:
        return complain(arguments, f"there is not enough memory ({error}): smaller sizes or batches need less", 1)
    except (DataError, RunError, NonFiniteLoss, OSError) as error:
        return complain(arguments, error, 1)
    except Interrupted as stopped:
        return complain(arguments, stopped, 130)
    except KeyboardInterrupt:
        return complain(arguments, "interrupted", 130)


def complain(arguments, error, code):
    """Says what went wrong on one line of standard error, if anybody listens, and returns the exit code."""
    with suppress(OSError, ValueError, AttributeError):
        print(f"nanoae {arguments.command}: {' '.join(str(error).split())}", file=sys.stderr, flush=True)
    return code
