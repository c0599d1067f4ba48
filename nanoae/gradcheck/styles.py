"""The styles that forward and backward come in, each brought to one shape: `pull(inputs) -> (y, back)`.

`back(dy)` gives the gradients of that call, one for each input, as the user's code leaves them: a single array, a tuple
or a dictionary. Pull may be called as often as one likes: calls know nothing of each other.

    forward(*inputs) -> y           backward(dy, *inputs)
    forward(*inputs) -> y, cache    backward(dy, cache)
    forward(*inputs) -> y, gradient                          no backward: loss functions of many courses
    a class or an object with forward and backward           see `objects`; one of our own layers: see `parts`
    a torch.autograd.Function
"""
import inspect

from . import objects, parts


def style_of(forward, backward, inputs):
    """(pull, inputs, names): what is called, all its inputs (an object's parameters among them), their names."""
    if hasattr(forward, "forward") and hasattr(forward, "backward"):
        if hasattr(forward, "apply") and hasattr(forward, "jvp"):    # the marks of a torch.autograd.Function
            return autograd_function(forward), inputs, parameters_of(forward.forward, len(inputs), skip=1)
        return (parts if parts.is_part(forward) else objects).style_of(forward, inputs)
    if not callable(forward):
        raise TypeError(f"forward is {type(forward).__name__}: pass a function, or an object with forward and backward")
    if backward is not None and not callable(backward):
        raise TypeError(f"backward is {type(backward).__name__}: pass a function, or None where forward returns its "
                        "gradient beside its value")
    return functions(forward, backward), inputs, parameters_of(forward, len(inputs))


def functions(forward, backward):
    """Two functions; backward is given the cache where forward returns one, else the inputs."""
    cache_first = backward is not None and next(iter(parameters_of(backward, 2) or [""])) == "cache"

    def pull(inputs):
        result = forward(*inputs)
        if not isinstance(result, tuple):
            if backward is None:
                raise TypeError("there is no backward, and forward returns no gradient beside its value: name "
                                "both, check(forward, backward, ...) or FILE.py:FORWARD:BACKWARD")
            return result, lambda dy: backward(dy, *inputs)
        y, cache = result if len(result) == 2 else (result[0], result[1:])
        if backward is None:
            return y, lambda dy: scaled(cache, dy)
        return y, lambda dy: backward(cache, dy) if cache_first else backward(dy, cache)

    return pull


def scaled(gradients, dy):
    """The gradients of a value, times dy."""
    if isinstance(gradients, dict):
        return {name: scaled(gradient, dy) for name, gradient in gradients.items()}
    if isinstance(gradients, tuple | list):
        return tuple(scaled(gradient, dy) for gradient in gradients)
    return None if gradients is None else dy * gradients


def autograd_function(function):
    """PyTorch runs both halves, so that its context is the real one."""
    def pull(inputs):
        leaves = [value.requires_grad_() if hasattr(value, "requires_grad_") and value.is_floating_point() else value
                  for value in inputs]
        y = function.apply(*leaves)

        def back(dy):
            y.backward(dy)
            return [getattr(leaf, "grad", None) for leaf in leaves]

        return y, back

    return pull


def parameters_of(function, count, skip=0):
    """The names of a function's first parameters, `count` of them, or None where it does not tell."""
    try:
        parameters = list(inspect.signature(function).parameters.values())[skip:]
    except (TypeError, ValueError):
        return None
    plain = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    names = [parameter.name for parameter in parameters if parameter.kind in plain]
    return names[:count] if len(names) >= count else None
