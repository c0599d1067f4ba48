"""What a person sees while a run goes on: a live bar on a terminal, plain lines where output is piped."""
import sys
import time

from .plain_progress import PlainProgress

EVERY = 0.1    # seconds between two moves of the bar, at least


def make_progress(cells=1, stream=None):
    """The right kind for where `stream` (standard error) leads, for use in a `with`."""
    stream = stream or sys.stderr
    live = stream is not None and stream.isatty()    # there is none where standard error was closed
    return (LiveProgress if live else PlainProgress)(cells, stream)


class LiveProgress(PlainProgress):
    """A bar over the whole run with epoch, loss, images/s and time left; the lines stand above it."""

    def __enter__(self):
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
        self.console = Console(file=self.stream)
        self.bar = Progress(TextColumn("{task.fields[place]}"), BarColumn(), TextColumn("{task.fields[state]}"),
                            TimeRemainingColumn(), TextColumn("left"), console=self.console, transient=True)
        self.task = self.bar.add_task("train", total=float(self.cells), place="", state="compiling kernels")
        self.bar.start()
        self.seen, self.name = 0, ""
        return self

    def __exit__(self, *exception):
        self.drawn(self.bar.stop)

    def note(self, text):
        self.drawn(self.console.print, text, highlight=False, markup=False)

    def drawn(self, act, *args, **kwargs):
        """Something done on the terminal; where that is gone, the training goes on in silence."""
        if self.stream is not None:
            try:
                act(*args, **kwargs)
            except (OSError, ValueError):
                self.stream = None

    def begins(self, cell):
        super().begins(cell)
        self.name = f"{cell.name} " if cell.name else ""

    def show(self, share, state):
        """share: of the training under way that is done."""
        self.drawn(self.bar.update, self.task, completed=self.ended + share, **state)

    def skipped(self, cell):
        super().skipped(cell)
        self.show(0, {})

    def finished(self, cell):
        super().finished(cell)
        self.show(0, {"place": f"{self.ended}/{self.cells}", "state": ""})

    def failed(self, cell, reason):
        super().failed(cell, reason)
        self.show(0, {})

    def train(self, epochs, images):
        super().train(epochs, images)
        self.seen, self.since, self.shown = 0, time.perf_counter(), 0.0

    def batch(self, epoch, size, loss):
        self.seen += size
        now = time.perf_counter()
        if now - self.shown < EVERY:
            return
        self.shown = now
        rate = self.seen / (now - self.since)
        begun = (epoch - 1) * self.images + (self.seen % self.images or self.images)
        self.show(begun / (self.epochs * self.images), {"place": f"{self.name}epoch {epoch}/{self.epochs}",
                                                        "state": f"loss {loss():.5f}  {rate:,.0f} images/s"})
