"""The check as an assertion, for tests of one's own."""
from .full import check
from .report import GradientError


def assert_gradient(forward, backward=None, *inputs, **settings):
    """Asserts that backward is the gradient of forward; arguments as in `check`. Returns the Report.

    Where it is not, pytest shows the report with the mistake's name. Raises GradientError, an AssertionError.
    """
    __tracebackhide__ = True    # the report tells more than the checker's own lines
    report = check(forward, backward, *inputs, **{**settings, "raise_error": False})
    if not report.ok:
        raise GradientError(report)
    return report
