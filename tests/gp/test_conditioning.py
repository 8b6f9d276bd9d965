"""Gaussian processes given values, derivatives and averages."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from inventory import OBSERVATIONS
from standard_errors import assert_mean, second_moments

import geomndp as gn
from geomndp.gp import Averages, ConstantMean, Derivatives, PointValues
from geomndp.kernels import DivergenceFree, Isotropic, SquaredExponential, White

KEY = jax.random.key(0)
X = jax.random.normal(jax.random.key(1), (5, 2))
NEW = jax.random.normal(jax.random.key(2), (3, 2))
WIND = DivergenceFree(SquaredExponential(1.5, 2.0))
GP = gn.GaussianProcess(WIND + White(0.1, 2), ConstantMean(jnp.array([1.0, -2.0])))
Y = GP.sample(X, key=KEY)


def by_the_joint_law(gp: gn.GaussianProcess, noise: np.ndarray, latent: bool):
    """Mean and covariance from the joint normal law, with dense matrices of NumPy."""
    both = jnp.concatenate([X, NEW])
    flat = np.asarray(gp.kernel.gram(both)).transpose(0, 2, 1, 3).reshape(16, 16)
    if latent:
        flat[10:, 10:] -= 0.1 * np.eye(6)
    seen = flat[:10, :10] + np.diag(noise.ravel())
    gain = flat[10:, :10] @ np.linalg.inv(seen)
    residual = np.asarray(Y - gp.mean(X)).ravel()
    mean = np.asarray(gp.mean(NEW)) + (gain @ residual).reshape(3, 2)
    return mean, flat[10:, 10:] - gain @ flat[:10, 10:]


@pytest.mark.parametrize("latent", [True, False])
@pytest.mark.parametrize(
    "noise",
    [np.full((), 0.3), np.linspace(0.1, 1, 5), np.linspace(0.1, 1, 10).reshape(5, 2)],
    ids=["one", "by-point", "by-number"],
)
def test_given_values(noise: np.ndarray, latent: bool):
    spread = np.broadcast_to(noise[:, None] if noise.ndim == 1 else noise, (5, 2))
    posterior = GP.condition(X, Y, noise_variance=jnp.asarray(noise))
    mean, covariance = posterior.mean_and_covariance(NEW, latent=latent)
    expected, expected_covariance = by_the_joint_law(GP, spread, latent)
    np.testing.assert_allclose(mean, expected, atol=1e-10)
    flat = covariance.transpose(0, 2, 1, 3).reshape(6, 6)
    np.testing.assert_allclose(flat, expected_covariance, atol=1e-10)


def test_observed_values_are_kept_without_noise():
    posterior = gn.GaussianProcess(WIND).condition(X, Y)
    draws = posterior.sample(X, n_samples=20, key=KEY)
    np.testing.assert_allclose(draws, jnp.broadcast_to(Y, draws.shape), atol=1e-5)


def test_draws_and_density_are_those_of_mean_and_covariance():
    posterior = GP.condition(X, Y)
    mean, covariance = posterior.mean_and_covariance(NEW, latent=False)
    draws = posterior.sample(NEW, n_samples=4000, latent=False, key=KEY)
    assert posterior.sample(NEW, key=KEY).shape == (3, 2)
    assert_mean(draws, mean)
    flat = covariance.transpose(0, 2, 1, 3).reshape(6, 6)
    assert_mean(second_moments(np.asarray(draws) - np.asarray(mean)), flat)


def test_densities_multiply():
    """Log p(a, b) = log p(a) + log p(b | a), with noise on both."""
    y_new = GP.sample(NEW, key=jax.random.key(5))
    joint = GP.log_prob(jnp.concatenate([X, NEW]), jnp.concatenate([Y, y_new]))
    chained = GP.log_prob(X, Y) + GP.condition(X, Y).log_prob(NEW, y_new, latent=False)
    np.testing.assert_allclose(joint, chained, rtol=1e-10)


def test_linear_observations_of_values_are_values():
    weights = jnp.tile(jnp.eye(2), (5, 1))
    components = PointValues(jnp.repeat(X, 2, 0), weights)
    by_component = GP.condition_on(components, Y.ravel(), noise_variance=0.1)
    at_once = GP.condition(X, Y)  # its own white noise has the variance 0.1
    for one, other in zip(
        by_component.mean_and_covariance(NEW), at_once.mean_and_covariance(NEW), strict=True
    ):
        np.testing.assert_allclose(one, other, atol=1e-9)


@pytest.mark.parametrize("observations", OBSERVATIONS.values(), ids=OBSERVATIONS)
def test_observing_a_draw_and_conditioning_on_it(observations: gn.gp.AbstractObservations):
    """The error of the posterior mean has the posterior covariance, over draws of the field."""
    kernel = DivergenceFree(SquaredExponential(1.5, 2.0))
    gp = gn.GaussianProcess(kernel)

    def error(key: jax.Array) -> jax.Array:
        # A draw with many waves is all but a Gaussian field, and can be differentiated.
        of_features, of_draw = jax.random.split(key)
        draw = kernel.random_features(300, 2, key=of_features).sample(key=of_draw)
        posterior = gp.condition_on(observations, observations(draw.at), noise_variance=1e-8)
        return posterior.mean_and_covariance(NEW)[0] - draw(NEW)

    errors = jax.lax.map(error, jax.random.split(KEY, 400))
    _, covariance = gp.condition_on(
        observations, jnp.zeros(3), noise_variance=1e-8
    ).mean_and_covariance(NEW)
    assert_mean(errors, 0)
    assert_mean(second_moments(errors), covariance.transpose(0, 2, 1, 3).reshape(6, 6))


def test_a_derivative_is_the_limit_of_differences():
    gp = gn.GaussianProcess(SquaredExponential(1.0, 1.0))
    one, step = jnp.ones((1, 1)), 1e-4
    slope = Derivatives(0.3 * one, one, one)
    ends = jnp.array([[[0.3 + step / 2], [0.3 - step / 2]]])
    difference = Averages(ends, jnp.array([[[1 / step], [-1 / step]]]))
    values = jnp.array([0.7])
    for given in (slope, difference):
        assert given(jnp.sin) == pytest.approx(np.cos(0.3), abs=1e-6)
    by_slope, by_difference = (
        gp.condition_on(each, values).mean_and_covariance(X[:, :1]) for each in (slope, difference)
    )
    for one, other in zip(by_slope, by_difference, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


def test_several_kinds_at_once_are_as_one_after_the_other():
    gp = gn.GaussianProcess(Isotropic(SquaredExponential(1.0, 1.0), 2))
    kinds = [OBSERVATIONS["values"], OBSERVATIONS["derivatives"]]
    values = jnp.arange(6.0) / 5
    both = gp.condition_on(kinds, values, noise_variance=jnp.linspace(0.1, 0.6, 6))
    swapped = gp.condition_on(
        kinds[::-1], jnp.roll(values, 3), noise_variance=jnp.roll(jnp.linspace(0.1, 0.6, 6), 3)
    )
    for one, other in zip(
        both.mean_and_covariance(NEW), swapped.mean_and_covariance(NEW), strict=True
    ):
        np.testing.assert_allclose(one, other, atol=1e-10)


def test_white_noise_is_no_part_of_linear_observations():
    one = jnp.ones((1, 1))
    value = PointValues(0 * one, one)
    smooth, noisy = (
        gn.GaussianProcess(kernel).condition_on(value, jnp.ones(1)).mean_and_covariance(one)[0]
        for kernel in (SquaredExponential(1.0, 1.0), SquaredExponential(1.0, 1.0) + White(5.0))
    )
    np.testing.assert_allclose(smooth, noisy)


def test_what_does_not_fit_is_refused():
    value = PointValues(X, jnp.ones((5, 2)))
    with pytest.raises(ValueError, match="expected 5 values, one for each observation"):
        GP.condition_on(value, jnp.ones(4))
    with pytest.raises(ValueError, match="at least 0, got -1"):
        GP.condition(X, Y, noise_variance=-1.0)
    with pytest.raises(ValueError, match=r"one noise variance, or .* got shape \(3,\)"):
        GP.condition(X, Y, noise_variance=jnp.ones(3))
    with pytest.raises(ValueError, match="observation noise"):
        gn.GaussianProcess(WIND).condition(jnp.zeros((2, 2)), jnp.zeros((2, 2)))


def test_coordinates_that_were_not_observed_take_no_part():
    known = jnp.array([[True, False], [True, True], [False, True], [False, False], [True, True]])
    nan = jnp.where(known, Y, jnp.nan)
    posterior = GP.condition(X, nan, known, noise_variance=0.3)
    rows, columns = np.nonzero(np.asarray(known))
    seen = PointValues(X[rows], jnp.eye(2)[columns])
    same = GP.condition_on(seen, Y[rows, columns], noise_variance=0.3 + 0.1)
    for found, expected in zip(
        posterior.mean_and_covariance(NEW), same.mean_and_covariance(NEW), strict=True
    ):
        np.testing.assert_allclose(found, expected, atol=1e-9)


def test_coordinates_of_tangent_vectors_are_not_observed_one_by_one():
    zonal = gn.kernels.SphericalMatern(1.5, 0.3, 1.0)
    gp = gn.GaussianProcess(gn.kernels.HodgeCurlFree(zonal))
    x = gn.manifolds.Sphere(2).random_uniform((2,), key=KEY)
    with pytest.raises(ValueError, match="got a mask of coordinates"):
        gp.condition(x, jnp.zeros((2, 3)), jnp.ones((2, 3), bool), jitter=1e-6)
