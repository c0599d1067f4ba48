"""How far a set of made images is from real ones: the Frechet distance of two normal distributions of features.

    d^2 = |m1 - m2|^2 + tr(S1 + S2 - 2 (S1 S2)^(1/2))        (Dowson and Landau 1982)

Features come from a classifier of ours, so that the figure is no FID, which is this distance in Inception's features.
"""
import numpy as np


def moments(features):
    """(mean (k,), covariance (k, k)) of features (n, k), n at least 2, in float64."""
    features = np.asarray(features, np.float64)
    return features.mean(axis=0), np.cov(features, rowvar=False)


def frechet_distance(one, other):
    """d^2 between two (mean, covariance)."""
    (mean1, s1), (mean2, s2) = one, other
    root = square_root(s1)
    # the trace of (S1 S2)^(1/2) is that of (S1^(1/2) S2 S1^(1/2))^(1/2), whose eigenvalues are not negative
    cross = np.sqrt(np.clip(np.linalg.eigvalsh(root @ s2 @ root), 0, None)).sum()
    return float(np.sum((mean1 - mean2) ** 2) + np.trace(s1) + np.trace(s2) - 2 * cross)


def square_root(s):
    """The symmetric square root of a covariance."""
    values, vectors = np.linalg.eigh(s)
    return (vectors * np.sqrt(np.clip(values, 0, None))) @ vectors.T
