"""Means with standard errors, and kilometres."""

import jax.numpy as jnp
import numpy as np
import pytest

import geomndp as gn
from geomndp.metrics import Estimate, great_circle_km, mean_and_standard_error


def test_mean_and_standard_error_by_hand():
    found = mean_and_standard_error(jnp.array([1.0, 2.0, 3.0, 6.0]))
    assert (found.mean, found.n) == (3.0, 4)
    assert found.standard_error == pytest.approx(np.sqrt(14 / 3) / 2)
    assert [type(part) for part in found] == [float, float, int]


def test_standard_error_is_the_spread_of_means():
    draws = np.random.default_rng(0).exponential(size=(2000, 50))
    errors = [mean_and_standard_error(row).standard_error for row in draws]
    assert np.mean(errors) == pytest.approx(draws.mean(1).std(), rel=0.05)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([1.0, float("nan"), 2.0], "got nan at 1"),
        ([1.0, 2.0, float("inf")], "got inf at 2"),
        ([1.0], "at least 2 values"),
        ([], "at least 2 values"),
        (np.zeros((3, 2)), r"got shape \(3, 2\)"),
    ],
)
def test_what_has_no_standard_error_is_refused(values: object, message: str):
    with pytest.raises(ValueError, match=message):
        mean_and_standard_error(values)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("estimate", "text"),
    [
        (Estimate(489.2, 16.1, 520), "489 ± 16 (n = 520)"),
        (Estimate(0.8973, 0.0061, 64), "0.8973 ± 0.0061 (n = 64)"),
        (Estimate(12345.0, 678.0, 9), "12340 ± 680 (n = 9)"),
        (Estimate(1.0, 0.0, 3), "1 ± 0 (n = 3)"),
    ],
)
def test_text_has_two_digits_of_the_error(estimate: Estimate, text: str):
    assert str(estimate) == text


def test_great_circle_distance_of_known_places():
    latitude, longitude = jnp.array([51.47, -33.95]), jnp.array([-0.4543, 151.18])
    london, sydney = gn.manifolds.from_geographic(latitude, longitude)
    # 17,016 km on a sphere between the airports Heathrow and Kingsford Smith.
    assert float(great_circle_km(london, sydney)) == pytest.approx(17016, abs=25)


def test_great_circle_distance_across_the_date_line_and_of_one_degree():
    longitude = jnp.array([179.5, -179.5])
    y, z = gn.manifolds.from_geographic(jnp.zeros(2), longitude)
    assert float(great_circle_km(y, z)) == pytest.approx(111.195, abs=1e-3)
