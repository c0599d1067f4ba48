"""The process in which a file is imported and checked: `python -m nanoae.checking.child`, its orders on standard input.

What the file prints goes to standard error; the result goes to a file, so that nothing can be mistaken for it.
"""
import inspect
import json
import os
import sys
from pathlib import Path

from ..from_file import place, run, told
from ..gradcheck import check
from .target import TargetError, built, chosen, fed, parts_of


def main():
    orders = json.load(sys.stdin)
    os.dup2(2, 1)
    sys.stdin = open(os.devnull)    # noqa: SIM115  a file that asks a question gets no answer
    content = answer(orders)
    part = Path(orders["result"] + ".part")
    part.write_text(json.dumps(content), encoding="utf-8")
    part.replace(orders["result"])
    sys.stdout.flush()
    os._exit(0)    # threads that the file left running end here


def answer(orders):
    """{'verdict', 'text', 'json'} of the check, or {'error'} where none could be made."""
    path = Path(orders["target"])
    try:
        path, names = parts_of(orders["target"])
        module, task = run(path, path.stem), None
        if orders["exercise"]:
            task = run(Path(orders["exercise"]), "task")
            forward, inputs = task.forward, task.example()
            _, backward = chosen(module, path, ["EXERCISE", "backward"])
        else:
            forward, backward = chosen(module, path, names)
            if inspect.isclass(forward) and not hasattr(forward, "apply"):
                forward = built(forward, orders["args"])
            inputs = fed(module, path, orders["shapes"], orders["seed"])
        report = check(forward, backward, *inputs, raise_error=False)
        for other in getattr(task, "further", tuple)() if report.ok else ():    # another stride, no padding
            report = check(forward, backward, *other, raise_error=False)
            if not report.ok:
                break
        if orders["picture"]:
            from ..pictures import gradient_picture, save
            save(gradient_picture(report), orders["picture"])
        text = "\n".join(report.hints(orders["hint"])) if orders["hint"] and not report.ok else str(report)
        return {"verdict": report.verdict, "text": text, "json": report.as_json()}
    except TargetError as error:
        return {"error": str(error)}
    except BaseException as error:    # the file's own, exit() among them
        return {"error": told(error, path) + (fed_with(orders["shapes"]) if place(error, path) else "")}


def fed_with(shapes):
    """What --shape asked for, which may be what is wrong."""
    return f"; it was fed {' and '.join(f'({shape})' for shape in shapes)}, as --shape says" if shapes else ""


if __name__ == "__main__":
    main()
