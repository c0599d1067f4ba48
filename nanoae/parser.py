"""The command line's parser: every command adds its own arguments."""
import argparse

from . import __version__
from .backend import suggestion
from .commands import COMMANDS


class Parser(argparse.ArgumentParser):
    """argparse with a suggestion for a misspelt choice."""

    def error(self, message):
        if "invalid choice" in message:
            wrong, choose, allowed = message.partition("(choose from ")
            word = wrong.split("'")[1] if "'" in wrong else ""
            known = [choice.strip(" ')") for choice in allowed.split(",")]
            message = f"{wrong.rstrip()}; {suggestion(word, known)}{choose}{allowed}"
        super().error(message)


def parser():
    """The whole command line; what it parses has an `act`, the function that carries it out."""
    top = Parser(prog="nanoae", description="Convolutional autoencoders without autograd: train, look, learn.")
    top.add_argument("--version", action="version", version=f"nanoae {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=Parser)
    for command in COMMANDS:
        command.add(commands)
    return top
