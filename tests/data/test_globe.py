"""Geography in numpy, and lines cut at the antimeridian."""

import jax.numpy as jnp
import numpy as np
import pytest

import geomndp as gn
from geomndp.data.antimeridian import cut_at_antimeridian
from geomndp.data.globe import distance_km, to_degrees, to_unit_vectors, wrap_longitude


def test_unit_vectors_are_those_of_the_library():
    rng = np.random.default_rng(0)
    latitude, longitude = rng.uniform(-90, 90, 50), rng.uniform(-360, 360, 50)
    y = to_unit_vectors(latitude, longitude)
    expected = gn.manifolds.from_geographic(jnp.asarray(latitude), jnp.asarray(longitude))
    np.testing.assert_allclose(y, expected, atol=1e-15)
    back = to_degrees(y)
    np.testing.assert_allclose(back[0], latitude, atol=1e-12)
    np.testing.assert_allclose(back[1], wrap_longitude(longitude), atol=1e-11)


def test_longitudes_are_wrapped_to_the_half_open_interval():
    given = np.array([-360.0, -180.0, -179.9, 0.0, 180.0, 180.1, 267.1, 360.0])
    expected = [0.0, 180.0, -179.9, 0.0, 180.0, -179.9, -92.9, 0.0]
    assert wrap_longitude(given).tolist() == expected


def test_distances_far_near_and_antipodal():
    place = to_unit_vectors(np.zeros(3), np.zeros(3))
    other = to_unit_vectors(np.array([0.0, 1e-6, 0.0]), np.array([90.0, 0.0, 180.0]))
    degree = np.pi * gn.manifolds.EARTH_RADIUS_KM / 180.0
    np.testing.assert_allclose(distance_km(place, other) / degree, [90, 1e-6, 180], rtol=1e-8)


def cut(*points: tuple[float, float]) -> list[list[tuple[float, float]]]:
    """Parts of a line through (longitude, latitude), rounded."""
    longitude, latitude = np.array(points, float).T
    parts = cut_at_antimeridian(latitude, longitude, np.arange(len(points), dtype=float))
    return [[(round(lon, 6), round(lat, 6)) for lon, lat, _ in part] for part in parts]


@pytest.mark.parametrize(
    ("points", "parts"),
    [
        ([(10, 0), (20, 5)], [[(10, 0), (20, 5)]]),
        ([(-10, 0), (10, 0)], [[(-10, 0), (10, 0)]]),
        ([(179, 0), (-179, 0)], [[(179, 0), (180, 0)], [(-180, 0), (-179, 0)]]),
        ([(-179, 0), (179, 0)], [[(-179, 0), (-180, 0)], [(180, 0), (179, 0)]]),
        ([(179, 0), (180, 0), (-179, 0)], [[(179, 0), (180, 0)], [(-180, 0), (-179, 0)]]),
        ([(179, 0), (180, 0)], [[(179, 0), (180, 0)]]),
        ([(-179, 0), (180, 0)], [[(-179, 0), (-180, 0)]]),
        ([(180, 0), (-179, 0)], [[(-180, 0), (-179, 0)]]),
        ([(180, 0), (180, 5)], [[(180, 0), (180, 5)]]),
        ([(0, 80), (180, 80)], [[(0, 80), (0, 90)], [(180, 90), (180, 80)]]),
        ([(0, -80), (180, -80)], [[(0, -80), (0, -90)], [(180, -90), (180, -80)]]),
        ([(30, 80), (77, 90), (60, 80)], [[(30, 80), (30, 90)], [(60, 90), (60, 80)]]),
        ([(77, 90), (60, 80)], [[(60, 90), (60, 80)]]),
        ([(77, 90), (5, 90)], [[(77, 90), (77, 90)]]),
        ([(5, 5)], [[(5, 5)]]),
    ],
)
def test_where_a_line_is_cut(points: list, parts: list):
    assert cut(*points) == parts


def test_the_crossing_is_on_the_great_circle():
    latitude, longitude = np.array([10.0, 40.0]), np.array([170.0, -150.0])
    west, east = cut_at_antimeridian(latitude, longitude, np.array([0.0, 1.0]))
    y = to_unit_vectors(latitude, longitude)
    crossing = to_unit_vectors(np.array([west[-1][1]]), np.array([180.0]))
    assert abs(float(np.linalg.det(np.stack([*y, crossing[0]])))) < 1e-12
    assert west[-1][1:] == east[0][1:]
    assert 0.0 < west[-1][2] < 1.0
