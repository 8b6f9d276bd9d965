"""Settings that networks refuse."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import geomndp as gn

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
