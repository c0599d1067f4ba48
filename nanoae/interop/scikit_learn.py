"""The scikit-learn face: an autoencoder as a transformer, for a Pipeline or a GridSearchCV.

    from nanoae.interop import AutoencoderTransformer
    codes = make_pipeline(StandardScaler(), AutoencoderTransformer(n_components=8)).fit_transform(X)
"""
from math import prod
from numbers import Integral

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from ..arrays import put
from ..losses import mse
from ..models.transformer import feature_autoencoder, image_autoencoder
from ..optim import make_optimizer
from ..training import Evaluation

PIECE = 1000    # samples that go through the network at once when nothing is trained
FITTED = ("network_", "optimizer_")
BUILT = ("n_components", "hidden", "backend", "optimizer", "lr", "weight_decay")    # what they are made from


class AutoencoderTransformer(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """An autoencoder that learns by the mean squared error between X and its reconstruction.

    n_components: numbers in a code. hidden: outputs of the layer before the code; for features only. image_shape:
    (c, h, w) of rows that are images, laid out in that order, which then go through convolutions. epochs, batch_size,
    lr (None: the optimizer's own), weight_decay, optimizer: of the training, by the names of `nanoae run`. backend: the
    rung that computes. random_state: of the initial weights and of the order of samples.

    After fit: network_ (the built Stack), loss_curve_ (mean loss of each epoch), n_features_in_. X float32 is computed
    in float32, everything else in float64. Features should be of one scale: put a StandardScaler before it.
    """

    def __init__(self, n_components=2, *, hidden=64, image_shape=None, epochs=20, batch_size=32, lr=None,
                 weight_decay=0.0, optimizer="adam", backend="numba", random_state=None):
        self.n_components, self.hidden, self.image_shape = n_components, hidden, image_shape
        self.epochs, self.batch_size, self.lr, self.weight_decay = epochs, batch_size, lr, weight_decay
        self.optimizer, self.backend, self.random_state = optimizer, backend, random_state

    def fit(self, X, y=None):
        """Trains on X (n, features) from new weights; y is not looked at. Raises ValueError for values that are not
        finite, another shape than image_shape, or a training that diverges."""
        X = self.begin(X)
        for _ in range(self.epochs):
            self.train_epoch(X)
        return self

    def partial_fit(self, X, y=None):
        """One pass over X, from where the training stands."""
        self.train_epoch(self.checked(X) if hasattr(self, "network_") else self.begin(X))
        return self

    def transform(self, X):
        """The codes (n, n_components) of X."""
        check_is_fitted(self)
        return self.through("encoder", self.checked(X))

    def inverse_transform(self, X):
        """The samples (n, features) that the decoder makes of codes X (n, n_components)."""
        check_is_fitted(self)
        codes = np.asarray(X, self.network_.dtype)
        if codes.ndim != 2 or codes.shape[1] != self._n_features_out:
            raise ValueError(f"inverse_transform takes codes (n, {self._n_features_out}); got {codes.shape}")
        return self.through("decoder", codes)

    def score(self, X, y=None):
        """The share of X's variance that the reconstruction keeps: 1 - sum |x - x_hat|^2 / sum |x - mean|^2."""
        check_is_fitted(self)
        X = self.checked(X)
        again = self.through(None, X)
        spread = float(np.sum((X - X.mean(axis=0)) ** 2))
        left = float(np.sum((X - again) ** 2))
        return 1 - left / spread if spread > 0 else float(left == 0)

    # -- inside

    def begin(self, X):
        """Checks arguments and X, builds the network with new weights; returns X."""
        self.check_arguments()
        X = validate_data(self, X, dtype=[np.float64, np.float32])
        self.settle(X.shape[1], X.dtype)
        self.rng_ = np.random.default_rng(check_random_state(self.random_state).randint(2**31))
        self.built_ = {name: getattr(self, name) for name in BUILT}
        self.loss_curve_, self._n_features_out = [], self.n_components
        self.build(self.rng_)
        return X

    def check_arguments(self):
        """Raises ValueError for an argument that cannot be."""
        for name in ("n_components", "hidden", "epochs", "batch_size"):
            value = getattr(self, name)
            if not isinstance(value, Integral) or isinstance(value, bool) or value < 1:
                raise ValueError(f"{name} is a whole number, at least 1; got {value!r}")
        for name in ("lr", "weight_decay"):
            value = getattr(self, name)
            if value is not None and (not isinstance(value, int | float | np.number) or not value >= 0):
                raise ValueError(f"{name} is a number, at least 0; got {value!r}")

    def settle(self, features, dtype):
        """The shape of a sample, and what it is computed in."""
        self.shape_: tuple = (features,)
        self.dtype_ = np.dtype(dtype).name
        if self.image_shape is not None:
            self.shape_ = tuple(int(size) for size in self.image_shape)
            if len(self.shape_) != 3 or min(self.shape_) < 1:
                raise ValueError(f"image_shape is (c, h, w); got {self.image_shape!r}")
            if prod(self.shape_) != features:
                raise ValueError(f"image_shape {self.shape_} has {prod(self.shape_)} numbers; X has {features} "
                                 "features")

    def build(self, rng):
        """Makes network_ and optimizer_, by the parameters of fit's time."""
        latent, hidden, backend, *of_optimizer = self.built_.values()
        net = (feature_autoencoder(*self.shape_, latent, hidden) if len(self.shape_) == 1 else
               image_autoencoder(self.shape_, latent))
        net.build(self.shape_, self.dtype_, backend, rng)
        self.optimizer_ = make_optimizer(of_optimizer[0], net, *of_optimizer[1:])
        self.network_ = net

    def checked(self, X):
        """X as it was at fit, in the network's dtype."""
        return validate_data(self, X, dtype=[np.float64, np.float32], reset=False).astype(self.dtype_, copy=False)

    def train_epoch(self, X):
        """One pass over X in mini-batches, in random order."""
        size = min(self.batch_size, len(X))
        evaluation = Evaluation(self.network_, mse, self.network_.make_cache(size))
        order, total = self.rng_.permutation(len(X)), 0.0
        for start in range(0, len(X), size):
            batch = X[order[start:start + size]].reshape(-1, *self.shape_)
            evaluation.begin(batch)
            with np.errstate(over="ignore", invalid="ignore"):    # what is not finite is reported below
                total += len(batch) * float(self.optimizer_.step(evaluation))
        if not np.isfinite(total):
            raise ValueError(f"the loss is {total} in epoch {len(self.loss_curve_) + 1}: bring features to one scale "
                             "(StandardScaler), or take a smaller lr")
        self.loss_curve_.append(total / len(X))

    def through(self, name, X):
        """The output (n, size) of a part, or of the whole network (None), for all rows of X, some at a time."""
        part = self.network_ if name is None else self.network_[name]
        cache = part.make_cache(min(PIECE, len(X)))
        with self.optimizer_.evaluation_weights():
            pieces = [part.forward(X[at:at + PIECE].reshape(-1, *part.in_shape), cache)[0].copy()
                      for at in range(0, len(X), PIECE)]
        return np.concatenate(pieces).reshape(len(X), -1)

    def __getstate__(self):
        """For copy and pickle: weights and the optimizer's state in place of what holds them."""
        state = super().__getstate__().copy()
        if "network_" in state:
            state["kept_"] = self.network_.theta.copy(), self.optimizer_.state()
            for name in FITTED:
                del state[name]
        return state

    def __setstate__(self, state):
        state = dict(state)
        kept = state.pop("kept_", None)
        super().__setstate__(state)
        if kept is not None:
            self.build(np.random.default_rng(0))
            put(self.network_.theta, kept[0])
            self.optimizer_.load_state(kept[1])

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
