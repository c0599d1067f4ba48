"""Checking a file of somebody's: loaded and run in a process of its own, so that whatever it does harms nobody else.

    target    what is named on the command line: FILE.py:NAME, its arguments, what it is fed
    child     the process that imports the file and runs the check
    sandbox   starts that process, with a limit of time and of memory, and reads what it found
"""
from .sandbox import Orders, Outcome, run_apart

__all__ = ["Orders", "Outcome", "run_apart"]
