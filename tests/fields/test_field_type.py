"""Types of fields: their action on samples, and dimensions that do not fit."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import geomndp as gn

TRACK = gn.FieldType(gn.groups.T(1), gn.representations.Trivial(3), codomain=gn.manifolds.Sphere(2))


def rotation(angle: float) -> jax.Array:
    cosine, sine = np.cos(angle), np.sin(angle)
    return jnp.array([[cosine, -sine], [sine, cosine]])


WIND = gn.FieldType(gn.groups.SO(2), gn.representations.Vector(2))


def test_spaces_follow_from_dimensions():
    assert isinstance(WIND.domain, gn.manifolds.Euclidean)
    assert isinstance(WIND.codomain, gn.manifolds.Euclidean)
    assert (WIND.dim_x, WIND.dim_y) == (2, 2)
    assert (TRACK.dim_x, TRACK.dim_y) == (1, 3)
    assert isinstance(TRACK.codomain, gn.manifolds.Sphere)


def test_translations_move_locations_and_leave_invariant_values():
    x, y = jnp.arange(4.0)[:, None], jnp.eye(4, 3)
    moved, kept = TRACK.act(jnp.array([2.5]), x, y)
    np.testing.assert_array_equal(moved, x + 2.5)
    np.testing.assert_array_equal(kept, y)


def test_rotations_turn_values_with_locations():
    x, y = jnp.array([[1.0, 0.0]]), jnp.array([[0.0, 2.0]])
    moved, turned = WIND.act(rotation(np.pi / 2), x, y)
    np.testing.assert_allclose(moved, [[0, 1]], atol=1e-15)
    np.testing.assert_allclose(turned, [[-2, 0]], atol=1e-15)


def test_action_is_a_left_action():
    x, y = jnp.asarray(np.random.default_rng(0).normal(size=(2, 5, 2)))
    g, h = rotation(0.4), rotation(-1.7)
    once = WIND.act(WIND.group.compose(g, h), x, y)
    twice = WIND.act(g, *WIND.act(h, x, y))
    np.testing.assert_allclose(once, twice, atol=1e-14)


def test_action_keeps_leading_axes():
    x, y = jnp.zeros((6, 5, 2)), jnp.ones((6, 5, 2))
    moved, turned = WIND.act(rotation(0.1), x, y)
    assert moved.shape == turned.shape == (6, 5, 2)


def test_a_domain_of_another_dimension_is_refused():
    with pytest.raises(ValueError, match=r"domain with 1 coordinates.*got Euclidean\(n=2\) with 2"):
        gn.FieldType(
            gn.groups.T(1), gn.representations.Trivial(1), domain=gn.manifolds.Euclidean(2)
        )


def test_a_codomain_of_another_dimension_is_refused():
    with pytest.raises(ValueError, match=r"codomain with 2 coordinates.*got Sphere\(n=2\) with 3"):
        gn.FieldType(gn.groups.T(1), gn.representations.Trivial(2), codomain=gn.manifolds.Sphere(2))


def test_wind_and_pressure_turn_each_in_its_own_way():
    kind = gn.FieldType(
        gn.groups.E(2), gn.representations.Vector(2) + gn.representations.Pseudoscalar()
    )
    g = kind.group.sample(key=jax.random.key(0), determinant=-1)
    x, y = jnp.ones((1, 2)), jnp.array([[3.0, 4.0, 5.0]])
    moved, turned = kind.act(g, x, y)
    np.testing.assert_allclose(moved, kind.group.act(g, x))
    np.testing.assert_allclose(turned[:, :2], y[:, :2] @ g.linear.T)
    np.testing.assert_allclose(turned[:, 2], -5)


def test_winds_on_the_globe():
    globe = gn.manifolds.Sphere(2)
    kind = gn.FieldType(gn.groups.Axial(), gn.representations.Vector(3), domain=globe)
    assert (kind.dim_x, kind.dim_y) == (3, 3)
    with pytest.raises(ValueError, match="keeps Sphere.*translations; use O, SO or Axial"):
        gn.FieldType(gn.groups.E(3), gn.representations.Vector(3), domain=globe)


def test_a_fibre_of_another_dimension_is_refused():
    with pytest.raises(ValueError, match=r"size 3 act, those of E\(dim=3\).*size 2"):
        gn.FieldType(gn.groups.E(3), gn.representations.Vector(2))
