"""Pictures: where things stand in them."""
import numpy as np

from nanoae.pictures import confusion_matrix, image_grid, image_plane, image_rows


def test_a_plane_s_images_stand_at_their_crossings():
    """y grows upwards: the first row of images is the lowest of the picture, the first column its left."""
    images = np.arange(6.0).reshape(2, 3, 1, 1, 1) * np.ones((2, 3, 1, 4, 5))
    (axes,) = image_plane("", images, np.array([0, 1, 2]), np.array([0, 1]), "x", "y").axes
    drawn = np.asarray(axes.images[0].get_array())
    assert drawn.shape == (8, 15)
    assert np.array_equal(drawn[::4, ::5], [[3, 4, 5], [0, 1, 2]])
    assert axes.images[0].get_extent() == [-0.5, 2.5, -0.5, 1.5]


def test_rows_of_a_confusion_matrix_are_the_images_classes():
    counts = np.array([[3, 1], [0, 4]])
    axes = confusion_matrix("", counts, ("a", "b")).axes[0]
    assert np.allclose(np.asarray(axes.images[0].get_array()), [[0.75, 0.25], [0, 1]])
    written = {(text.get_position(), text.get_text()) for text in axes.texts}
    assert written == {((0, 0), "3"), ((1, 0), "1"), ((1, 1), "4")}
    assert axes.get_ylabel() == "class of the image"


def test_errors_stand_below_all_rows_but_the_one_they_are_taken_against():
    a, b = np.zeros((2, 1, 3, 3)), np.full((2, 1, 3, 3), 0.5)
    made = image_rows("", {"noisy": b, "original": a}, against="original")
    assert [axes.get_xlabel() for axes in made.axes] == ["0.2500", "0.2500", "", ""]


def test_a_grid_s_images_stand_in_their_rows_and_columns():
    images = np.arange(6.0).reshape(2, 3, 1, 1, 1) / 10 * np.ones((2, 3, 1, 4, 5))
    (axes,) = image_grid("", images, ["a", "b"], ["x", "y", "z"]).axes
    drawn = np.asarray(axes.images[0].get_array())
    assert drawn.shape == (9, 17)    # a line between neighbours
    assert np.allclose(drawn[::5, ::6], [[0, 0.1, 0.2], [0.3, 0.4, 0.5]])
    assert np.all(drawn[4] == 1)
    for label, place in zip(axes.get_yticklabels(), axes.get_yticks(), strict=True):
        assert drawn[int(place), 0] == {"a": 0, "b": 0.3}[label.get_text()]
