"""What the command line takes: commands, arguments and their help. `act` names a function of `nanoae.commands`."""
import argparse

from . import __version__
from .backend import RUNGS, suggestion
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
            wrong, choose, allowed = message.partition("(choose from ")
            word = wrong.split("'")[1] if "'" in wrong else ""
            known = [choice.strip(" ')") for choice in allowed.split(",")]
            message = f"{wrong.rstrip()}; {suggestion(word, known)}{choose}{allowed}"
        super().error(message)


TUNE_EPILOG = """examples:
  nanoae tune mnist-autoencoder                                        5 random candidates, 5 folds, as in paper 2
  nanoae tune fashion-autoencoder --engine optuna --epochs 5           20 candidates that Optuna proposes, as in paper 5
  nanoae tune mnist-autoencoder --over lr latent=2:64 --workers 2      two settings only, two processes
  nanoae tune mnist-autoencoder --resume --out runs/X                  goes on with a search that was stopped"""


CHECK_EPILOG = """examples:
  nanoae check layer.py:MyConv --args "3, 4, stride=2" --shape 2,3,7,6    a class; its parameters are checked too
  nanoae check layer.py:forward:backward --shape 5,4 4,3 3                two functions of three inputs
  nanoae check loss.py:softmax_loss                                       fed with what example() in the file returns"""


EXERCISE_EPILOG = """examples:
  nanoae exercise list
  nanoae exercise start conv2d             writes conv2d.py
  nanoae exercise check conv2d.py --hint 2
  nanoae exercise grade submissions --out grades.csv
  nanoae exercise plant "dense: dW transposed" --out broken.py"""


def hints(command):
    """What commands that check a file take alike."""
    command.add_argument("--hint", type=int, choices=(1, 2, 3), help="tell less of a mistake: 1 the symptom, 2 a "
                         "question, 3 the line of mathematics (the whole report)")
    command.add_argument("--timeout", type=float, default=120.0, metavar="S", help="seconds for a file (120)")
    command.add_argument("--json", action="store_true", help="one JSON line as the last line of standard output")


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


def parser():
    """The whole command line."""
    top = Parser(prog="nanoae", description="Convolutional autoencoders without autograd: train, look, learn.")
    top.add_argument("--version", action="version", version=f"nanoae {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=Parser)

    recipes = commands.add_parser("recipes", help="what can be run, one line each",
                                  description="Lists the recipes, one line each; with a name, that recipe's settings, "
                                              "their defaults and the values that they take.")
    recipes.add_argument("recipe", nargs="?", metavar="RECIPE", help="list this recipe's settings")
    recipes.set_defaults(act="list_recipes")

    run = commands.add_parser("run", help="train a recipe and draw its pictures", epilog=RUN_EPILOG,
                              description="Trains one of the papers' systems and writes a run directory.",
                              formatter_class=argparse.RawDescriptionHelpFormatter)
    training_options(run)
    run.set_defaults(act="run_recipe")

    tune = commands.add_parser("tune", help="search for a recipe's best settings", epilog=TUNE_EPILOG,
                               description="Trains candidates of a recipe's settings, each on every fold of the "
                                           "training images, and writes a table of their validation losses.",
                               formatter_class=argparse.RawDescriptionHelpFormatter)
    training_options(tune)
    tune.add_argument("--trials", type=int, metavar="N", help="candidates (5; --engine optuna: 20)")
    tune.add_argument("--folds", type=int, metavar="N", help="parts of the training images, each held out once; "
                                                             "1: one of five is (5; --engine optuna: 1)")
    tune.add_argument("--engine", choices=("random", "optuna"), help="where candidates come from (random)")
    tune.add_argument("--over", nargs="+", action="extend", default=[], metavar="NAME[=RANGE]",
                      help="settings to vary: lr, lr=1e-4:1e-2:log, latent=2:64, optimizer=adam,sgd (the recipe's own)")
    tune.add_argument("--storage", metavar="FILE|URL", help="where Optuna keeps its trials, for several processes: a "
                                                            "journal file or a database's address (DIR/journal.log)")
    tune.add_argument("--study", metavar="NAME", help="the trials' name in the storage (RECIPE)")
    tune.set_defaults(act="tune_recipe")

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
        use.add_argument("--invert", action="store_true", help="pictures are black on white, the network's white on "
                                                               "black (a run with --invert knows)")
        use.add_argument("--method", help="which network, where the run compares several (the proposed method)")
        use.set_defaults(act="use_run")

    report = commands.add_parser("report", help="a run's table and pictures again, from its files alone",
                                 description="Prints a run's table and draws its pictures again, from the files in its "
                                             "directory alone.")
    report.add_argument("run", metavar="RUN_DIR", help="the directory of a run")
    report.set_defaults(act="report_run")

    data = commands.add_parser("data", help="data sets: what is here, is it whole, get it",
                               description="list: every set by name, and where it was found. verify: reads sets from "
                                           "beginning to end and says whether they are whole. fetch: downloads sets "
                                           "(mnist, fashion-mnist), checked by hash.")
    data.add_argument("action", choices=("list", "verify", "fetch"), metavar="list|verify|fetch", help="what to do")
    data.add_argument("names", nargs="*", metavar="NAME", help="sets to verify (all that are found) or to fetch")
    data.add_argument("--data-dir", metavar="DIR", help="the folder that holds the sets (else $NANOAE_DATA, else the "
                                                        "user's cache)")
    data.set_defaults(act="data_sets")

    check = commands.add_parser("check", help="is the gradient in a file of yours right?", epilog=CHECK_EPILOG,
                                description="Checks a backward against difference quotients, in a process of its own. "
                                            "Exit codes: 0 right, 1 wrong, 2 could not be checked.",
                                formatter_class=argparse.RawDescriptionHelpFormatter)
    check.add_argument("target", nargs="?", metavar="FILE.py[:NAME[:BACKWARD]]", help="a class with forward and "
                       "backward, two functions, or one that returns its value and gradient (what the file holds, if "
                       "it is clear)")
    check.add_argument("--args", default="", metavar="ARGS", help="what a class is built with: '3, 4, stride=2'")
    check.add_argument("--shape", nargs="+", default=[], metavar="2,3,4", help="random inputs of these sizes, one for "
                       "each input of forward (what example() in the file returns)")
    check.add_argument("--seed", type=int, default=0, metavar="N", help="of those random inputs (0)")
    check.add_argument("--picture", metavar="FILE.png", help="draw both gradients, their difference, and the error "
                       "against the step")
    check.add_argument("--names", action="store_true", help="list the names that a mistake may have, and exit")
    hints(check)
    check.set_defaults(act="check_file")

    exercise = commands.add_parser("exercise", help="learn backpropagation: write a backward, have it checked",
                                   epilog=EXERCISE_EPILOG, description="Exercises with the forward given and a blank "
                                   "in the backward. check: exit codes as those of nanoae check.",
                                   formatter_class=argparse.RawDescriptionHelpFormatter)
    exercise.add_argument("action", choices=("list", "start", "check", "grade", "plant"),
                          metavar="list|start|check|grade|plant", help="what to do")
    exercise.add_argument("name", nargs="?", metavar="NAME|FILE|FOLDER", help="start: an exercise; check: your file; "
                          "grade: a folder of submissions; plant: a bug of the zoo (all are listed without)")
    exercise.add_argument("--out", metavar="PATH", help="start: a folder (.); grade: a CSV file (grades.csv); plant: "
                          "a file for the layer with the bug (its line and its signature are shown without)")
    exercise.add_argument("--pytest", action="store_true", help="start: write a test of the file, too")
    hints(exercise)
    exercise.set_defaults(act="exercise")

    bench = commands.add_parser("bench", help="how fast this machine is: a training step on each rung",
                                description="Times a training step of two models on the numba and the numpy rung, in "
                                            "turn, and prints medians.")
    bench.add_argument("--threads", type=int, metavar="N", help="threads to compute with (all cores)")
    bench.add_argument("--seconds", type=float, default=2.0, metavar="S", help="for each rung of each model (2)")
    bench.add_argument("--json", action="store_true", help="print the rows as one JSON list")
    bench.set_defaults(act="run_bench")

    doctor = commands.add_parser("doctor", help="what this machine has, and what to install",
                                 description="Lists versions, rungs and data sets found, and mends what is missing "
                                             "with one line each. Exits with 1 where something needed is missing.")
    doctor.set_defaults(act="run_doctor")
    return top
