"""The user's two functions, called with care: inputs copied, results brought to NumPy, mistakes of form named."""
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import numpy as np

from .arrays import copied, host, is_float_array, like, maker
from .styles import style_of

PATTERNS = ("d{}", "{}", "grad_{}", "{}_grad", "d_{}", "D{}")    # an input's gradient in a dictionary


@dataclass
class Function:
    """A forward and its backward in one shape, whatever the style that they are written in.

    inputs: float arrays in float64, all else as it was handed in; checked: the indices of the float arrays.
    """

    pull: Callable
    inputs: list
    names: list
    checked: list
    makers: dict    # for each checked input: NumPy array -> array of the user's library
    whole: dict = field(default_factory=dict)    # dtypes of those gradients of the last call that hold whole numbers

    def handed(self, inputs):
        """What the user's code is given: copies, in its library."""
        return [self.makers[i](value) if i in self.makers else copied(value) for i, value in enumerate(inputs)]

    def y(self, inputs):
        """forward's output as an array of its own, of the dtype that it computes in."""
        with np.errstate(all="ignore"):
            return np.array(host(self.pull(self.handed(inputs))[0]))

    def gradients(self, dy, inputs):
        """The gradients that backward gives, in float64 and of whatever shape, one for each input (None for none)."""
        with np.errstate(all="ignore"):
            y, back = self.pull(self.handed(inputs))
            return self.sorted_out(back(like(dy, y)))

    def prime(self, inputs):
        """Calls both functions on other values, so that what they wrongly keep from an earlier call shows."""
        with suppress(Exception), np.errstate(all="ignore"):
            y, back = self.pull(self.handed(self.others(inputs)))
            back(like(np.ones(np.shape(host(y))), y))

    def others(self, inputs):
        """The inputs with the values of every float array in reverse order."""
        return [value.ravel()[::-1].reshape(value.shape) if i in self.checked else value
                for i, value in enumerate(inputs)]

    def sorted_out(self, result):
        """One gradient for each input, from whatever backward returns. Raises ValueError for another number."""
        count = len(self.inputs)
        if isinstance(result, dict):
            found = [next((result[p.format(n)] for p in PATTERNS if p.format(n) in result), None) for n in self.names]
        else:
            found = list(result) if isinstance(result, tuple | list) else [result]
            if len(found) != count and len(found) == len(self.checked):
                by_index = dict(zip(self.checked, found, strict=True))
                found = [by_index.get(i) for i in range(count)]
        if len(found) != count:
            raise ValueError(f"backward returns {len(found)} gradients for {count} inputs: return a tuple with one for "
                             "each, None for what has none")
        if all(found[i] is None for i in self.checked):
            raise ValueError(f"backward returns None for every input ({', '.join(self.names)}): there is nothing to "
                             "check")
        arrays = [None if gradient is None or i not in self.checked else host(gradient)
                  for i, gradient in enumerate(found)]
        for name, gradient in zip(self.names, arrays, strict=True):
            if gradient is not None and gradient.dtype.kind not in "fiub":
                raise ValueError(f"backward returns {gradient.dtype} as the gradient of {name}: a gradient holds real "
                                 "floats")
        self.whole = {i: gradient.dtype for i, gradient in enumerate(arrays)
                      if gradient is not None and gradient.dtype.kind in "iub"}
        return [gradient if gradient is None else np.array(gradient, np.float64) for gradient in arrays]


def function_of(forward, backward, inputs, names=None):
    """The Function of what `check` was handed. Raises TypeError where no input is made of real floats."""
    if hasattr(forward, "forward") and hasattr(forward, "backward") and not callable(backward):
        inputs = inputs if backward is None else (backward, *inputs)    # check(layer, x): no backward beside it
    if not inputs:
        raise TypeError("pass at least one input array after the two functions")
    pull, inputs, found = style_of(forward, backward, inputs)
    checked = [i for i, value in enumerate(inputs) if is_float_array(value)]
    if not checked:    # numbers alone: they are what the function is of
        checked = [i for i, value in enumerate(inputs) if isinstance(value, float | np.floating)]
    if not checked:
        kinds = ", ".join(str(getattr(host(value), "dtype", type(value).__name__)) for value in inputs)
        raise TypeError(f"no input holds floats (they are {kinds}): a check needs real numbers, pass them as float64")
    names = input_names(names, found, len(inputs))
    makers = {i: maker(inputs[i]) for i in checked}
    inputs = [np.array(host(value), np.float64) if i in checked else value for i, value in enumerate(inputs)]
    function = Function(pull, inputs, names, checked, makers)
    function.prime(inputs)
    return function


def input_names(names, found, count):
    """The names given, or those of forward's parameters, or input 0, input 1, ..."""
    if names is None:
        return found or [f"input {i}" for i in range(count)]
    if len(names) != count:
        raise ValueError(f"names has {len(names)} entries for {count} inputs")
    return list(names)
