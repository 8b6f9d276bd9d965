"""Posteriors that the benchmark takes for the truth agree with simulations of the prior."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from posterior_laws import AbstractPosterior, MixturePosterior, StepPosterior

import geomndp as gn

KEY = jax.random.key(0)
K = gn.kernels
X = jnp.array([[-0.4], [0.3], [0.9]])
NOISE = 0.2**2


def step() -> AbstractPosterior:
    context = gn.FieldSample(jnp.array([[0.6], [-0.7]]), jnp.array([[0.5], [-0.5]]))
    return StepPosterior(context, X, gn.data.StepFunctions())


def latent(lengthscale: float) -> gn.GaussianProcess:
    return gn.GaussianProcess(K.SquaredExponential(lengthscale, 1.0))


def mixture() -> AbstractPosterior:
    noise = gn.GaussianProcess(K.White(NOISE)).kernel
    processes = tuple(gn.GaussianProcess(latent(s).kernel + noise) for s in (0.25, 1.0))
    context = gn.FieldSample(jnp.array([[0.0], [0.5]]), jnp.array([[0.3], [0.9]]))
    return MixturePosterior(context, X, processes)


POSTERIORS = {"step": step(), "mixture": mixture()}


def weighted_steps(posterior: AbstractPosterior, n: int) -> tuple[Any, Any, Any]:
    """Functions of the prior, their weights by the context, and whether they are of the kind."""
    seen = posterior.context
    x = jnp.concatenate([seen.x, posterior.x])
    sample = jax.vmap(lambda key: gn.data.StepFunctions().sample(x, key=key))
    y = np.asarray(sample(jax.random.split(KEY, n)))
    weights = (y[:, :2] == np.asarray(seen.y)[None]).all((1, 2))
    return y[:, 2:], weights, np.ones(n)


def weighted_mixture(posterior: AbstractPosterior, n: int) -> tuple[Any, Any, Any]:
    """The same: weights are the density of the noise of the observations."""
    seen = posterior.context
    x = jnp.concatenate([seen.x, posterior.x])
    is_first = np.arange(n) % 2 == 0
    draws = [np.asarray(_draws(latent(s), x, n)) for s in (0.25, 1.0)]
    y = np.where(is_first[:, None], *draws)
    residual = y[:, :2] - np.asarray(seen.y)[:, 0]
    weights = np.exp(-0.5 * (residual**2).sum(1) / NOISE)
    noise = np.random.default_rng(0).normal(0, NOISE**0.5, (n, 3))
    return (y[:, 2:] + noise)[..., None], weights, is_first


def _draws(gp: gn.GaussianProcess, x: Any, n: int) -> Any:
    root = np.linalg.cholesky(np.asarray(gp.operator(x).dense())[:, :, 0, 0])
    return np.random.default_rng(1).standard_normal((n, x.shape[0])) @ root.T


@pytest.mark.parametrize("name", POSTERIORS)
def test_probabilities_are_those_of_weighted_draws_of_the_prior(name: str):
    posterior = POSTERIORS[name]
    simulate = {"step": weighted_steps, "mixture": weighted_mixture}[name]
    y, weights, is_kind = simulate(posterior, 400_000)
    shares = weights / weights.sum()
    error = 4 * float(np.sqrt((shares**2).sum()) / 2)
    assert error < 0.02
    np.testing.assert_allclose(posterior.above, shares @ (y[..., 0] > 0), atol=error)
    np.testing.assert_allclose(posterior.kind, shares @ is_kind, atol=error)


@pytest.mark.parametrize("name", POSTERIORS)
def test_draws_have_these_probabilities(name: str):
    posterior = POSTERIORS[name]
    y = posterior.sample(20_000, key=KEY)
    assert y.shape == (20_000, 3, 1)
    np.testing.assert_allclose(jnp.mean(y[..., 0] > 0, 0), posterior.above, atol=0.015)
    np.testing.assert_allclose(posterior.of_kind(y).mean(), posterior.kind, atol=0.015)


def test_the_rise_is_where_the_law_has_it():
    beyond = gn.FieldSample(jnp.array([[-1.5], [1.5]]), jnp.array([[-0.5], [0.5]]))
    x = jnp.array([[-1.2], [0.5], [1.2]])
    posterior = StepPosterior(beyond, x, gn.data.StepFunctions())
    np.testing.assert_allclose(posterior.above, [0, 0.75, 1])


def test_functions_that_are_no_steps_are_found():
    values = jnp.array([[-0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [-0.5, 0.1, 0.5], [-0.4, -0.6, 0.45]])
    assert step().of_kind(values[..., None]).tolist() == [1, 0, 0, 1]


def test_a_kind_is_told_by_the_evidence_of_all_values():
    posterior = mixture()
    assert isinstance(posterior, MixturePosterior)
    y = posterior.sample(3, key=KEY)
    x = jnp.concatenate([posterior.context.x, X])
    for one, found in zip(y, posterior.of_kind(y), strict=True):
        values = jnp.concatenate([posterior.context.y, one])
        logs = jnp.stack([gp.log_prob(x, values) for gp in posterior.processes])
        np.testing.assert_allclose(found, jax.nn.softmax(logs)[0], rtol=1e-6)
