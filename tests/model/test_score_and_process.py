"""Models in memory: what they join, and what they refuse to join."""

import equinox as eqx
import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from random_fields import random_field, random_params
from tiny_models import GLOBE, TRACKS, flat_model

import geomndp as gn
from geomndp.networks import AbstractNetwork


def test_manifolds_that_differ_are_refused():
    plane = gn.FieldType(gn.groups.T(1), gn.representations.Trivial(3))
    network = gn.networks.TranslationInvariantTransformer(plane, width=8)
    motion = gn.sde.BrownianMotion(GLOBE, gn.sde.LinearSchedule())
    with pytest.raises(ValueError, match=r"expected a process on Euclidean\(n=3\).*got one on Sph"):
        gn.NeuralDiffusionProcess(motion, network)


@pytest.mark.parametrize("t", [1e-3, 0.4, 1.0])
def test_the_score_is_the_network_over_the_noise_scale(t: float):
    model = flat_model()
    kind = model.network.field_type
    sample, context = random_field(kind, 4, seed=1), random_field(kind, 4, seed=2)
    params = random_params(model.network, sample, seed=0)
    scale = model.noising.noise_scale(jnp.array(t))
    parts = sample.x, sample.y, sample.mask

    free = eqx.filter_jit(model.score(params))(jnp.array(t), *parts)
    expected = jax.jit(model.network.apply)(params, scale, *parts) / scale
    np.testing.assert_allclose(free, expected, rtol=1e-10)

    given = eqx.filter_jit(model.score(params).given(context))(jnp.array(t), *parts)
    expected = jax.jit(model.network.apply)(params, scale, *parts, context) / scale
    np.testing.assert_allclose(given, expected, rtol=1e-10)
    assert np.abs(given - free).max() > 1e-3
    again = eqx.filter_jit(model.score(params, context))(jnp.array(t), *parts)
    np.testing.assert_array_equal(again, given)


class Silent(AbstractNetwork):
    """Always the score zero."""

    field_type: gn.FieldType = TRACKS

    def forward(self, noise_scale, x, y, mask, context, covariates):
        return y * hk.get_parameter("nothing", (), y.dtype, init=jnp.zeros)


def test_the_loss_of_the_score_zero():
    """Two tangent directions of unit noise each: 2 on average where the heat kernel is narrow."""
    model = gn.NeuralDiffusionProcess(
        gn.sde.BrownianMotion(GLOBE, gn.sde.LinearSchedule()), Silent()
    )
    sample = random_field(TRACKS, 32, seed=1)
    params = model.init(sample, key=jax.random.key(0))

    @jax.jit
    @jax.vmap
    def losses(key):
        return model.loss(params, sample, jnp.array(0.01), key=key)

    found = losses(jax.random.split(jax.random.key(0), 64))
    # The squared length of 2 normal variables has variance 4.
    standard_error = np.sqrt(4 / (64 * 32))
    assert abs(float(found.mean()) - 2) < 4 * standard_error
