"""`nanoae exercise`: backwards to write, files to check and to grade, bugs to plant."""
import argparse

from ..say import say
from .verdict import hints, told

EPILOG = """examples:
  nanoae exercise list
  nanoae exercise start conv2d             writes conv2d.py
  nanoae exercise check conv2d.py --hint 2
  nanoae exercise grade submissions --out grades.csv
  nanoae exercise plant "dense: dW transposed" --out broken.py"""


def add(commands):
    exercise = commands.add_parser("exercise", help="learn backpropagation: write a backward, have it checked",
                                   epilog=EPILOG, description="Exercises with the forward given and a blank "
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
    exercise.set_defaults(act=act)


def act(arguments):
    from ..exercise import kit
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
        from ..exercise.grading import grade
        rows = grade(arguments.name, arguments.out or "grades.csv", arguments.timeout, note=say)
        print(f"{len(rows)} files, {sum(row['verdict'] == 'right' for row in rows)} right: "
              f"{arguments.out or 'grades.csv'}")
        return 0
    return told(arguments, kit.check_exercise(arguments.name, arguments.hint or 0, arguments.timeout))


def plant_bug(name, path):
    """Lists the zoo's bugs, shows one, or writes the layer that holds it."""
    from ..exercise.zoo import bugs
    from ..exercise.zoo import plant as planting
    if not name:
        print("\n".join(map(str, bugs())))
        return 0
    bug = planting.chosen(name)
    if path:
        print(f"wrote {path}; what is wrong with it?\nnanoae check {planting.plant(bug, path)}")
    else:
        print(f"{bug}\n\n{planting.change(bug)}\n\n{bug.check()}")
    return 0
