"""The transformer without symmetry: what it sees, and what it refuses."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from random_fields import random_field, random_params

import geomndp as gn
from geomndp import groups
from geomndp.representations import Trivial, Vector
from geomndp.testing import assert_equivariant, assert_not_odd

PLANE = gn.FieldType(groups.Trivial(2), Vector(2))
SCALE = jnp.array(0.2)


def tiny(kind: gn.FieldType = PLANE, **settings: Any) -> gn.networks.Transformer:
    return gn.networks.Transformer(kind, **{"width": 8, "n_layers": 1, "n_heads": 2, **settings})


@pytest.fixture(scope="module")
def score():
    """The network with random parameters, as a function of locations and values."""
    network = tiny()
    params = random_params(network, random_field(PLANE, 6, seed=0), seed=1)
    mask = jnp.ones(6, bool)
    return jax.jit(lambda x, y: network.apply(params, SCALE, x, y, mask))


@pytest.mark.parametrize(
    ("group", "kind"), [(groups.T(2), "translation"), (groups.SO(2), "rotation")]
)
def test_locations_matter_as_numbers(score, group: groups.AbstractGroup, kind: str):
    """It is not equivariant, neither under shifts nor under rotations."""
    field, specs = random_field(PLANE, 6, seed=2), ("points", PLANE.fibre)
    args, key = (field.x, field.y), jax.random.key(0)
    with pytest.raises(AssertionError, match=f"under a {kind}"):
        assert_equivariant(score, group, specs, PLANE.fibre, args=args, key=key)


def test_values_far_from_the_origin_stay_of_order_one(score):
    field = random_field(PLANE, 6, seed=2)
    near, far = score(field.x, field.y), score(1e4 + field.x, field.y)
    assert np.abs(far).max() < 10 * np.abs(near).max()


def test_it_is_not_odd(score):
    field = random_field(PLANE, 6, seed=3)
    assert_not_odd(score, (field.x, field.y), argument=1, rtol=1e-2)


def test_a_fresh_network_has_the_score_zero():
    network, field = tiny(), random_field(PLANE, 3, seed=0)
    params = jax.jit(network.init)(jax.random.key(0), field)
    value = jax.jit(network.apply)(params, SCALE, field.x, field.y, field.mask)
    np.testing.assert_array_equal(value, jnp.zeros((3, 2)))


def test_groups_with_elements_are_refused():
    with pytest.raises(ValueError, match="whose group is Trivial, got E"):
        tiny(gn.FieldType(groups.E(2), Vector(2)))


def test_values_on_a_sphere_are_refused():
    kind = gn.FieldType(groups.Trivial(1), Trivial(3), codomain=gn.manifolds.Sphere(2))
    with pytest.raises(ValueError, match="values in Euclidean space, got .*Sphere"):
        tiny(kind)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"width": 10, "n_heads": 4}, "multiple of n_heads, got width=10, n_heads=4"),
        ({"n_layers": 0}, "positive whole n_layers, got n_layers=0"),
        ({"unit_x": 0.0}, "positive finite unit_x, got unit_x=0.0"),
    ],
)
def test_settings_out_of_range_are_refused(settings: dict[str, Any], message: str):
    with pytest.raises(ValueError, match=message):
        tiny(**settings)


def test_covariates_at_some_points_are_refused():
    network = tiny()
    field, context = (random_field(PLANE, 3, seed=0, n_covariates=n) for n in (0, 1))
    with pytest.raises(ValueError, match="at all points or at none, got them only in the context"):
        network.apply({}, SCALE, field.x, field.y, field.mask, context)
