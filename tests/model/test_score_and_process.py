"""Models in memory: what they join, and what they refuse to join."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from random_fields import random_field, random_params
from tiny_models import GLOBE, TRACKS, tiny_model

import geomndp as gn


def test_manifolds_that_differ_are_refused():
    plane = gn.FieldType(gn.groups.T(1), gn.representations.Trivial(3))
    network = gn.networks.TranslationInvariantTransformer(plane, width=8)
    motion = gn.sde.BrownianMotion(GLOBE, gn.sde.LinearSchedule())
    with pytest.raises(ValueError, match=r"expected a process on Euclidean\(n=3\).*got one on Sph"):
        gn.NeuralDiffusionProcess(motion, network)


@pytest.mark.parametrize("t", [1e-3, 0.4, 1.0])
def test_the_score_is_the_network_over_the_noise_scale(t: float):
    model = tiny_model()
    sample = random_field(TRACKS, 4, seed=1)
    params = random_params(model.network, sample, seed=0)
    scale = model.noising.noise_scale(jnp.array(t))
    found = eqx.filter_jit(model.score(params))(jnp.array(t), sample.x, sample.y, sample.mask)
    parts = sample.x, sample.y, sample.mask
    expected = jax.jit(model.network.apply)(params, scale, *parts) / scale
    np.testing.assert_allclose(found, expected, rtol=1e-10)


def test_the_score_given_a_context_is_that_of_the_network():
    model = tiny_model()
    sample, context = random_field(TRACKS, 4, seed=1), random_field(TRACKS, 4, seed=2)
    params = random_params(model.network, sample, seed=0)
    t, parts = jnp.array(0.4), (sample.x, sample.y, sample.mask)
    scale = model.noising.noise_scale(t)
    given = eqx.filter_jit(model.score(params).given(context))(t, *parts)
    assert np.abs(given - eqx.filter_jit(model.score(params))(t, *parts)).max() > 1e-3
    expected = jax.jit(model.network.apply)(params, scale, *parts, context) / scale
    np.testing.assert_allclose(given, expected, rtol=1e-10)
    np.testing.assert_array_equal(eqx.filter_jit(model.score(params, context))(t, *parts), given)


def test_the_loss_of_a_fresh_model_is_that_of_the_score_zero():
    """Two tangent directions of unit noise each: 2 on average where the heat kernel is narrow."""
    model = tiny_model()
    sample = random_field(TRACKS, 32, seed=1)
    params = jax.jit(lambda key: model.init(sample, key=key))(jax.random.key(0))

    @jax.jit
    @jax.vmap
    def losses(key):
        return model.loss(params, sample, jnp.array(0.01), key=key)

    found = losses(jax.random.split(jax.random.key(0), 64))
    # The squared length of 2 normal variables has variance 4.
    standard_error = np.sqrt(4 / (64 * 32))
    assert abs(float(found.mean()) - 2) < 4 * standard_error
