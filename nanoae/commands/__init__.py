"""What the command line can do, a file each: the arguments of a command, `add`, beside what it does with them.

What a command does is given its parsed arguments and returns an exit code. It imports what it needs when it is called,
so that `nanoae --help` is there at once.
"""
from . import bench, check, data, doctor, exercise, recipes, report, run, tune, use

COMMANDS = (recipes, run, tune, use, report, data, check, exercise, bench, doctor)    # in the order of the help
