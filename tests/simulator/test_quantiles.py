"""Distributions as tables of quantiles: they have the moments and the quantiles that they should."""

import math
from itertools import pairwise
from statistics import NormalDist

import numpy as np
import pytest

from simulator.quantiles import KNOTS, Quantiles, gamma, lognormal, normal

DRAWS = (np.arange(1_000_000) + 0.5) / 1_000_000
ALL = (normal(), lognormal(0.25), lognormal(1.0), gamma(0.1), gamma(0.9), gamma(1.0), gamma(4.0))


@pytest.mark.parametrize("distribution", ALL)
def test_a_larger_draw_never_gives_a_smaller_number(distribution: Quantiles) -> None:
    assert len(distribution.values) == KNOTS + 1
    assert all(one <= other for one, other in pairwise(distribution.values))
    assert all(math.isfinite(value) for value in distribution.values)


@pytest.mark.parametrize("draw", [0.001, 0.1, 0.5, 0.77, 0.99, 0.9995])
def test_the_normal_has_the_normals_quantiles(draw: float) -> None:
    assert normal().at(draw) == pytest.approx(NormalDist().inv_cdf(draw), abs=0.002)


def test_the_normal_has_mean_nought_and_deviation_one() -> None:
    found = normal().at(DRAWS)
    assert found.mean() == pytest.approx(0, abs=1e-6)
    assert found.std() == pytest.approx(1, abs=0.002)


@pytest.mark.parametrize("sigma", [0.03, 0.25, 0.6, 1.0])
def test_a_lognormal_has_median_one_and_its_sigma(sigma: float) -> None:
    found = lognormal(sigma).at(DRAWS)
    assert np.median(found) == pytest.approx(1, abs=1e-3)
    assert np.log(found).std() == pytest.approx(sigma, rel=0.003)
    assert found.mean() == pytest.approx(math.exp(sigma**2 / 2), rel=0.002)


@pytest.mark.parametrize("shape", [0.1, 0.9, 1.0, 4.0])
def test_a_gamma_has_mean_one_and_the_variation_of_its_shape(shape: float) -> None:
    found = gamma(shape).at(DRAWS)
    assert found.mean() == pytest.approx(1, rel=0.001)
    assert found.std() == pytest.approx(shape**-0.5, rel=0.01)


def test_a_gamma_of_shape_one_is_the_exponential() -> None:
    for draw in (0.01, 0.3, 0.5, 0.9, 0.999):
        assert gamma(1.0).at(draw) == pytest.approx(-math.log(1 - draw), rel=0.01)


@pytest.mark.parametrize("distribution", ALL)
def test_the_ends_are_cut_and_the_last_draw_is_in_the_table(distribution: Quantiles) -> None:
    assert distribution.at(0.0) == distribution.values[0]
    assert distribution.at(1 - 2.0**-53) <= distribution.values[-1]
