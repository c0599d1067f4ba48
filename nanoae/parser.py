"""The command line's parser: every command adds its own arguments."""
import argparse
import re
from typing import Any

from . import __version__
from .backend import suggestion
from .commands import COMMANDS


class Parser(argparse.ArgumentParser):
    """argparse with a suggestion for a misspelt choice or option, and each command's own usage beside its errors."""

    commands: Any

    def parse_args(self, args=None, namespace=None):
        arguments, unknown = self.parse_known_args(args, namespace)
        if unknown:
            command = self.commands.choices[arguments.command]
            options = re.findall(r"(?<!\w)--[\w-]+", command.format_help())
            meant = suggestion(unknown[0], options)
            command.error(f"unrecognized arguments: {' '.join(unknown)}{meant and f'; {meant}'}")
        return arguments

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
    top.commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=Parser)
    for command in COMMANDS:
        command.add(top.commands)
    return top
