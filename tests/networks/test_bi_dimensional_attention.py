"""Attention over points and dimensions: the order of dimensions, centring, and refusals."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from random_fields import random_field, random_params

import geomndp as gn
from geomndp import groups
from geomndp.representations import Trivial, Vector
from geomndp.testing import assert_equivariant, assert_not_odd, assert_permutation_equivariant

SCALE = jnp.array(0.2)
SPACE = gn.FieldType(groups.Trivial(3), Trivial(2))


def small(kind: gn.FieldType, **settings: Any) -> gn.networks.BiDimensionalAttention:
    defaults = {"width": 8, "n_layers": 2, "n_heads": 2}
    return gn.networks.BiDimensionalAttention(kind, **{**defaults, **settings})


def field_of(dim_x: int, n_points: int, *, seed: int) -> gn.FieldSample:
    kind = gn.FieldType(groups.Trivial(dim_x), SPACE.fibre)
    return random_field(kind, n_points, seed=seed)


@pytest.fixture(scope="module")
def params():
    """Random parameters, which are for any number of input dimensions."""
    return random_params(small(SPACE), field_of(3, 5, seed=0), seed=1)


@pytest.fixture(scope="module", params=["anywhere", "centred"])
def score(request: pytest.FixtureRequest, params):
    """The network as a function of two sets of locations and values."""

    @jax.jit
    def score(x, y, context_x, context_y):
        dim_x, centred = x.shape[-1], request.param == "centred"
        group = groups.T(dim_x) if centred else groups.Trivial(dim_x)
        network = small(gn.FieldType(group, SPACE.fibre), centred=centred)
        context = gn.FieldSample(context_x, context_y)
        return network.apply(params, SCALE, x, y, jnp.ones(len(x), bool), context)

    return score


def inputs(dim_x: int) -> tuple[jax.Array, ...]:
    target, context = field_of(dim_x, 6, seed=2), field_of(dim_x, 4, seed=3)
    return target.x, target.y, context.x, context.y


@pytest.mark.parametrize("dim_x", [1, 2, 3])
def test_the_order_of_the_dimensions_does_not_matter(score, dim_x: int):
    x, y, context_x, context_y = inputs(dim_x)
    expected = score(x, y, context_x, context_y)
    assert np.abs(expected).max() > 1e-3
    for shift in range(1, dim_x):
        found = score(jnp.roll(x, shift, -1), y, jnp.roll(context_x, shift, -1), context_y)
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-11 * np.abs(expected).max())


def test_every_dimension_matters_and_belongs_to_its_point(score):
    """The controls: a dimension turned round, or dimensions permuted at the targets alone."""
    x, y, context_x, context_y = inputs(3)
    expected = score(x, y, context_x, context_y)
    others = [(x.at[:, d].multiply(-1), context_x.at[:, d].multiply(-1)) for d in range(3)]
    for of_targets, of_context in [*others, (jnp.roll(x, 1, -1), context_x)]:
        found = score(of_targets, y, of_context, context_y)
        assert np.abs(found - expected).max() > 1e-3 * np.abs(expected).max()


def test_points_are_permuted_freely(score):
    x, y, context_x, context_y = inputs(2)
    key = jax.random.key(0)
    assert_permutation_equivariant(
        lambda x, y: score(x, y, context_x, context_y), (0, 0), args=(x, y), key=key, rtol=1e-10
    )


def test_it_is_not_odd(score):
    x, y, *context = inputs(2)
    assert_not_odd(lambda x, y: score(x, *y), (x, (y, *context)), 1, rtol=1e-2)


def is_invariant(score) -> bool:
    specs = ("points", SPACE.fibre) * 2
    args, key = inputs(2), jax.random.key(0)
    try:
        assert_equivariant(score, groups.T(2), specs, SPACE.fibre, args=args, key=key, rtol=1e-9)
    except AssertionError as error:
        assert "under a translation" in str(error)  # noqa: PT017
        return False
    return True


def test_shifts_matter_unless_locations_are_centred(score, request: pytest.FixtureRequest):
    assert is_invariant(score) == (request.node.callspec.id == "centred")


def test_the_centre_is_that_of_the_real_targets(params):
    """Neither the context nor padding moves it."""
    network = small(gn.FieldType(groups.T(2), SPACE.fibre), centred=True)
    origin = small(gn.FieldType(groups.Trivial(2), SPACE.fibre))
    x, y, context_x, context_y = inputs(2)
    mask = jnp.array([True] * 4 + [False] * 2)
    context = gn.FieldSample(context_x, context_y)
    centre = jnp.mean(x[:4], 0, keepdims=True)
    found = jax.jit(network.apply)(params, SCALE, x, y, mask, context)
    moved = gn.FieldSample(context_x - centre, context_y)
    expected = jax.jit(origin.apply)(params, SCALE, x - centre, y, mask, moved)
    np.testing.assert_allclose(found[:4], expected[:4], rtol=0, atol=1e-11)


def test_a_fresh_network_has_the_score_zero():
    network, field = small(SPACE, n_layers=1), field_of(3, 3, seed=0)
    params = jax.jit(network.init)(jax.random.key(0), field)
    value = jax.jit(network.apply)(params, SCALE, field.x, field.y, field.mask)
    np.testing.assert_array_equal(value, jnp.zeros((3, 2)))


def test_rotations_are_refused():
    with pytest.raises(ValueError, match="group is Trivial or of translations, got E"):
        small(gn.FieldType(groups.E(2), Vector(2)))


def test_translations_without_centring_are_refused():
    with pytest.raises(ValueError, match="expected centred=True for T"):
        small(gn.FieldType(groups.T(2), Trivial(1)))


def test_values_on_a_sphere_are_refused():
    kind = gn.FieldType(groups.Trivial(1), Trivial(3), codomain=gn.manifolds.Sphere(2))
    with pytest.raises(ValueError, match="values in Euclidean space, got .*Sphere"):
        small(kind)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"width": 10, "n_heads": 4}, "multiple of n_heads, got width=10, n_heads=4"),
        ({"n_layers": 0}, "positive whole n_layers"),
        ({"unit_x": -1.0}, "positive finite unit_x"),
    ],
)
def test_settings_out_of_range_are_refused(settings: dict[str, Any], message: str):
    with pytest.raises(ValueError, match=message):
        small(SPACE, **settings)
