"""The scikit-learn face: its own checks, a pipeline, a grid search, images, and what it refuses."""
import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator

from nanoae.interop import AutoencoderTransformer

X, LABELS = load_digits(return_X_y=True)
X, LABELS = X[:300] / 16, LABELS[:300]
IMAGES = {"image_shape": (1, 8, 8)}


@pytest.mark.parametrize("backend", ["numpy", pytest.param("numba", marks=pytest.mark.slow)])
def test_scikit_learn_s_own_checks(backend):
    found = check_estimator(AutoencoderTransformer(epochs=3, backend=backend), on_fail=None, on_skip=None)
    assert len(found) > 40
    others = {one["check_name"]: repr(one["exception"]) for one in found if one["status"] != "passed"}
    # arrays of other libraries are looked at only where an environment variable asks for it
    assert set(others) <= {"check_array_api_input"}, others


@pytest.mark.parametrize("given", [{}, IMAGES])
def test_it_learns_transforms_and_leads_back(given):
    method = AutoencoderTransformer(n_components=6, epochs=30, lr=0.003, backend="numpy", random_state=0, **given)
    codes = method.fit_transform(X)
    assert codes.shape == (300, 6)
    again = method.inverse_transform(codes)
    assert again.shape == X.shape
    kept = 1 - np.sum((again - X) ** 2) / np.sum((X - X.mean(axis=0)) ** 2)
    assert method.score(X) == pytest.approx(kept)
    assert kept > 0.4
    assert method.loss_curve_[-1] < method.loss_curve_[0] / 2
    assert list(method.get_feature_names_out())[:1] == ["autoencodertransformer0"]
    same = clone(method).fit(X)
    assert np.array_equal(same.transform(X), codes)
    rows = method.transform(X[7:9])
    assert np.allclose(rows, codes[7:9], rtol=1e-12)


@pytest.mark.parametrize("shape", [(1, 8, 8), (2, 5, 7), (3, 1, 1)])
def test_images_of_any_size_come_back_in_their_size(shape):
    x = np.random.default_rng(0).random((12, int(np.prod(shape))))
    method = AutoencoderTransformer(image_shape=shape, epochs=1, backend="numpy", random_state=0).fit(x)
    assert method.inverse_transform(method.transform(x)).shape == x.shape
    assert method.network_.out_shape == shape


def test_a_pickle_goes_on_where_the_training_stood():
    method = AutoencoderTransformer(epochs=2, backend="numpy", random_state=0).fit(X)
    twin = pickle.loads(pickle.dumps(method))
    assert np.array_equal(twin.transform(X), method.transform(X))
    assert np.array_equal(twin.partial_fit(X).transform(X), method.partial_fit(X).transform(X))
    assert len(twin.loss_curve_) == 3


def test_lookahead_is_used_at_its_slow_weights_and_parameters_set_later_wait_for_a_fit():
    method = AutoencoderTransformer(epochs=3, batch_size=100, optimizer="lookahead", backend="numpy", random_state=0)
    method.fit(X)    # nine steps: four past the last synchronisation
    fast = method.network_["encoder"].forward(X)[0].copy()
    with method.optimizer_.evaluation_weights():
        slow = method.network_["encoder"].forward(X)[0].copy()
    assert not np.array_equal(fast, slow)
    assert np.array_equal(method.transform(X), slow)
    method.set_params(n_components=5)
    twin = pickle.loads(pickle.dumps(method))
    assert np.array_equal(twin.transform(X), slow)
    assert method.inverse_transform(slow).shape == X.shape
    assert method.fit_transform(X).shape == (300, 5)


def test_partial_fit_passes_are_a_fit():
    whole = AutoencoderTransformer(epochs=3, backend="numpy", random_state=0).fit(X)
    parts = AutoencoderTransformer(backend="numpy", random_state=0)
    for _ in range(3):
        parts.partial_fit(X)
    assert np.array_equal(whole.transform(X), parts.transform(X))


def test_in_a_pipeline_and_a_grid_search():
    pipeline = make_pipeline(StandardScaler(), AutoencoderTransformer(epochs=5, backend="numpy", random_state=0),
                             LogisticRegression(max_iter=500))
    search = GridSearchCV(pipeline, {"autoencodertransformer__n_components": [1, 8],
                                     "autoencodertransformer__image_shape": [None, (1, 8, 8)]}, cv=2)
    search.fit(X, LABELS)
    assert search.best_params_["autoencodertransformer__n_components"] == 8
    assert search.score(X, LABELS) > 0.5


def test_float32_stays_float32():
    method = AutoencoderTransformer(epochs=1, backend="numpy", random_state=0)
    assert method.fit_transform(X.astype(np.float32)).dtype == np.float32
    assert method.inverse_transform(method.transform(X)).dtype == np.float32


@pytest.mark.parametrize(("given", "x", "message"), [
    ({"n_components": 0}, X, "n_components is a whole number, at least 1; got 0"),
    ({"epochs": 1.5}, X, "epochs is a whole number"),
    ({"lr": -1}, X, "lr is a number, at least 0; got -1"),
    ({"image_shape": (1, 9, 9)}, X, r"has 81 numbers; X has 64 features"),
    ({"image_shape": (8, 8)}, X, r"image_shape is \(c, h, w\)"),
    ({"optimizer": "adm"}, X, "did you mean 'adam'"),
    ({"optimizer": "sgd", "lr": 1e9}, 1e9 * X, "bring features to one scale"),
    ({}, np.full((4, 3), np.nan), "NaN"),
])
def test_what_cannot_be_is_one_clear_error(given, x, message):
    with pytest.raises(ValueError, match=message):
        AutoencoderTransformer(backend="numpy", random_state=0, **given).fit(x)


def test_codes_of_another_size():
    method = AutoencoderTransformer(epochs=1, backend="numpy", random_state=0).fit(X)
    with pytest.raises(ValueError, match=r"takes codes \(n, 2\); got \(300, 64\)"):
        method.inverse_transform(X)
