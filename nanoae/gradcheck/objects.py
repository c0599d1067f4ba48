"""Classes and objects with forward and backward: their parameters are found and become inputs beside those of forward.

A parameter is a float array that the object holds before any call and has a gradient for after backward: `self.W` with
`self.dW`, `self.params["W"]` with `self.grads["W"]`, lists `params` and `grads`, an object with `data` and `grad`. Each
call works on a copy of the object: what a call leaves in it (a cache, running statistics, summed gradients) does not
reach the next.
"""
import copy
import inspect

import numpy as np

from .arrays import host, is_float_array

GRADIENT_NAMES = ("d{}", "grad_{}", "{}_grad", "d_{}", "g{}", "{}")    # of a parameter's gradient, in courses


def style_of(thing, inputs):
    """(pull, inputs with the parameters behind them, names)."""
    if inspect.isclass(thing):
        thing = constructed(thing)
    slots = [slot for slot in slots_of(thing) if slot.read(thing).size and has_gradient(
        copy.deepcopy(thing), slot, inputs)]
    count = len(inputs)

    def pull(values):
        one = copy.deepcopy(thing)
        for slot, value in zip(slots, values[count:], strict=True):
            slot.write(one, value)
        y, back = call(one, values[:count])
        return y, lambda dy: [*back(dy), *(np.array(slot.gradient(one)) for slot in slots)]

    names = list(inspect.signature(thing.forward).parameters)[:count]
    names += [f"input {k}" for k in range(len(names), count)]
    return pull, (*inputs, *(np.array(slot.read(thing), np.float64) for slot in slots)), [
        *names, *(slot.name for slot in slots)]


def constructed(kind):
    try:
        return kind()
    except TypeError as error:
        raise TypeError(f"{kind.__name__} needs arguments ({error}): pass an object, or --args on the command "
                        "line") from None


def call(one, inputs):
    """(y, back) of the object's two methods, with or without a cache that is handed over."""
    result = one.forward(*inputs)
    cached = isinstance(result, tuple) and len(result) == 2

    def back(dy):
        takes = [p for p in inspect.signature(one.backward).parameters.values() if p.default is p.empty]
        gradients = one.backward(dy, result[1]) if cached and len(takes) >= 2 else one.backward(dy)
        gradients = list(gradients) if isinstance(gradients, tuple | list) else [gradients]
        return (gradients + [None] * len(inputs))[:len(inputs)]    # parameters' gradients are read from the object

    return (result[0] if isinstance(result, tuple) else result), back


class Slot:
    """Where a parameter and its gradient lie: ("attribute", name), ("key", dictionary, name) or ("entry", list, k)."""

    def __init__(self, place):
        self.place = place
        kind, where, *key = place
        self.name = where if kind == "attribute" else str(key[0]) if kind == "key" else f"{where}[{key[0]}]"

    def holder(self, thing):
        """(read, write) of what stands there: an array, or an object with data and grad."""
        kind, where, *key = self.place
        if kind == "attribute":
            return getattr(thing, where), lambda value: setattr(thing, where, value)
        store = getattr(thing, where)
        return store[key[0]], lambda value: store.__setitem__(key[0], value)

    def read(self, thing):
        value = self.holder(thing)[0]
        return host(getattr(value, "data", value) if hasattr(value, "grad") else value)

    def write(self, thing, value):
        held, put = self.holder(thing)
        if hasattr(held, "grad"):
            held.data = value
        elif isinstance(held, np.ndarray) and isinstance(value, np.ndarray) and (
                held.dtype == np.float64 and held.shape == value.shape):
            held[...] = value    # in place, because two names may mean one array
        else:
            put(value)

    def gradient(self, thing):
        """The gradient that lies beside the parameter, or None."""
        held = self.holder(thing)[0]
        if hasattr(held, "grad"):
            return held.grad
        if self.place[0] == "entry":
            grads = getattr(thing, "grads", None)
            return grads[self.place[2]] if isinstance(grads, list) and self.place[2] < len(grads) else None
        places = [getattr(thing, name) for name in ("grads", "grad", "gradients") if isinstance(
            getattr(thing, name, None), dict)] + [vars(thing)]
        for store in places:
            for pattern in GRADIENT_NAMES[:-1] if store is vars(thing) else GRADIENT_NAMES:
                if pattern.format(self.name) in store:
                    return store[pattern.format(self.name)]
        return None


def slots_of(thing):
    """Every place that may hold a parameter, before any call; an array that two names mean is told once."""
    places: list = []
    for where in ("params", "parameters", "weights"):
        store = getattr(thing, where, None)
        if isinstance(store, dict):
            places += [(("key", where, key), value) for key, value in store.items()]
        elif isinstance(store, list):
            places += [(("entry", where, k), value) for k, value in enumerate(store)]
    places += [(("attribute", name), value) for name, value in vars(thing).items()]
    seen = set()
    for place, value in places:
        floats = getattr(value, "data", None) if hasattr(value, "grad") else value
        if id(value) not in seen and not isinstance(value, list | tuple) and is_float_array(floats):
            seen.add(id(value))
            yield Slot(place)


def has_gradient(one, slot, inputs):
    """Does one call leave a gradient for it?"""
    y, back = call(one, [copy.deepcopy(value) for value in inputs])
    back(np.ones(np.shape(host(y))))
    gradient = slot.gradient(one)
    return gradient is not None and np.shape(gradient) is not None
