"""Points off a manifold and vectors across it are found."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from geomndp.manifolds import AbstractManifold, Euclidean, Sphere
from geomndp.testing import assert_on_manifold, assert_tangent

KEY = jax.random.key(0)
GLOBE = Sphere(2)
Y = GLOBE.random_uniform((4, 5), key=KEY)


@pytest.mark.parametrize("manifold", [Sphere(1), Sphere(2), Sphere(3)], ids=str)
def test_points_and_tangents_pass(manifold: AbstractManifold):
    y = manifold.random_uniform((500,), key=KEY)
    v = manifold.random_tangent(y, key=jax.random.key(1))
    assert_on_manifold(y, manifold, atol=1e-12)
    assert_on_manifold(np.asarray(y[0], np.float32), manifold)
    assert_tangent(y, 1e3 * v, manifold)
    assert_on_manifold(v, Euclidean(v.shape[-1]))


def test_points_off_the_sphere_are_found():
    off = Y.at[2, 3].multiply(1 + 1e-4)
    with pytest.raises(AssertionError, match=r"one at a distance of 0.0001: \[2, 3\] = \["):
        assert_on_manifold(off, GLOBE)
    assert_on_manifold(off, GLOBE, atol=1e-3)


def test_the_centre_of_a_sphere_is_not_on_it():
    with pytest.raises(AssertionError, match="one at a distance of inf: it = "):
        assert_on_manifold(jnp.zeros(3), GLOBE)


def test_vectors_across_the_sphere_are_found():
    v = GLOBE.random_tangent(Y, key=KEY)
    with pytest.raises(AssertionError, match="tangent to Sphere.* one with a part across of"):
        assert_tangent(Y, v + 1e-3 * Y, GLOBE)
    with pytest.raises(AssertionError, match="expected points on Sphere"):
        assert_tangent(2 * Y, v, GLOBE)


def test_what_is_not_finite_is_found():
    with pytest.raises(AssertionError, match="got some that are not finite"):
        assert_on_manifold(Y.at[0, 0].set(jnp.nan), GLOBE)
    with pytest.raises(AssertionError, match="not finite"):
        assert_on_manifold(jnp.array([jnp.inf, 0.0]), Euclidean(2))
    with pytest.raises(AssertionError, match="not finite"):
        assert_tangent(Y, jnp.nan * Y, GLOBE)


def test_other_shapes_are_refused():
    with pytest.raises(ValueError, match="points with 3 coordinates, as Sphere"):
        assert_on_manifold(Y[..., :2], GLOBE)
