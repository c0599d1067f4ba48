"""What a person sees while a run goes on: a live bar on a terminal, plain lines where output is piped.

A run is one training or many, its cells; `begins`, `finished`, `skipped` and `failed` are told of each, and `train`,
`batch` and `epoch` of what a training in this process does.
"""
import sys
import time

EVERY = 0.1    # seconds between two moves of the bar, at least
FEW = 4    # cells, up to which each epoch has a line


def make_progress(cells=1, stream=None):
    """The right kind for where `stream` (standard error) leads, for use in a `with`."""
    stream = stream or sys.stderr
    live = stream is not None and stream.isatty()    # there is none where standard error was closed
    return (LiveProgress if live else PlainProgress)(cells, stream)


class Nobody:
    """For a training that nobody looks at."""

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        pass

    def note(self, text):
        pass

    def begins(self, cell):
        """A cell begins in this process."""

    def skipped(self, cell):
        """A cell was finished before."""

    def finished(self, cell):
        pass

    def failed(self, cell, reason):
        pass

    def train(self, epochs, images):
        """A training of so many epochs of so many images begins in this process."""

    def batch(self, epoch, size, loss):
        """A mini-batch is done; loss() reads its loss, which may have to be waited for."""

    def epoch(self, epoch, line):
        """Called once for each Epoch, after testing, with its history line."""


class PlainProgress(Nobody):
    """One line an epoch, or a hundred lines for more of them; of many cells, one line each."""

    def __init__(self, cells, stream):
        self.cells, self.stream = cells, stream
        self.began, self.ended, self.carried_out = time.perf_counter(), 0, 0
        self.epochs, self.images, self.every, self.done = 0, 0, 1, 0

    def note(self, text):
        """Prints a line; where nobody reads any more, the training goes on in silence."""
        if self.stream is not None:
            try:
                print(text, file=self.stream, flush=True)
            except (OSError, ValueError):
                self.stream = None

    def begins(self, cell):
        if 1 < self.cells <= FEW:
            self.note(f"{cell.name}:")

    def skipped(self, cell):
        self.ended += 1

    def finished(self, cell):
        self.ended += 1
        self.carried_out += 1
        if self.cells > 1:
            left = (time.perf_counter() - self.began) / self.carried_out * (self.cells - self.ended)
            self.note(f"{self.ended}/{self.cells}  {cell.name} is done  {clock(left)} left")

    def failed(self, cell, reason):
        self.ended += 1
        self.note(f"{self.ended}/{self.cells}  {cell.name} FAILED: {reason}")

    def train(self, epochs, images):
        self.epochs, self.images, self.every = epochs, images, -(-epochs // 100)    # a hundred lines at most

    def epoch(self, epoch, line):
        self.done += 1
        if self.cells <= FEW and (epoch.number % self.every == 0 or epoch.number in (1, self.epochs)):
            self.note(self.line(epoch, line["test_loss"]))

    def line(self, epoch, test_loss):
        ahead = self.epochs - epoch.number + max(0, self.cells - 1 - self.ended) * self.epochs
        left = (time.perf_counter() - self.began) / self.done * ahead
        width = len(str(self.epochs))
        tested = "" if test_loss is None else f"test {test_loss:.5f}  "
        return (f"epoch {epoch.number:{width}}/{self.epochs}  train {epoch.train_loss:.5f}  {tested}"
                f"{self.images / epoch.seconds:,.0f} images/s  {clock(left)} left")


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


def clock(seconds):
    """75 as '1:15'."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
