"""Settings that networks refuse."""

from types import SimpleNamespace

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import geomndp as gn
from geomndp.networks.graphs import check_count
from geomndp.networks.settings import check_settings

TransformerOf = gn.networks.TranslationInvariantTransformer

SERIES = gn.FieldType(gn.groups.T(1), gn.representations.Trivial(1))


def test_a_group_that_is_not_of_translations():
    kind = gn.FieldType(gn.groups.O(1), gn.representations.Trivial(1))
    with pytest.raises(ValueError, match="expected a field type whose group is of translations"):
        TransformerOf(kind)


def test_a_width_that_the_heads_do_not_share():
    with pytest.raises(ValueError, match="multiple of n_heads, got width=10, n_heads=4"):
        TransformerOf(SERIES, width=10, n_heads=4)


def test_settings_cannot_be_changed():
    network = TransformerOf(SERIES)
    with pytest.raises(AttributeError):
        network.width = 128  # pyright: ignore[reportAttributeAccessIssue]


def test_networks_with_the_same_settings_are_equal():
    assert TransformerOf(SERIES) == TransformerOf(SERIES)
    assert TransformerOf(SERIES) != TransformerOf(SERIES, width=32)


def test_a_fresh_network_has_the_score_zero():
    network = TransformerOf(SERIES, width=8, n_layers=1)
    sample = gn.FieldSample(jnp.arange(3.0)[:, None], jnp.ones((3, 1)))
    params = jax.jit(network.init)(jax.random.key(0), sample)
    value = jax.jit(network.apply)(params, jnp.array(0.5), sample.x, sample.y, sample.mask)
    np.testing.assert_array_equal(value, jnp.zeros((3, 1)))


def test_networks_hold_no_arrays():
    """All that is trained is in the parameters."""
    assert jax.tree.leaves(eqx.filter(TransformerOf(SERIES), eqx.is_array)) == []


PLANE = gn.FieldType(gn.groups.E(2), gn.representations.Vector(2))
DOTS = gn.FieldSample(jnp.ones((3, 2)), jnp.ones((3, 2)))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"n_tokens": -1}, "expected a whole n_tokens of at least 0, got n_tokens=-1"),
        ({"n_tokens": 1.5}, "expected a whole n_tokens"),
        ({"graph": None}, "expected a graph such as NearestNeighbourGraph"),
        ({"graph": "complete"}, "got graph='complete'"),
    ],
)
def test_tokens_and_graphs_that_are_none(settings: dict, message: str):
    """Tests check types; users whose types are not checked are told by the network itself."""
    with pytest.raises(ValueError, match=message):
        check_settings(SimpleNamespace(**settings), units=(), shared=())


@pytest.mark.parametrize("count", [1, 2.5])
def test_numbers_of_neighbours(count: float):
    with pytest.raises(ValueError, match="expected a whole k of at least 2"):
        check_count("k", count)


def test_no_neighbours():
    with pytest.raises(ValueError, match="expected a positive whole number of neighbours"):
        gn.networks.SteerableNetwork(PLANE, n_neighbours=0)


@pytest.mark.parametrize(
    ("x", "y", "context", "message"),
    [
        (jnp.ones((3, 3)), DOTS.y, None, "expected x with 2 coordinates.*got 3"),
        (DOTS.x, jnp.ones((3, 1)), None, "expected y with 2 coordinates.*got 1"),
        (DOTS.x, DOTS.y, gn.FieldSample(jnp.ones((1, 1)), jnp.ones((1, 2))), "x of the context"),
        (DOTS.x, DOTS.y, gn.FieldSample(jnp.ones((1, 2)), jnp.ones((1, 3))), "y of the context"),
        (DOTS.x, DOTS.y, gn.FieldSample(jnp.ones((0, 2)), jnp.ones((0, 2))), "at least one point"),
    ],
)
def test_fields_of_another_kind(x, y, context, message: str):
    network = gn.networks.Transformer(
        gn.FieldType(gn.groups.Trivial(2), gn.representations.Vector(2)), width=8, n_layers=1
    )
    with pytest.raises(ValueError, match=message):
        network.apply({}, jnp.array(0.5), x, y, jnp.ones(3, bool), context)


@pytest.mark.parametrize("value", [None, jnp.ones((3, 1))])
def test_a_function_that_returns_no_values(value):
    network = gn.networks.HaikuNetwork(PLANE, lambda *_: value)
    with pytest.raises(ValueError, match=r"expected the function to return .*\(3, 2\), got"):
        network.apply({}, jnp.array(0.5), DOTS.x, DOTS.y, DOTS.mask)


@pytest.mark.parametrize("found_with", [None, DOTS], ids=["without", "with"])
def test_a_geometry_of_another_context(found_with):
    network = gn.networks.EquivariantTransformer(
        PLANE, width=8, n_layers=1, n_heads=2, n_channels=4, pair_width=4
    )
    params = jax.jit(network.init)(jax.random.key(0), DOTS)
    geometry = network.geometry(DOTS.x, DOTS.mask, found_with)
    context = DOTS if found_with is None else None
    with pytest.raises(ValueError, match="expected the geometry of these points and this context"):
        network.apply(params, jnp.array(0.5), DOTS.x, DOTS.y, DOTS.mask, context, geometry=geometry)
