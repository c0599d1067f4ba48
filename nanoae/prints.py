"""How optimizers and their pieces print themselves: the constructor's arguments, so that two prints can be compared."""
import inspect


def printed(self, leave_out):
    """'Adam(lr=0.001, ...)' of an object that keeps its constructor's `arguments`, defaults included."""
    args, kwargs = self.arguments
    call = inspect.signature(type(self).__init__).bind(self, *args, **kwargs)
    call.apply_defaults()
    shown = [f"{name}={value!r}" for name, value in list(call.arguments.items())[1:] if name not in leave_out]
    return f"{type(self).__name__}({', '.join(shown)})"
