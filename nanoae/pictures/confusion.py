"""Who is taken for whom: a confusion matrix."""
import numpy as np

from .figure import figure


def confusion_matrix(title, counts, names):
    """counts (k, k): images of class i (rows) that were taken for class j (columns); names: of the k classes."""
    counts = np.asarray(counts)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    long = max(map(len, names)) > 2
    made = figure(7.6 if long else 6.4, 6.4 if long else 5.6)
    axes = made.add_subplot()
    drawn = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for i, j in np.ndindex(counts.shape):
        if counts[i, j]:
            axes.text(j, i, f"{counts[i, j]}", ha="center", va="center", fontsize=8,
                      color="white" if shares[i, j] > 0.5 else "black")
    axes.set(title=title, xlabel="class that the network gave", ylabel="class of the image")
    axes.set_xticks(range(len(names)), names, rotation=40 if long else 0, ha="right" if long else "center")
    axes.set_yticks(range(len(names)), names)
    made.colorbar(drawn, ax=axes, label="share of the class's images", shrink=0.8)
    return made
