"""A folder of submissions graded offline: each file in a process of its own, one row each."""
import csv
import io
import time
from pathlib import Path

from ..files import write_whole
from .kit import check_exercise, exercise_of

COLUMNS = ("file", "exercise", "verdict", "name", "input", "where", "line", "worst_error", "seconds", "error")


def grade(folder, target, seconds=60.0, note=lambda text: None):
    """Checks every Python file below the folder that names an exercise and writes a CSV; the rows.

    Whatever a file does (it hangs, exits, does not import), it gets its row and the others theirs.
    """
    rows, left_out = [], []
    for path in sorted(Path(folder).rglob("*.py")):
        try:
            exercise = exercise_of(path)
        except ValueError:
            if not path.name.startswith("test_"):    # a helper, or the line was lost
                left_out.append(str(path.relative_to(folder)))
            continue
        began = time.perf_counter()
        content = check_exercise(path, seconds=seconds).content
        rows.append({"file": str(path.relative_to(folder)), "exercise": exercise, "verdict": content["verdict"],
                     "name": content["name"], "input": content.get("input", ""), "where": content.get("where", ""),
                     "line": content.get("line", ""), "worst_error": content.get("worst", {}).get("error", ""),
                     "seconds": f"{time.perf_counter() - began:.1f}", "error": content.get("error", "")})
        note(f"{rows[-1]['file']}: {content['verdict']} {content['name']}".strip())
    if not rows:
        raise ValueError(f"no file below {folder} has a line EXERCISE = \"...\": there is nothing to grade")
    if left_out:
        more = f" and {len(left_out) - 10} more" if len(left_out) > 10 else ""
        note(f"not graded, for they have no line EXERCISE = \"...\": {', '.join(left_out[:10])}{more}")

    text = io.StringIO(newline="")
    table = csv.DictWriter(text, COLUMNS)
    table.writeheader()
    table.writerows(rows)
    write_whole(target, text.getvalue().encode())
    return rows
