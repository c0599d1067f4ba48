"""`nanoae bench`: how fast this machine is."""
import json

from ..backend import set_threads
from ..say import say


def add(commands):
    bench = commands.add_parser("bench", help="how fast this machine is: a training step on each rung",
                                description="Times a training step of two models on the numba and the numpy rung, in "
                                            "turn, and prints medians.")
    bench.add_argument("--threads", type=int, metavar="N", help="threads to compute with (all cores)")
    bench.add_argument("--seconds", type=float, default=2.0, metavar="S", help="for each rung of each model (2)")
    bench.add_argument("--json", action="store_true", help="print the rows as one JSON list")
    bench.set_defaults(act=act)


def act(arguments):
    from ..bench import measure, report
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
