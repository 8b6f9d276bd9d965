"""Arrows on maps of the globe point where their vectors do."""

import cartopy.crs
import jax
import numpy as np
import pytest

import geomndp as gn
from geomndp.plotting import plot_world_vectors
from geomndp.plotting.global_vectors import on_map

GLOBE = gn.manifolds.Sphere(2)


def test_arrows_east_and_north_on_a_map_of_longitude_and_latitude():
    x = np.asarray(GLOBE.random_uniform((40,), key=jax.random.key(0)))
    across = np.hypot(x[:, 0], x[:, 1])[:, None]
    east = np.cross([0.0, 0.0, 1.0], x) / across
    start, arrows = on_map(cartopy.crs.Mercator(), x, 2 * east)
    assert len(start) == len(x)
    np.testing.assert_allclose(arrows, [[2.0, 0.0]] * len(x), atol=1e-5)
    north = np.cross(x, east)
    _, arrows = on_map(cartopy.crs.Mercator(), x, north + east)
    # The globe of the map is an ellipsoid.
    np.testing.assert_allclose(arrows, [[1.0, 1.0]] * len(x), atol=0.01)


def test_what_a_map_does_not_show_is_left_out():
    x = np.array([[0.0, 0.0, 1.0], [0.0, 0.0, -1.0], [-1.0, 0.0, 0.0]])
    v = np.array([[1.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    start, arrows = on_map(cartopy.crs.Orthographic(0, 90), x, v)
    assert len(start) < 3
    np.testing.assert_allclose(arrows[0], [0.0, -1.0], atol=1e-6)
    # The second is at the date line, where an arrow would go from edge to edge.
    start, _ = on_map(cartopy.crs.Robinson(), x[2:], v[2:])
    assert len(start) == 0


@pytest.mark.parametrize("panels", [{}, {"a": np.zeros((2, 3))}], ids=["none", "too few"])
def test_maps_that_are_not_there(panels: dict):
    with pytest.raises(ValueError, match="expected (at least one map|vectors of shape)"):
        plot_world_vectors(np.eye(3), panels)
