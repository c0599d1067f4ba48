"""What a game looks like: both players' losses and ratings, step by step, and what the generator's images are worth."""
import numpy as np

from ...pictures import curves_against
from ...pictures.figure import BLUE, GREEN, ORANGE, figure
from .game import TRACED

POINTS = 400    # of a curve, each the mean of the steps around it


def thinned(trace, name):
    """(steps, means) of a traced quantity, POINTS of them at most."""
    parts = np.array_split(trace[:, TRACED.index(name)], min(POINTS, len(trace)))
    ends = np.cumsum([len(part) for part in parts])
    return ends - ends[0] / 2, np.array([part.mean() for part in parts])


def losses(title, trace):
    return curves_against(f"{title}: both players' losses", {
        "discriminator": thinned(trace, "discriminator_loss"), "generator": thinned(trace, "generator_loss")},
        "steps", "loss, nats", "linear")


def ratings(title, trace):
    made = curves_against(f"{title}: how the discriminator rates images", {
        "real images, D(x)": thinned(trace, "d_real"), "made images, D(G(z))": thinned(trace, "d_fake")},
        "steps", "mean probability of being real", "linear")
    (axes,) = made.axes
    axes.axhline(0.5, color="black", linewidth=1, linestyle=":", label="it cannot tell")
    axes.set_ylim(0, 1)
    axes.legend()
    return made


def saturation(title, trace):
    """The length of the generator's gradient against D(G(z)), a point a step."""
    made = figure(7, 4.2)
    axes = made.add_subplot()
    rated, norm = trace[:, TRACED.index("d_fake")], trace[:, TRACED.index("generator_gradient")]
    some = np.unique(np.linspace(0, len(trace) - 1, min(len(trace), 3000)).astype(int))
    drawn = axes.scatter(rated[some], norm[some], s=6, c=some + 1, cmap="viridis", linewidth=0, label="a step")
    axes.set(title=f"{title}: the generator's gradient", xlabel="mean D(G(z)) of the mini-batch (log scale)",
             ylabel="Euclidean norm of its gradient (log scale)", xscale="log", yscale="log")
    axes.grid(alpha=0.3, which="both")
    axes.legend()
    made.colorbar(drawn, ax=axes, label="step")
    return made


def quality(title, history, figures):
    """The distance from real images over epochs, between that of noise and that of training images."""
    made = figure(7, 4.2)
    axes = made.add_subplot()
    axes.plot([line["epoch"] for line in history], [line["frechet_distance"] for line in history], color=BLUE,
              marker="o", markersize=3, label="made images")
    axes.axhline(figures["frechet_distance_noise"], color=ORANGE, linestyle="--", label="uniform noise")
    axes.axhline(figures["frechet_distance_train"], color=GREEN, linestyle="-.", label="training images")
    axes.set(title=f"{title}: distance from test images", xlabel="epoch", yscale="log",
             ylabel="Fréchet classifier distance (log scale)")
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.grid(alpha=0.3, which="both")
    axes.legend()
    return made


def classes(title, metrics, names):
    """The judge's classes of made images: the mean over trainings, a dot a training."""
    made = figure(7.6, 4.2)
    axes = made.add_subplot()
    shares = np.array([[figures[f"class_{k}_share"] for k in range(len(names))] for figures in metrics])
    axes.bar(range(len(names)), shares.mean(axis=0), color=BLUE, label="made images")
    if len(shares) > 1:
        axes.plot(np.tile(range(len(names)), len(shares)), shares.ravel(), "o", color="black", markersize=3,
                  label="one training")
    axes.axhline(0.1, color=ORANGE, linestyle="--", label="an even share")
    axes.set(title=f"{title}: classes that the judge gives", ylabel="share of made images")
    axes.set_xticks(range(len(names)), names, rotation=30 if max(map(len, names)) > 2 else 0)
    axes.set_xlabel("class")
    axes.legend()
    return made
