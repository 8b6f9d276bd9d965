"""Trained models of flat fields given observations: by guidance, if nothing else is asked for."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from random_fields import in_single_precision, random_params

import geomndp as gn

KIND = gn.FieldType(gn.groups.T(1), gn.representations.Trivial(1))
KEY = jax.random.key(0)
SOLVER = gn.solvers.DPMSolver(n_steps=6)


def model(n_covariates: int = 0) -> gn.TrainedProcess:
    """Random parameters."""
    network = gn.networks.TranslationInvariantTransformer(KIND, width=8, n_layers=1, n_heads=2)
    limit = gn.GaussianProcess(gn.kernels.White(1.0))
    noising = gn.sde.OrnsteinUhlenbeck(limit, gn.sde.LinearSchedule(beta_max=10.0))
    covariates = jnp.ones((3, n_covariates), jnp.float32) if n_covariates else None
    like = gn.FieldSample(
        jnp.zeros((3, 1), jnp.float32), jnp.ones((3, 1), jnp.float32), covariates=covariates
    )
    params = in_single_precision(random_params(network, like, seed=0))
    whole = gn.NeuralDiffusionProcess(noising, network, n_covariates=n_covariates)
    return gn.TrainedProcess(whole, jax.tree.map(lambda p: 0.3 * p, params))


X = jnp.array([[0.0], [0.4], [1.0]], jnp.float32)
CONTEXT = gn.FieldSample(X, jnp.array([[1.0], [-0.5], [0.7]], jnp.float32))
ASKED = jnp.array([[0.0], [0.2], [1.3]], jnp.float32)


def test_guidance_is_the_default_and_takes_noise():
    trained = model()
    drawn = {"n_samples": 3, "key": KEY}
    default = trained.condition(CONTEXT).sample(ASKED, **drawn)
    method = gn.sampling.TweedieGuidance()
    np.testing.assert_array_equal(
        default, trained.condition(CONTEXT).sample(ASKED, method=method, **drawn)
    )
    noisy = trained.condition(CONTEXT, observation_noise=0.5).sample(ASKED, **drawn)
    assert np.abs(noisy - default).max() > 1e-3
    each = trained.condition(CONTEXT, observation_noise=jnp.full(3, 0.5)).sample(ASKED, **drawn)
    np.testing.assert_allclose(each, noisy, atol=1e-5)
    assert np.isfinite(default).all()


@pytest.mark.parametrize(
    "method",
    [
        gn.sampling.TweedieGuidance(SOLVER),
        gn.sampling.PseudoinverseGuidance(SOLVER),
        gn.sampling.LangevinCorrected(gn.solvers.Ancestral(n_steps=4), n_corrections=1),
    ],
)
def test_covariates_of_context_and_of_targets_are_told_together(method):
    trained = model(n_covariates=2)
    rng = np.random.default_rng(0)
    of_context, of_asked = (jnp.asarray(rng.normal(size=(3, 2)), jnp.float32) for _ in range(2))
    context = gn.FieldSample(CONTEXT.x, CONTEXT.y, covariates=of_context)

    def draw(context: gn.FieldSample, covariates: jax.Array) -> np.ndarray:
        y = trained.condition(context).sample(
            ASKED, n_samples=2, covariates=covariates, method=method, key=KEY
        )
        return np.asarray(y)

    found = draw(context, of_asked)
    other = eqx.tree_at(lambda c: c.covariates, context, -of_context)
    assert np.abs(draw(other, of_asked) - found).max() > 1e-4
    assert np.abs(draw(context, -of_asked) - found).max() > 1e-4
