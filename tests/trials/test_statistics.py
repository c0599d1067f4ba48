"""Intervals: against SciPy's own, and by how often they hold the truth."""
import math

import numpy as np
import pytest
from scipy import stats

from nanoae.trials import mean_interval


def test_equals_scipy_s_interval():
    values = np.random.default_rng(0).standard_normal(12)
    mean, low, high = mean_interval(values, 0.9)
    expected = stats.ttest_1samp(values, 0).confidence_interval(0.9)
    assert (mean, low, high) == pytest.approx((values.mean(), expected.low, expected.high))


def test_holds_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(1)
    held = [low <= 3 <= high for _, low, high in (mean_interval(rng.normal(3, 2, 5)) for _ in range(4000))]
    assert 0.94 < np.mean(held) < 0.96


def test_one_value_has_no_interval():
    mean, low, high = mean_interval([2.5])
    assert mean == 2.5
    assert math.isnan(low)
    assert math.isnan(high)


@pytest.mark.parametrize("arguments", [([],), ([1, 2], 1.0)])
def test_what_cannot_be_is_refused(arguments):
    with pytest.raises(ValueError, match="at least one value"):
        mean_interval(*arguments)
