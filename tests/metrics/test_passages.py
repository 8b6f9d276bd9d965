"""Distances from paths, against paths told at very many points."""

import itertools

import jax.numpy as jnp
import numpy as np
import pytest

import geomndp as gn
from geomndp.manifolds import EARTH_RADIUS_KM
from geomndp.metrics import distance_to_path_km, passes_within, strike_probability


def unit_vectors(n: int, seed: int, spread: float = 1.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    y = rng.normal(size=3) + spread * rng.normal(size=(n, 3))
    return y / np.linalg.norm(y, axis=-1, keepdims=True)


def densely(path: np.ndarray, n: int = 4000) -> np.ndarray:
    """Points along great circles, by normalised straight lines."""
    share = np.linspace(0, 1, n)[:, None]
    pieces = [a * (1 - share) + b * share for a, b in itertools.pairwise(path)]
    dense = np.concatenate(pieces)
    return dense / np.linalg.norm(dense, axis=-1, keepdims=True)


@pytest.mark.parametrize("seed", range(4))
def test_distances_are_those_of_a_dense_path(seed: int):
    path, places = unit_vectors(5, seed, 0.4), unit_vectors(40, seed + 9, 2.0)
    found = distance_to_path_km(jnp.asarray(path), jnp.asarray(places))
    chord = np.linalg.norm(places[:, None] - densely(path), axis=-1).min(1)
    expected = 2 * EARTH_RADIUS_KM * np.arcsin(chord / 2)
    # The dense points are up to 4 km apart: near the path that is an error of the expected.
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=2)


def test_a_path_that_stands_still_and_one_point():
    pole = jnp.array([[0.0, 0.0, 1.0]])
    equator = jnp.array([[1.0, 0.0, 0.0]])
    quarter = EARTH_RADIUS_KM * np.pi / 2
    for path in (pole, jnp.repeat(pole, 3, 0)):
        np.testing.assert_allclose(distance_to_path_km(path, equator), quarter, rtol=1e-12)


def test_between_two_points_over_the_date_line():
    path = gn.manifolds.from_geographic(jnp.zeros(2), jnp.array([178.0, -178.0]))
    places = gn.manifolds.from_geographic(jnp.array([0.5, 0.5]), jnp.array([180.0, 0.0]))
    found = passes_within(path[None], places, 60.0)
    assert found.tolist() == [[True, False]]


def test_padding_is_no_part_of_a_path():
    path = gn.manifolds.from_geographic(jnp.array([0.0, 10.0, 60.0]), jnp.zeros(3))
    place = gn.manifolds.from_geographic(jnp.array([40.0]), jnp.zeros(1))
    mask = jnp.array([[True, True, False]])
    assert passes_within(path[None], place, 50.0).tolist() == [[True]]
    assert passes_within(path[None], place, 50.0, mask).tolist() == [[False]]


def test_the_share_of_members_that_come_near():
    latitude = jnp.arange(8.0)  # members along parallels one degree, 111 km, apart
    east = jnp.array([0.0, 1.0])
    members = jnp.stack([gn.manifolds.from_geographic(jnp.full(2, lat), east) for lat in latitude])
    place = gn.manifolds.from_geographic(jnp.array([0.0]), jnp.array([0.5]))
    assert strike_probability(members, place, radius_km=300.0).tolist() == [3 / 8]
    with pytest.raises(ValueError, match="expected radius_km > 0, got 0"):
        strike_probability(members, place, radius_km=0.0)
