"""Charts of the globe, against spherical trigonometry."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from manifold_cases import CHARTS

import geomndp as gn
from geomndp.manifolds import LongitudeLatitude, Stereographic

GLOBE = gn.manifolds.Sphere(2)


def points(n: int, seed: int = 0) -> jax.Array:
    y = np.random.default_rng(seed).normal(size=(n, 3))
    return jnp.asarray(y / np.linalg.norm(y, axis=-1, keepdims=True))


@pytest.mark.parametrize("chart", CHARTS.values(), ids=list(CHARTS))
def test_there_and_back(chart: gn.manifolds.AbstractChart):
    y = points(50)
    np.testing.assert_allclose(chart.to_sphere(chart.to_plane(y)), y, atol=1e-12)
    assert chart.to_plane(y[0]).shape == (2,)


def test_stereographic_distances_from_the_centre():
    y, centre = points(50), jnp.array([0.6, 0.0, -0.8])
    found = np.linalg.norm(Stereographic.about(centre).to_plane(y), axis=-1)
    angle = np.arccos(np.asarray(y @ centre))
    np.testing.assert_allclose(found, 2 * np.tan(angle / 2), rtol=1e-12)


def test_stereographic_keeps_angles_and_longitude_latitude_does_not():
    def deviation(chart: gn.manifolds.AbstractChart) -> float:
        """How far the metric of the chart is from a multiple of the identity."""
        y = gn.manifolds.from_geographic(jnp.array(50.0), jnp.array(120.0))
        frame = GLOBE.frame(y)
        jacobian = jax.jacfwd(lambda v: chart.to_plane(GLOBE.exp(y, v @ frame)))(jnp.zeros(2))
        metric = np.asarray(jacobian.T @ jacobian)
        return float(np.abs(metric / (np.trace(metric) / 2) - np.eye(2)).max())

    assert deviation(CHARTS["stereographic"]) < 1e-12
    assert deviation(CHARTS["longitude-latitude"]) > 0.1


@pytest.mark.parametrize("chart", CHARTS.values(), ids=list(CHARTS))
def test_areas_grow_as_the_jacobian_says(chart: gn.manifolds.AbstractChart):
    y = points(20)
    frame = jax.vmap(GLOBE.frame)(y)

    def jacobian(y, frame):
        return jax.jacfwd(lambda v: chart.to_plane(GLOBE.exp(y, v @ frame)))(jnp.zeros(2))

    expected = np.log(np.abs(np.linalg.det(jax.vmap(jacobian)(y, frame))))
    np.testing.assert_allclose(chart.log_det_jacobian(y), expected, atol=1e-9)
    assert np.abs(expected).max() > 0.5


def test_longitudes_are_near_the_centre_whatever_their_winding():
    chart = LongitudeLatitude(jnp.array(179.0))
    y = gn.manifolds.from_geographic(jnp.array([0.0, 0.0, 10.0]), jnp.array([-179.0, 178.0, 539.0]))
    expected = np.deg2rad([[2.0, 0.0], [-1.0, 0.0], [0.0, 10.0]])
    np.testing.assert_allclose(chart.to_plane(y), expected, atol=1e-12)
