"""checkpoint.safetensors: written whole or not at all, read with suspicion.

The tensors are reproducible state; everything small stands as JSON in the file's metadata. Where a run trains several
networks, each one's tensors are prefixed `METHOD/`.
"""
import json

from .run_directory import RunError

FORMAT = 1
NAME = "checkpoint.safetensors"


def save_checkpoint(directory, fits, seconds):
    """Writes the state of {method: Fit} ('' where there is one); `seconds` is the time spent so far.

    Raises RunError where it cannot be written; the checkpoint before it is untouched.
    """
    from safetensors.numpy import save
    tensors = {prefixed(method, name): tensor for method, fit in fits.items() for name, tensor in fit.tensors().items()}
    state = {"format": FORMAT, "seconds": seconds, "fits": {method: fit.state() for method, fit in fits.items()}}
    try:
        directory.replace(NAME, save(tensors, {"nanoae": json.dumps(state)}))
    except OSError as error:
        raise RunError(f"the checkpoint could not be written ({error.strerror}); {directory.path / NAME} is still that "
                       "of the time before: make room or mend permissions, then go on with --resume") from None


def read_checkpoint(path):
    """(tensors, state) of a file. Raises RunError for one that is damaged, foreign, or of a newer format."""
    from safetensors import SafetensorError, safe_open
    try:
        with safe_open(path, framework="numpy") as file:
            state = json.loads((file.metadata() or {}).get("nanoae", "null"))
            tensors = {name: file.get_tensor(name) for name in file.keys()}    # noqa: SIM118
    except (SafetensorError, json.JSONDecodeError) as error:
        raise RunError(f"{path} is damaged ({error}): the run cannot go on from it") from None
    if not isinstance(state, dict) or "format" not in state:
        raise RunError(f"{path} holds tensors, but is no checkpoint of nanoae")
    if state["format"] > FORMAT:
        raise RunError(f"{path} has checkpoint format {state['format']}; this nanoae reads up to {FORMAT}: update it")
    return tensors, state


def load_checkpoint(directory, fits):
    """Puts {method: Fit} where the directory's checkpoint left them; returns the seconds spent, 0 without one."""
    path = directory.path / NAME
    if not path.exists():
        return 0.0
    tensors, state = read_checkpoint(path)
    if set(state["fits"]) != set(fits):
        raise RunError(f"{path} holds the methods {sorted(state['fits'])}, this run trains {sorted(fits)}")
    for method, fit in fits.items():
        fit.load(of_method(tensors, method), state["fits"][method])
    return state["seconds"]


def prefixed(method, name):
    return f"{method}/{name}" if method else name


def of_method(tensors, method):
    """The tensors of one method, by their own names."""
    if not method:
        return tensors
    return {name.removeprefix(f"{method}/"): tensor for name, tensor in tensors.items()
            if name.startswith(f"{method}/")}
