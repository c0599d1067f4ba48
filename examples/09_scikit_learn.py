# %% [markdown]
# # In a pipeline of scikit-learn
#
# `AutoencoderTransformer` has scikit-learn's interface: `fit`, `partial_fit`, `transform`, `inverse_transform`,
# `score`. It passes scikit-learn's own checks of estimators. The data are the 1,797 digits of scikit-learn, 8 x 8
# pixels.

# %%
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.pipeline import make_pipeline

from nanoae.interop import AutoencoderTransformer

X, labels = load_digits(return_X_y=True)
X = (X / 16).astype("float32")
train, test, train_labels, test_labels = train_test_split(X, labels, test_size=0.25, random_state=0)

# %% [markdown]
# How many numbers does a code need, so that a linear classifier tells the digits apart? A grid search over the
# pipeline says it; the same search over PCA stands beside it.

# %%
for method in (PCA(), AutoencoderTransformer(epochs=40, lr=0.003, random_state=0)):
    pipeline = make_pipeline(method, LogisticRegression(max_iter=1000))
    name = pipeline.steps[0][0]
    search = GridSearchCV(pipeline, {f"{name}__n_components": [2, 4, 8]}, cv=3).fit(train, train_labels)
    shares = ", ".join(f"{score:.1%}" for score in search.cv_results_["mean_test_score"])
    print(f"{type(method).__name__}, 2, 4 and 8 numbers: {shares} right in cross-validation; the best on the test "
          f"digits: {search.score(test, test_labels):.1%}")

# %% [markdown]
# Then convolutions: rows are taken as 1 x 8 x 8 images.

# %%
images = AutoencoderTransformer(n_components=8, image_shape=(1, 8, 8), epochs=40, lr=0.003, random_state=0).fit(train)
print(f"8 numbers by convolutions keep {images.score(test):.1%} of the test images' variance")
