"""checkpoint.safetensors: written whole or not at all, read with suspicion.

The tensors are reproducible state; everything small stands as JSON in the file's metadata, and a digest of all of it.
Where a run trains several networks, each one's tensors are prefixed `METHOD/`.
"""
from .sealed import RunError, first_line, read_tensors, sealed_tensors

FORMAT = 2
NAME = "checkpoint.safetensors"


def save_checkpoint(directory, fits, seconds):
    """Writes the state of {method: Fit} ('' where there is one); `seconds` is the time spent so far.

    Raises RunError where it cannot be written; the checkpoint before it is untouched.
    """
    tensors = {prefixed(method, name): tensor for method, fit in fits.items() for name, tensor in fit.tensors().items()}
    state = {"format": FORMAT, "seconds": seconds, "fits": {method: fit.state() for method, fit in fits.items()}}
    try:
        directory.replace(NAME, sealed_tensors(tensors, state))
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


def load_checkpoint(directory, fits):
    """Puts {method: Fit} where the directory's checkpoint left them; returns the seconds spent, 0 without one.

    All of it is read and compared before the first Fit is changed. Raises RunError.
    """
    path = directory.path / NAME
    if not path.exists():
        return 0.0
    tensors, state = read_checkpoint(path)
    try:
        if set(state["fits"]) != set(fits):
            raise RunError(f"{path} holds the methods {sorted(state['fits'])}, this run trains {sorted(fits)}")
        loads = [(fit, of_method(tensors, method), state["fits"][method]) for method, fit in fits.items()]
        for fit, own, small in loads:
            fit.compare(own, small)
        for fit, own, small in loads:
            fit.load(own, small)
        return float(state["seconds"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RunError(f"{path} lacks something or holds it otherwise ({type(error).__name__}: {first_line(error)}): "
                       "the run cannot go on from it") from None


def prefixed(method, name):
    return f"{method}/{name}" if method else name


def of_method(tensors, method):
    """The tensors of one method, by their own names."""
    if not method:
        return tensors
    return {name.removeprefix(f"{method}/"): tensor for name, tensor in tensors.items()
            if name.startswith(f"{method}/")}
