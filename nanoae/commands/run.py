"""`nanoae run`: a recipe is trained, or a network of people's own."""
import argparse
import json

from .training import asked, training_options

EPILOG = """examples:
  nanoae run mnist-autoencoder                              our best settings, on real MNIST where it is found
  nanoae run mnist-autoencoder --data embedded --epochs 5   a first look, no download
  nanoae run mnist-autoencoder --set settings=paper         the paper's; `nanoae recipes NAME` lists settings
  nanoae run mnist-autoencoder --resume --out runs/X        goes on with a run that was stopped

The run directory holds config.json, history.jsonl, checkpoint.safetensors, summary.json and PNG pictures."""


def add(commands):
    run = commands.add_parser("run", help="train a recipe and draw its pictures", epilog=EPILOG,
                              description="Trains one of the papers' systems and writes a run directory.",
                              formatter_class=argparse.RawDescriptionHelpFormatter)
    training_options(run)
    run.set_defaults(act=act)


def act(arguments):
    from ..recipes import get_recipe
    from ..recipes.given import resumed, settings_from
    from ..results import show, tell_failed
    recipe = get_recipe(arguments.recipe)
    given, config = asked(arguments, recipe)
    settings = settings_from(recipe, [], **given) if config is None else resumed(recipe, config, given, longer=True)
    path, summary = recipe.run(settings, resume=arguments.resume, workers=arguments.workers)
    if arguments.json:
        print(json.dumps(summary | {"out": str(path)}))
    else:
        show(path, summary)
    return tell_failed(summary)
