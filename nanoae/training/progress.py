"""What a person sees while a run goes on: a live bar on a terminal, plain lines where output is piped."""
import sys
import time


def make_progress(epochs, images, methods=1, stream=None):
    """The right kind for where `stream` (standard error) leads, for use in a `with`; methods train one by one."""
    stream = stream or sys.stderr
    live = stream is not None and stream.isatty()    # there is none where standard error was closed
    return (LiveProgress if live else PlainProgress)(epochs, images, methods, stream)


class PlainProgress:
    """One line an epoch, or a hundred lines for more of them."""

    def __init__(self, epochs, images, methods, stream):
        self.epochs, self.images, self.methods, self.stream = epochs, images, methods, stream
        self.began, self.done = time.perf_counter(), 0
        self.finished = 0    # methods that are done
        self.every = -(-epochs // 100)    # so that a method has a hundred lines at most

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        pass

    def note(self, text):
        """Prints a line; where nobody reads any more, the training goes on in silence."""
        if self.stream is not None:
            try:
                print(text, file=self.stream, flush=True)
            except (OSError, ValueError):
                self.stream = None

    def batch(self, epoch, size, loss):
        pass

    def method(self, name):
        """Called before each of several methods."""
        self.finished += self.done > 0
        self.note(f"{name}:")

    def epoch(self, epoch, test_loss):
        """Called once for each Epoch, after testing."""
        self.done += 1
        if epoch.number % self.every == 0 or epoch.number in (1, self.epochs):
            self.note(self.line(epoch, test_loss))

    def line(self, epoch, test_loss):
        ahead = self.epochs - epoch.number + max(0, self.methods - 1 - self.finished) * self.epochs
        left = (time.perf_counter() - self.began) / self.done * ahead
        width = len(str(self.epochs))
        return (f"epoch {epoch.number:{width}}/{self.epochs}  train {epoch.train_loss:.5f}  test {test_loss:.5f}  "
                f"{self.images / epoch.seconds:,.0f} images/s  {clock(left)} left")


class LiveProgress(PlainProgress):
    """A bar over the whole run with epoch, loss, images/s and time left; a line above it for each epoch."""

    def __enter__(self):
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
        self.console = Console(file=self.stream)
        self.bar = Progress(TextColumn("epoch {task.fields[epoch]}"), BarColumn(),
                            TextColumn("{task.fields[state]}"),
                            TimeRemainingColumn(), TextColumn("left"), console=self.console, transient=True)
        self.task = self.bar.add_task("train", total=self.methods * self.epochs * self.images, epoch=f"1/{self.epochs}",
                                      state="compiling kernels")
        self.bar.start()
        self.seen = 0
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

    def batch(self, epoch, size, loss):
        self.seen += size
        rate = self.seen / (time.perf_counter() - self.began)
        self.drawn(self.bar.update, self.task, advance=size, epoch=f"{epoch}/{self.epochs}",
                   state=f"loss {loss:.5f}  {rate:,.0f} images/s")


def clock(seconds):
    """75 as '1:15'."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
