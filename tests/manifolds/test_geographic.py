"""Latitude and longitude: poles, the date line, and the axes."""

import itertools
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from geomndp.manifolds import EARTH_RADIUS_KM, Sphere, from_geographic, to_geographic

LATITUDES = (-90.0, -89.999999, -45.0, -1e-7, 0.0, 23.4, 89.999999, 90.0)
LONGITUDES = (-179.999999, -90.0, -1e-7, 0.0, 12.3, 90.0, 179.999999, 180.0)
POSITIONS = np.array(list(itertools.product(LATITUDES, LONGITUDES))).T


def there_and_back(positions: Any) -> np.ndarray:
    return np.stack([np.asarray(a) for a in to_geographic(from_geographic(*positions))])


def test_round_trip():
    latitude, longitude = there_and_back(jnp.asarray(POSITIONS))
    np.testing.assert_allclose(latitude, POSITIONS[0], atol=1e-11)
    off_poles = np.abs(POSITIONS[0]) < 89.9999999
    # Towards the poles a degree of longitude has no length.
    error = (longitude - POSITIONS[1]) * np.cos(np.deg2rad(POSITIONS[0]))
    np.testing.assert_allclose(error[off_poles], 0, atol=1e-11)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_longitudes_are_above_minus_180_and_up_to_180(dtype: Any):
    windings = jnp.asarray(np.array([-540, -180, 180, 540, -0.0, 360, 359], dtype))
    _, longitude = there_and_back((jnp.zeros_like(windings), windings))
    assert (longitude > -180).all()
    assert (longitude <= 180).all()
    winds = np.rint((longitude - windings) / 360)
    np.testing.assert_allclose(longitude - windings, 360 * winds, atol=1e-4)


def test_date_line_from_both_sides():
    y = jnp.array([[-1.0, 0.0, 0.0], [-1.0, -0.0, 0.0]])
    np.testing.assert_array_equal(to_geographic(y)[1], [180, 180])


def test_axes():
    y = from_geographic(jnp.array([0.0, 0.0, 90.0, -90.0]), jnp.array([0.0, 90.0, 33.0, 0.0]))
    expected = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, -1]]
    np.testing.assert_allclose(y, expected, atol=1e-15)


def test_a_degree_of_latitude_is_111_km():
    ends = from_geographic(jnp.array([10.0, 11.0]), jnp.array([50.0, 50.0]))
    kilometres = EARTH_RADIUS_KM * float(Sphere(2).dist(ends[0], ends[1]))
    assert kilometres == pytest.approx(111.195, abs=1e-3)


def test_single_precision_keeps_metres():
    positions = jnp.asarray(POSITIONS.astype(np.float32))
    y = np.asarray(from_geographic(*positions), np.float64)
    exact = np.asarray(from_geographic(*jnp.asarray(POSITIONS)))
    assert np.linalg.norm(y - exact, axis=-1).max() * EARTH_RADIUS_KM * 1000 < 2
    assert np.abs(np.linalg.norm(y, axis=-1) - 1).max() < 1e-6
