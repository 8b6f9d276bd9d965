"""Winds on the globe given some of them, where values are tangent vectors."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from kernel_cases import quick_jit

import geomndp as gn
from geomndp.kernels import HodgeDivergenceFree, SphericalHeat, TangentWhite

GLOBE = gn.manifolds.Sphere(2)
X = GLOBE.project(jnp.eye(3)[2:] + 0.5 * jax.random.normal(jax.random.key(0), (6, 3)))
N_OBSERVED = 3
DATA = gn.GaussianProcess(HodgeDivergenceFree(SphericalHeat(0.7, 1.2, 12)) + TangentWhite(0.05))
NOISING = gn.sde.OrnsteinUhlenbeck(
    gn.GaussianProcess(TangentWhite(1.0)), gn.sde.LinearSchedule(beta_max=20.0)
)
SCORE = gn.sde.ExactGaussianScore(NOISING, DATA)


def draws(method: Any, noise: float) -> tuple[np.ndarray, np.ndarray]:
    """Draws at the points that were not observed, and the exact mean and variances there."""
    y = quick_jit(lambda key: DATA.sample(X, key=key))(jax.random.key(1))
    context = gn.FieldSample(X[:N_OBSERVED], y[:N_OBSERVED])
    found = gn.sampling.sample_conditional(
        NOISING,
        SCORE,
        context,
        X[N_OBSERVED:],
        n_samples=1000,
        method=method,
        observation_noise=noise,
        key=jax.random.key(2),
    )

    def exact(y: Any) -> Any:
        posterior = DATA.condition(context.x, y, noise_variance=noise)
        return posterior.mean_and_variance(X[N_OBSERVED:], latent=False)

    return np.asarray(found), np.stack(quick_jit(exact)(context.y))


@pytest.mark.parametrize("noise", [0.0, 0.3])
def test_guided_draws_are_of_the_posterior_in_the_tangent_spaces(noise: float):
    found, (mean, variance) = draws(gn.sampling.TweedieGuidance(ridge=1e-3), noise)
    assert np.abs(np.einsum("ia,nia->ni", X[N_OBSERVED:], found)).max() < 1e-9
    # In standard errors, and what 20 steps err by.
    assert (np.abs(found.mean(0) - mean) < 4.5 * np.sqrt(variance / len(found)) + 0.01).all()
    assert (np.abs(found.var(0) / variance - 1) < 4.5 * np.sqrt(2 / len(found)) + 0.05).all()


def test_replaced_observations_err_in_the_tangent_spaces():
    method = gn.sampling.Replacement(gn.solvers.Ancestral(n_steps=20))
    found, _ = draws(method, 0.3)
    assert np.abs(np.einsum("ia,nia->ni", X[N_OBSERVED:], found)).max() < 1e-9
