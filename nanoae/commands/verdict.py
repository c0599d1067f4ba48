"""How the commands that check a file ask and answer."""
import json

from ..say import say


def hints(command):
    """What commands that check a file take alike."""
    command.add_argument("--hint", type=int, choices=(1, 2, 3), help="tell less of a mistake: 1 the symptom, 2 a "
                         "question, 3 the line of mathematics (the whole report)")
    command.add_argument("--timeout", type=float, default=120.0, metavar="S", help="seconds for a file (120)")
    command.add_argument("--json", action="store_true", help="one JSON line as the last line of standard output")


def told(arguments, outcome):
    """Says an Outcome and returns its exit code."""
    if outcome.verdict == "failed":
        say(f"nanoae {arguments.command}: {outcome.text}")
    else:
        print(outcome.text)
    if arguments.json:
        print(json.dumps(outcome.content))
    return {"right": 0, "wrong": 1}.get(outcome.verdict, 2)
