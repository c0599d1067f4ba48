"""`nanoae check`: is the gradient in a file right?"""
import argparse

from .verdict import hints, told

EPILOG = """examples:
  nanoae check layer.py:MyConv --args "3, 4, stride=2" --shape 2,3,7,6    a class; its parameters are checked too
  nanoae check layer.py:forward:backward --shape 5,4 4,3 3                two functions of three inputs
  nanoae check loss.py:softmax_loss                                       fed with what example() in the file returns"""


def add(commands):
    check = commands.add_parser("check", help="is the gradient in a file of yours right?", epilog=EPILOG,
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
    check.set_defaults(act=act)


def act(arguments):
    """0 right, 1 wrong, 2 could not be checked."""
    if arguments.names:
        from ..gradcheck.names import NAMES
        print("\n".join(f"{name:32} {mathematics}" for name, (_, mathematics) in NAMES.items()))
        return 0
    if not arguments.target:
        raise ValueError("it needs a file: FILE.py, FILE.py:NAME or FILE.py:FORWARD:BACKWARD")
    from ..checking import Orders, run_apart
    orders = Orders(arguments.target, arguments.args, tuple(arguments.shape), arguments.seed, arguments.hint or 0,
                    picture=arguments.picture or "")
    return told(arguments, run_apart(orders, arguments.timeout))
