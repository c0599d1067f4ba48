"""What is told while a run goes on: nothing, or plain lines.

A run is one training or many, its cells; `begins`, `finished`, `skipped` and `failed` are told of each, and `train`,
`batch` and `epoch` of what a training in this process does.
"""
import time

FEW = 4    # cells, up to which each epoch has a line


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
        self.first, self.pace = 0.0, 0.0    # when the first epoch here ended, and seconds an epoch since

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
        if self.done == 1:    # the time before it went into compiling kernels
            self.first, self.pace = time.perf_counter(), epoch.seconds
        else:
            self.pace = (time.perf_counter() - self.first) / (self.done - 1)
        if self.cells <= FEW and (epoch.number % self.every == 0 or epoch.number in (1, self.epochs)):
            self.note(self.line(epoch, line["test_loss"]))

    def line(self, epoch, test_loss):
        ahead = self.epochs - epoch.number + max(0, self.cells - 1 - self.ended) * self.epochs
        width = len(str(self.epochs))
        tested = "" if test_loss is None else f"test {test_loss:.5f}  "
        return (f"epoch {epoch.number:{width}}/{self.epochs}  train {epoch.train_loss:.5f}  {tested}"
                f"{self.images / epoch.seconds:,.0f} images/s  {clock(self.pace * ahead)} left")


def clock(seconds):
    """75 as '1:15'."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
