"""A figure that needs no screen, and writing it. Colours: Okabe and Ito, safe for the colour-blind."""
import os
from io import BytesIO

from ..files import write_whole
from ..kernels.home import cache_home

BLUE, ORANGE, GREEN, RED, PINK = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7"


def figure(width, height):
    """A matplotlib figure that needs no screen."""
    if os.environ.get("NANOAE_CACHE") and cache_home() is not None:    # there may be no other place
        os.environ.setdefault("MPLCONFIGDIR", str(cache_home() / "matplotlib"))
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    made = Figure(figsize=(width, height), dpi=120, layout="constrained")
    FigureCanvasAgg(made)
    return made


def save(made, path):
    """Writes a figure as PNG, whole or not at all. A dollar sign in a title or name stays one: no mathematics."""
    from matplotlib.text import Text
    ticks = {id(label) for axes in made.axes for axis in (axes.xaxis, axes.yaxis)
             for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()) for label in (tick.label1, tick.label2)}
    for text in made.findobj(Text):
        if id(text) not in ticks:    # those of logarithmic axes are powers of ten
            text.set_parse_math(False)
    picture = BytesIO()
    made.savefig(picture, format="png")
    write_whole(path, picture.getvalue())
