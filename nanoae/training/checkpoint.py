"""checkpoint.safetensors: written whole or not at all, read with suspicion; weights.safetensors: what tests see.

The checkpoint's tensors are reproducible state; everything small stands as JSON in the file's metadata, and a digest of
all of it. The weights are those that the optimizers want tested, at the end of an epoch, with the running statistics.
"""
from ..arrays import host, put
from ..files import write_whole
from ..parameters import moved
from ..sealed import RunError, first_line, read_tensors, sealed_tensors

FORMAT = 3
NAME = "checkpoint.safetensors"
WEIGHTS = "weights.safetensors"


def save_checkpoint(directory, fit, seconds):
    """Writes the state of a Fit; `seconds` is the time spent so far.

    Raises RunError where it cannot be written; the checkpoint before it is untouched.
    """
    state = {"format": FORMAT, "seconds": seconds, "fit": fit.state()}
    try:
        directory.replace(NAME, sealed_tensors(fit.tensors(), state))
    except OSError as error:
        path = directory.path / NAME
        before = f"{path} is still that of the time before" if path.exists() else "there is none from before"
        raise RunError(f"the checkpoint could not be written ({error.strerror}); {before}: make room or mend "
                       "permissions, then go on with --resume") from None


def read_checkpoint(path):
    """(tensors, state) of a file. Raises RunError for one that is damaged, foreign, or of another format."""
    tensors, state = read_tensors(path)
    if state.get("format") != FORMAT:
        raise RunError(f"{path} has checkpoint format {state.get('format')!r}; this nanoae reads {FORMAT}: use the "
                       "version that wrote it")
    return tensors, state


def load_checkpoint(directory, fit):
    """Puts a Fit where the directory's checkpoint left it; returns the seconds spent, 0 without one.

    All of it is read and compared before the Fit is changed. Raises RunError.
    """
    path = directory.path / NAME
    if not path.exists():
        return 0.0
    tensors, state = read_checkpoint(path)
    try:
        fit.compare(tensors, state["fit"])
        fit.load(tensors, state["fit"])
        return float(state["seconds"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RunError(f"{path} lacks something or holds it otherwise ({type(error).__name__}: {first_line(error)}): "
                       "the run cannot go on from it") from None


def save_weights(directory, fit):
    """Writes the weights that a Fit wants tested, with the epoch that they are of."""
    with fit.tested():
        named = {name: host(view) for name, view in {**fit.net.named(), **fit.net.named("running")}.items()}
        of_best = fit.best is not None and fit.best.back
        state = {"network": repr(fit.net), "epoch": fit.outcome["epoch"] if of_best else len(fit.history)}
        write_whole(directory.path / WEIGHTS, sealed_tensors(named, state))


def load_weights(path, net):
    """Gives a built network the weights of a run's directory; returns their epoch. Raises RunError where the directory
    has none, or another network's."""
    if not (path / WEIGHTS).is_file():
        raise RunError(f"{path} has no weights yet: let the run finish an epoch")
    tensors, state = read_tensors(path / WEIGHTS)
    named = {**net.named(), **net.named("running")}
    if state.get("network") != repr(net) or set(named) != set(tensors):
        raise RunError(f"{path}: its weights are of {state.get('network')}, its config.json describes {net!r}")
    for name, view in named.items():
        put(view, tensors[name])
    moved(net)
    return state["epoch"]
