"""Models in memory: what they join, and what they refuse to join."""

import equinox as eqx
import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from random_fields import random_field, random_params
from tiny_models import GLOBE, TRACKS, Perceptron, flat_model, white_model

import geomndp as gn
from geomndp.networks import AbstractHaikuNetwork


def test_manifolds_that_differ_are_refused():
    plane = gn.FieldType(gn.groups.T(1), gn.representations.Trivial(3))
    network = gn.networks.TranslationInvariantTransformer(plane, width=8)
    motion = gn.sde.BrownianMotion(GLOBE, gn.sde.LinearSchedule())
    with pytest.raises(ValueError, match=r"expected a process on Euclidean\(n=3\).*got one on Sph"):
        gn.NeuralDiffusionProcess(motion, network)


SERIES = gn.FieldType(gn.groups.T(1), gn.representations.Trivial(2))
PLANE = gn.FieldType(gn.groups.SE(2), gn.representations.Vector(2))
K = gn.kernels
TREND = gn.gp.LinearMean(jnp.array([[1.0], [0.0]]), jnp.zeros(2))


@pytest.mark.parametrize(
    ("kind", "limit", "is_invariant"),
    [
        (SERIES, gn.GaussianProcess(K.White(1.0, 2)), True),
        (SERIES, gn.GaussianProcess(K.Isotropic(K.Matern52(1.0, 1.0), 2)), True),
        (SERIES, gn.GaussianProcess(K.White(1.0, 2), TREND), False),
        (PLANE, gn.GaussianProcess(K.CurlFree(K.Matern52(1.0, 1.0))), True),
        (
            PLANE,
            gn.GaussianProcess(K.White(1.0, 2), gn.gp.ConstantMean(jnp.array([1.0, 0.0]))),
            False,
        ),
        (PLANE, gn.GaussianProcess(K.DirectSum((K.White(1.0), K.White(2.0)))), False),
    ],
)
def test_a_limit_has_to_be_invariant_under_the_group_of_the_network(
    kind: gn.FieldType, limit: gn.GaussianProcess, is_invariant: bool
):
    noising = gn.sde.OrnsteinUhlenbeck(limit, gn.sde.LinearSchedule())
    if is_invariant:
        assert gn.NeuralDiffusionProcess(noising, Perceptron(kind)).noising == noising
        return
    with pytest.raises(
        ValueError, match="(?s)expected a limit that is invariant under .*white noise"
    ):
        gn.NeuralDiffusionProcess(noising, Perceptron(kind))


def test_the_parametrisation_is_that_of_the_process_where_none_is_given():
    assert white_model().parametrisation == gn.parametrisations.EDM()
    assert flat_model().parametrisation == gn.parametrisations.TangentScore()
    other = gn.parametrisations.NoisePrediction(data_variance=0.3)
    assert white_model(other).parametrisation == other


@pytest.mark.parametrize(
    "parametrisation",
    [
        gn.parametrisations.EDM(data_variance=0.5),
        gn.parametrisations.DataPrediction(data_variance=(0.5, 3.0)),
        gn.parametrisations.Energy(data_variance=0.5),
    ],
    ids=lambda p: type(p).__name__,
)
def test_the_score_is_what_the_parametrisation_makes_of_the_network(
    parametrisation: gn.parametrisations.AbstractParametrisation,
):
    """The network sees values, and its context, in the scale of the parametrisation."""
    model, t = white_model(parametrisation), 0.3
    sample, context = random_field(SERIES, 4, seed=1), random_field(SERIES, 4, seed=2)
    params = random_params(model.network, sample, seed=0)
    process = model.noising.at(sample.x, sample.mask)
    observed = parametrisation.observed(model.noising, context)
    assert np.abs(observed.y - context.y).max() > 0.1

    def network(inputs):
        parts = inputs.noise_ratio, sample.x, inputs.y, sample.mask
        return model.network.apply(params, *parts, observed)

    expected = jax.jit(lambda y: parametrisation.bind(process, network)(t, y))(sample.y)
    score = model.score(params, context)
    found = eqx.filter_jit(score)(t, sample.x, sample.y, sample.mask)
    np.testing.assert_allclose(found, expected, rtol=1e-10)
    bound = eqx.filter_jit(gn.sde.bind(score, process))(t, sample.y)
    np.testing.assert_allclose(bound, expected, rtol=1e-10)
    free = eqx.filter_jit(model.score(params))(t, sample.x, sample.y, sample.mask)
    assert np.abs(free - expected).max() > 1e-3


@pytest.mark.parametrize("t", [1e-3, 0.4, 1.0])
def test_without_a_limit_the_score_is_the_network_over_the_noise_scale(t: float):
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


class Silent(AbstractHaikuNetwork):
    """Always the score zero."""

    field_type: gn.FieldType = TRACKS

    def geometry(self, x, mask, context=None):
        return None

    def forward(self, noise_scale, x, y, mask, context, covariates, geometry):
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


def test_the_loss_may_be_another():
    """Of the same noise: the losses of a model are those of its score."""
    model, key = white_model(), jax.random.key(0)
    sample = random_field(SERIES, 4, seed=1)
    params = random_params(model.network, sample, seed=0)
    score = model.score(params).bind(model.noising.at(sample.x, sample.mask))
    process = model.noising.at(sample.x, sample.mask)
    flow = gn.losses.FlowMatching()
    values = []
    for given, same in ((None, gn.losses.DenoisingScoreMatching()), (flow, flow)):
        found = model.loss(params, sample, 0.3, loss=given, key=key)
        expected = same(process, score, sample.y, 0.3, key=key)
        assert float(found) == pytest.approx(float(expected), rel=1e-12)
        values.append(float(found))
    assert values[0] != pytest.approx(values[1], rel=1e-3)


class WantsGeometry(gn.networks.AbstractNetwork):
    """Finds nothing of the locations by itself in an evaluation."""

    field_type: gn.FieldType

    def init(self, key, sample):
        return {"none": {"none": jnp.zeros(1)}}

    def geometry(self, x, mask, context=None):
        return x if context is None else jnp.concatenate([x, context.x])

    def apply(self, params, noise_scale, x, y, mask, context=None, covariates=None, geometry=None):
        assert geometry is not None, "expected what is known of the locations"
        assert geometry.shape[0] == x.shape[0] + (0 if context is None else context.n_points)
        return y


@pytest.mark.parametrize("n_given", [0, 2])
def test_a_score_gives_what_it_found_of_the_locations_to_every_evaluation(n_given: int):
    network = WantsGeometry(PLANE)
    noising = gn.sde.OrnsteinUhlenbeck(gn.GaussianProcess(K.White(1.0, 2)), gn.sde.LinearSchedule())
    model = gn.NeuralDiffusionProcess(noising, network)
    sample = random_field(PLANE, 3, seed=0)
    context = random_field(PLANE, n_given, seed=1) if n_given else None
    score = model.score(network.init(jax.random.key(0), sample), context)
    assert score(0.5, sample.x, sample.y, sample.mask).shape == (3, 2)
