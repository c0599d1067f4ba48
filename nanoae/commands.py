"""What each command does, given its parsed arguments; each returns an exit code. `nanoae.parser` names them."""
import json
from pathlib import Path

from .backend import set_threads, suggestion
from .say import say


def list_recipes(arguments):
    from .papers import PAPERS
    from .recipes import RECIPES, get_recipe
    from .results import show_settings
    if arguments.recipe is None:
        for name in RECIPES:
            print(f"{name:22} {get_recipe(name).about}")
        print(*("", *(f"paper {number}: {paper}" for number, paper in PAPERS.items())), sep="\n")
        return 0
    show_settings(get_recipe(arguments.recipe))
    return 0


def run_bench(arguments):
    from .bench import measure, report
    if not arguments.seconds > 0:
        raise ValueError(f"--seconds is positive; got {arguments.seconds}")
    if arguments.threads is not None:
        set_threads(arguments.threads)
    rows = measure(arguments.seconds, note=lambda text: say(f"bench: {text}"))
    if arguments.json:
        print(json.dumps(rows))
    else:
        from rich.console import Console
        report(Console(), rows)
    return 0


def asked(arguments, recipe):
    """(what is given of a recipe's settings, the config.json that is gone on with or None), all checked so far."""
    from .recipes.given import values_from
    from .sealed import read_json
    from .training.run_directory import expect_room
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
    return given, read_json(Path(arguments.out) / "config.json") if arguments.resume else None


def tune_recipe(arguments):
    from .recipes import get_recipe
    from .recipes.given import settings_from
    from .recipes.tune import lines, settings_of, told, tune
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


def run_recipe(arguments):
    from .recipes import get_recipe
    from .recipes.given import resumed, settings_from
    from .results import show, tell_failed
    recipe = get_recipe(arguments.recipe)
    given, config = asked(arguments, recipe)
    settings = settings_from(recipe, [], **given) if config is None else resumed(recipe, config, given, longer=True)
    path, summary = recipe.run(settings, resume=arguments.resume, workers=arguments.workers)
    if arguments.json:
        print(json.dumps(summary | {"out": str(path)}))
    else:
        show(path, summary)
    return tell_failed(summary)


def use_run(arguments):
    from .data.codes import read_codes, write_codes, write_pictures
    from .data.photographs import load_photographs
    from .runs import load_run
    run = load_run(arguments.run, arguments.method)
    inverts = run.settings.invert or arguments.invert
    if arguments.command == "decode":
        codes, names = read_codes(arguments.input, run.part("encoder").out_shape)
        write_pictures(arguments.out, as_read(inverts, run.decode(codes)), names)
        print(f"{len(names)} pictures in {arguments.out}")
        return 0
    images, names = load_photographs(arguments.input, run.shape)
    images = 255 - images if inverts else images
    if arguments.command == "encode":
        print(*write_codes(arguments.out, run.encode(images), names), sep="\n")
        return 0
    from .data import scaled
    from .pictures import reconstruction_grid, save
    outputs, images = as_read(inverts, run.reconstruct(images)), as_read(inverts, scaled(images))
    names = [f"{name}.png" if name.lower() == "comparison" else name for name in names]    # that one is ours
    write_pictures(arguments.out, outputs, names)
    save(reconstruction_grid("Pictures and their reconstructions", images[:10], outputs[:10],
                             [name[:14] for name in names[:10]], row_label="name"),
         Path(arguments.out) / "comparison.png")
    print(f"{len(names)} reconstructions and comparison.png in {arguments.out}")
    return 0


def as_read(inverts, images):
    """Images in [0, 1] as people's pictures show them, which the network sees inverted or as they are."""
    return 1 - images if inverts else images


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
            raise ValueError(f"{name!r} is no set of a folder; {suggestion(name, REAL)}there are {', '.join(REAL)}")
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


def check_file(arguments):
    """0 right, 1 wrong, 2 could not be checked."""
    if arguments.names:
        from .gradcheck.names import NAMES
        print("\n".join(f"{name:32} {mathematics}" for name, (_, mathematics) in NAMES.items()))
        return 0
    if not arguments.target:
        raise ValueError("it needs a file: FILE.py, FILE.py:NAME or FILE.py:FORWARD:BACKWARD")
    from .checking import Orders, run_apart
    orders = Orders(arguments.target, arguments.args, tuple(arguments.shape), arguments.seed, arguments.hint or 0,
                    picture=arguments.picture or "")
    return told(arguments, run_apart(orders, arguments.timeout))


def told(arguments, outcome):
    """Says an Outcome and returns its exit code."""
    if outcome.verdict == "failed":
        say(f"nanoae {arguments.command}: {outcome.text}")
    else:
        print(outcome.text)
    if arguments.json:
        print(json.dumps(outcome.content))
    return {"right": 0, "wrong": 1}.get(outcome.verdict, 2)


def exercise(arguments):
    from .exercise import kit
    if arguments.action == "list":
        for name in kit.TASKS:
            print(f"{name:18} {kit.about(name)}")
        return 0
    if arguments.action == "plant":
        return plant_bug(arguments.name, arguments.out)
    if not arguments.name:
        needs = {"start": "an exercise's name", "check": "a file", "grade": "a folder"}[arguments.action]
        raise ValueError(f"nanoae exercise {arguments.action} needs {needs}")
    if arguments.action == "start":
        written = kit.start(arguments.name, arguments.out or ".", arguments.pytest)
        print(f"{kit.about(arguments.name)}\nwrote {', '.join(map(str, written))}; fill the blank, then:\n"
              f"nanoae exercise check {written[0]}")
        return 0
    if arguments.action == "grade":
        from .exercise.grading import grade
        rows = grade(arguments.name, arguments.out or "grades.csv", arguments.timeout, note=say)
        print(f"{len(rows)} files, {sum(row['verdict'] == 'right' for row in rows)} right: "
              f"{arguments.out or 'grades.csv'}")
        return 0
    return told(arguments, kit.check_exercise(arguments.name, arguments.hint or 0, arguments.timeout))


def plant_bug(name, path):
    """Lists the zoo's bugs, shows one, or writes the layer that holds it."""
    from .exercise.zoo import bugs
    from .exercise.zoo import plant as planting
    if not name:
        print("\n".join(map(str, bugs())))
        return 0
    bug = planting.chosen(name)
    if path:
        print(f"wrote {path}; what is wrong with it?\nnanoae check {planting.plant(bug, path)}")
    else:
        print(f"{bug}\n\n{planting.change(bug)}\n\n{bug.check()}")
    return 0


def run_doctor(arguments):
    from rich.console import Console

    from .doctor import report
    return report(Console())


ACTS = {act.__name__: act for act in (list_recipes, run_recipe, tune_recipe, use_run, report_run, data_sets, run_bench,
                                      check_file, exercise, run_doctor)}
