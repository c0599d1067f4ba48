"""Two numbers for an image's code, and how well such points keep the classes apart."""
import numpy as np
from threadpoolctl import threadpool_limits


def pca(codes):
    """scikit-learn's PCA of codes (n, k), fitted, to two components; `inverse_transform` leads back."""
    from sklearn.decomposition import PCA
    return PCA(2, random_state=0).fit(codes)


def tsne(codes):
    """t-SNE of codes (n, k) to (n, 2). It is a picture of these points and no map: it has no inverse, and cannot place
    another point (van der Maaten and Hinton 2008)."""
    from sklearn.manifold import TSNE
    perplexity = min(30.0, max(1.0, (len(codes) - 1) / 3))
    with threadpool_limits(1):    # it has a barrier a step: beside another program two threads take ten times as long
        return TSNE(2, perplexity=perplexity, init="pca", random_state=0).fit_transform(np.asarray(codes, np.float64))


def separability(points, labels):
    """{nearest_neighbour_accuracy: share of points whose nearest other one is of their class, silhouette: from -1 to 1,
    how much nearer a point is to its own class than to the next (Rousseeuw 1987)}."""
    from sklearn.metrics import silhouette_score
    from sklearn.neighbors import NearestNeighbors
    nearest = NearestNeighbors(n_neighbors=1).fit(points).kneighbors(return_distance=False)[:, 0]
    return {"nearest_neighbour_accuracy": float(np.mean(labels[nearest] == labels)),
            "silhouette": float(silhouette_score(points, labels))}


def chosen(labels, count):
    """Places of `count` images, at random but always the same, in order."""
    rng = np.random.default_rng(0)
    return np.sort(rng.permutation(len(labels))[:count])


def axis(values, count):
    """`count` even steps over the middle 96% of values."""
    low, high = np.percentile(values, [2, 98])
    return np.linspace(low, high, count)
