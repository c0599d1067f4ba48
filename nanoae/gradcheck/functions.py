"""The user's two functions, called with care: inputs copied, outputs checked, mutations noticed."""
import numpy as np


def as_inputs(inputs):
    """Copies of the inputs in float64. Raises TypeError for what is not real numbers."""
    if not inputs:
        raise TypeError("pass at least one input array after the two functions")
    copies = []
    for i, value in enumerate(inputs):
        array = np.asarray(value)
        if array.dtype.kind not in "fiu":
            raise TypeError(f"input {i} is {array.dtype}: a check needs real numbers")
        copies.append(np.array(array, np.float64))
    return copies


def evaluate(forward, inputs):
    """forward(*inputs) as an array of its own. Raises ValueError for an output that is not finite."""
    y = np.array(forward(*inputs))
    if y.dtype.kind not in "fc" or not np.all(np.isfinite(y)):
        raise ValueError(f"forward gives {y.dtype} with values that are not finite real numbers: there is no gradient "
                         "to check at this point")
    return y


def analytic_gradients(backward, dy, inputs):
    """The gradients that backward gives, one for each input (None for none), and what is wrong with the call.

    Passes copies, so that a backward which writes into dy or an input is found out: problems is a list of sentences.
    """
    handed = [x.copy() for x in inputs]
    upstream = dy.copy()
    result = backward(upstream, *handed)
    gradients = list(result) if isinstance(result, tuple | list) else [result]
    if len(gradients) != len(inputs):
        raise ValueError(f"backward returns {len(gradients)} gradients for {len(inputs)} inputs: return a tuple with "
                         "one for each, None for what has none")
    problems = [""] * len(inputs)
    for i, (before, after) in enumerate(zip(inputs, handed, strict=True)):
        if not np.array_equal(before, after):
            problems[i] = "backward changed this input in place"
        elif gradients[i] is not None:
            gradients[i] = np.array(gradients[i], np.float64)
            if gradients[i].shape != before.shape:
                problems[i] = f"its gradient has shape {gradients[i].shape}, the input has {before.shape}"
    if not np.array_equal(upstream, dy):
        problems[0] = problems[0] or "backward changed the upstream gradient dy in place"
    if all(gradient is None for gradient in gradients):
        raise ValueError("backward returns None for every input: there is nothing to check")
    return gradients, problems


def input_names(names, count):
    """The names given, or input 0, input 1, ..."""
    if names is None:
        return [f"input {i}" for i in range(count)]
    if len(names) != count:
        raise ValueError(f"names has {len(names)} entries for {count} inputs")
    return list(names)


def settings(y, step, tolerance):
    """(eps, step, tolerance) for a function whose outputs have y's dtype.

    The step is eps^(1/4): the quotients below are exact to step^4, so truncation and rounding meet there. The
    tolerance is 10 sqrt(eps): 1.5e-7 for float64, 3.5e-3 for a function that computes in float32 inside.
    """
    eps = float(np.finfo(y.dtype).eps)
    return eps, step or eps ** 0.25, tolerance or 10 * eps ** 0.5
