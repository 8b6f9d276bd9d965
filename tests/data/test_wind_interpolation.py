"""Winds between the nodes of a grid."""

import numpy as np
import pytest

import geomndp as gn
from geomndp.data import interpolate_winds

LATITUDE = np.array([20.0, 10.0, 0.0])


def linear(longitude: np.ndarray) -> gn.data.Winds:
    """Linear in latitude and longitude, so that interpolation is exact; a field of two twice so."""
    north, east = np.meshgrid(LATITUDE, np.unwrap(longitude, period=360), indexing="ij")
    wind = np.stack([north, (east - 170.0) % 360.0], -1)
    times = np.array(["2024-01-01", "2024-01-02"], "datetime64[ns]")
    return gn.data.wind_ensemble(np.stack([wind, 2 * wind])[None], times, LATITUDE, longitude)


@pytest.mark.parametrize(
    "longitude", [np.array([170.0, 176.0, -178.0]), np.array([170.0, 176.0, 182.0])]
)
def test_linear_winds_are_exact_on_both_sides_of_the_date_line(longitude: np.ndarray):
    at = np.array([3.0, 19.0]), np.array([-179.0, 171.5])
    found = interpolate_winds(linear(longitude), *at)
    expected = np.array([[3.0, 11.0], [19.0, 1.5]])
    np.testing.assert_allclose(found, [expected, 2 * expected], rtol=1e-12)


@pytest.mark.parametrize("first", [-180.0, 0.0, 7.0])
def test_grids_around_the_globe_have_no_gap(first: float):
    """Halfway between the last meridian and the first again, as between any other two."""
    longitude = (first + 10.0 * np.arange(36) + 180.0) % 360.0 - 180.0
    wave = np.stack([np.cos(np.deg2rad(longitude)), np.sin(np.deg2rad(longitude))], -1)
    wind = np.broadcast_to(wave, (1, 1, 3, 36, 2))
    winds = gn.data.wind_ensemble(wind, ["2024-01-01"], LATITUDE, longitude)
    at = first + 10.0 * np.arange(36) + 5.0
    (found,) = interpolate_winds(winds, np.full(36, 4.0), at)
    halfway = np.stack([np.cos(np.deg2rad(at)), np.sin(np.deg2rad(at))], -1)
    np.testing.assert_allclose(found, np.cos(np.deg2rad(5.0)) * halfway, atol=1e-12)


@pytest.mark.parametrize("longitude", [[-110.0, 0.0, 110.0], [0.0, 350.0]])
def test_grids_with_a_wider_gap_are_not_closed(longitude: list[float]):
    wind = np.ones((1, 1, 3, len(longitude), 2))
    winds = gn.data.wind_ensemble(wind, ["2024-01-01"], LATITUDE, longitude)
    with pytest.raises(ValueError, match="places outside of the grid"):
        interpolate_winds(winds, np.array([4.0]), np.array([178.0]))


def test_places_outside_and_scattered_winds_are_refused():
    winds = linear(np.array([170.0, 176.0, 182.0]))
    with pytest.raises(ValueError, match="places outside of the grid"):
        interpolate_winds(winds, np.array([30.0]), np.array([175.0]))
    points = gn.data.wind_ensemble(np.ones((1, 1, 3, 2)), ["2024-01-01"], [0, 1, 2], [0, 1, 2])
    with pytest.raises(ValueError, match="expected winds on a grid"):
        interpolate_winds(points, np.array([1.0]), np.array([1.0]))
