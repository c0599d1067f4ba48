"""The command line: `nanoae run`, `tune`, `recipes`, `encode`, `decode`, `reconstruct`, `report`, `check`, ...

Results go to standard output, progress and messages to standard error. Exit codes: 0 done, 1 the run failed, 2 the
command was wrong, 130 interrupted.
"""
import os
import sys

from .from_file import place, told
from .parser import parser
from .say import say


def main(argv=None):
    """Runs a command and returns its exit code; every error a user can make is one line."""
    from .data import DataError
    from .training import Interrupted, NonFiniteLoss, RunError
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):    # a console may lack the letters of a name
            stream.reconfigure(errors="replace")
    arguments = parser().parse_args(argv)
    try:
        return arguments.act(arguments)
    except BrokenPipeError:    # whoever read standard output has left
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except MemoryError as error:
        return complain(arguments, f"there is not enough memory ({error}): smaller sizes or batches need less", 1)
    except (DataError, RunError, NonFiniteLoss, OSError) as error:
        return complain(arguments, error, 1)
    except Interrupted as stopped:
        return complain(arguments, stopped, 130)
    except KeyboardInterrupt:
        return complain(arguments, "interrupted", 130)
    except Exception as error:
        if not (place(error) or isinstance(error, (ValueError, TypeError, ImportError))):
            raise    # in a file of the user's, mistakes may be of any kind
        return complain(arguments, told(error), 2)


def complain(arguments, error, code):
    """Says what went wrong on one line of standard error, if anybody listens, and returns the exit code."""
    say(f"nanoae {arguments.command}: {' '.join(str(error).split())}")
    return code
