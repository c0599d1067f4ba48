"""`nanoae tune`: a search for a recipe's best settings."""
import argparse
import json

from .training import asked, training_options

EPILOG = """examples:
  nanoae tune mnist-autoencoder                                        5 random candidates, 5 folds, as in paper 2
  nanoae tune fashion-autoencoder --engine optuna --epochs 5           20 candidates that Optuna proposes, as in paper 5
  nanoae tune mnist-autoencoder --over lr latent=2:64 --workers 2      two settings only, two processes
  nanoae tune mnist-autoencoder --resume --out runs/X                  goes on with a search that was stopped"""


def add(commands):
    tune = commands.add_parser("tune", help="search for a recipe's best settings", epilog=EPILOG,
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
    tune.set_defaults(act=act)


def act(arguments):
    from ..recipes import get_recipe
    from ..recipes.given import settings_from
    from ..recipes.tune import lines, settings_of, told, tune
    recipe = get_recipe(arguments.recipe)
    given, config = asked(arguments, recipe)
    settings, kept = (settings_from(recipe, [], **given), {}) if config is None else settings_of(recipe, config, given)
    chosen = {name: getattr(arguments, name) for name in ("trials", "folds", "engine", "over", "storage", "study")}
    path, summary = tune(recipe, settings, resume=arguments.resume, workers=arguments.workers,
                         **told(recipe, chosen, kept))
    if arguments.json:
        print(json.dumps(summary | {"out": str(path)}))
    else:
        print(*lines(summary), path, sep="\n")
    return 0
