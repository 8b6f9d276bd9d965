"""Gaussian processes of tangent vectors on the globe, noised in the tangent spaces.

The oracle is dense linear algebra in the coordinates of a frame, turned at random.
"""

import functools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from kernel_cases import quick_jit
from scipy.stats import multivariate_normal
from standard_errors import assert_mean, second_moments

import geomndp as gn
from geomndp.gp.evidence import with_noise
from geomndp.kernels import (
    DirectSum,
    HodgeCurlFree,
    SphericalHeat,
    TangentWhite,
    hodge_mixture,
)

N_POINTS, PADDED = 5, 2
GLOBE = gn.manifolds.Sphere(2)
X = GLOBE.random_uniform((N_POINTS,), key=jax.random.key(0))
MASK = jnp.arange(N_POINTS + PADDED) < N_POINTS
X_PADDED = jnp.concatenate([X, X[:PADDED]])
WIND = gn.FieldType(gn.groups.O(3), gn.representations.Vector(3), domain=GLOBE)

DATA = gn.GaussianProcess(
    hodge_mixture(SphericalHeat(0.9, 0.5, 12), SphericalHeat(0.7, 1.2, 12)) + TangentWhite(0.05)
)
LIMITS = {
    "white": gn.GaussianProcess(TangentWhite(1.5)),
    "hodge": gn.GaussianProcess(HodgeCurlFree(SphericalHeat(0.8, 1.0, 12)) + TangentWhite(0.3)),
}
SCHEDULE = gn.sde.LinearSchedule(beta_min=1.0, beta_max=12.0, t_min=0.01)


def turned_frame() -> np.ndarray:
    """Orthonormal tangent vectors of random direction, a row for each of two at each point."""
    first = np.asarray(GLOBE.project(GLOBE.random_tangent(X, key=jax.random.key(1))))
    return np.stack([first, np.cross(X, first)], 1)


FRAME = turned_frame()


def coordinates(y: Any) -> Any:
    return jnp.einsum("ica,...ia->...ic", FRAME, y).reshape(*y.shape[:-2], -1)


@functools.cache
def law(gp: gn.GaussianProcess) -> np.ndarray:
    """The covariance of the coordinates in the turned frame."""
    gram = np.asarray(quick_jit(gp.kernel.gram)(X))
    return np.einsum("ica,ijab,jdb->icjd", FRAME, gram, FRAME).reshape(2 * N_POINTS, -1)


def noised(name: str, t: float) -> np.ndarray:
    noising = gn.sde.OrnsteinUhlenbeck(LIMITS[name], SCHEDULE)
    signal, noise = float(noising.signal(t)), float(noising.noise_scale(t))
    return signal**2 * law(DATA) + noise**2 * law(LIMITS[name])


def normal(z: Any, covariance: Any, mean: Any = 0.0) -> Any:
    """The log density of a normal law."""
    deviation = np.asarray(z) - mean
    return multivariate_normal.logpdf(deviation, cov=covariance)


def log_density(y: Any, covariance: np.ndarray) -> Any:
    return normal(coordinates(y), covariance)


@functools.cache
def drawn() -> Any:
    """Many fields of the data."""
    return quick_jit(lambda key: DATA.sample(X, n_samples=4000, key=key))(jax.random.key(3))


def assert_tangent(y: Any, x: Any = X) -> None:
    across = np.abs(np.einsum("ia,...ia->...i", x, y)).max()
    assert across <= 1e-10 * np.abs(y).max()


def test_densities_are_of_the_tangent_spaces():
    y = drawn()[0]
    padded = jnp.concatenate([y, y[:PADDED]])
    plain, masked, with_jitter = quick_jit(
        lambda y: (
            DATA.log_prob(X, y[:N_POINTS]),
            DATA.log_prob(X_PADDED, y, MASK),
            DATA.log_prob(X, y[:N_POINTS], jitter=0.1),
        )
    )(padded)
    expected = log_density(y, law(DATA))
    np.testing.assert_allclose([plain, masked], expected, rtol=1e-10)
    jittered = law(DATA) + 0.1 * np.trace(law(DATA)) / (2 * N_POINTS) * np.eye(2 * N_POINTS)
    np.testing.assert_allclose(with_jitter, log_density(y, jittered), rtol=1e-10)


def test_draws_have_the_covariance():
    assert_tangent(drawn())
    z = coordinates(drawn())
    assert_mean(z[:, :, None] * z[:, None, :], law(DATA))


def test_values_across_the_sphere_are_refused():
    y, white = drawn()[0], LIMITS["white"]
    for use in (white.log_prob, white.condition):
        with pytest.raises(ValueError, match="expected tangent values, got one at point 1 with a"):
            use(X, y.at[1].add(0.1 * X[1]))


def test_conditioning_is_that_of_normal_laws_in_the_frame():
    y, noise = drawn()[0], 0.2

    def posterior_of(y: Any) -> Any:
        posterior = DATA.condition(X[:3], y[:3], noise_variance=noise)
        return (
            *posterior.mean_and_covariance(X[3:], latent=False),
            posterior.log_prob(X[3:], y[3:], latent=False),
            posterior.sample(X[3:], n_samples=4000, latent=False, key=jax.random.key(5)),
        )

    found, gram, density, draws = quick_jit(posterior_of)(y)
    covariance, z = law(DATA), np.asarray(coordinates(y))
    own = covariance[:6, :6] + noise * np.eye(6)
    mean = covariance[6:, :6] @ np.linalg.solve(own, z[:6])
    left = covariance[6:, 6:] - covariance[6:, :6] @ np.linalg.solve(own, covariance[:6, 6:])
    assert_tangent(found, X[3:])
    frame = FRAME[3:]
    np.testing.assert_allclose(np.einsum("ica,ia->ic", frame, found).ravel(), mean, atol=1e-12)
    in_frame = np.einsum("ica,ijab,jdb->icjd", frame, gram, frame).reshape(4, 4)
    np.testing.assert_allclose(in_frame, left, atol=1e-12)
    np.testing.assert_allclose(density, normal(z[6:], left, mean), rtol=1e-10)
    assert_tangent(draws, X[3:])
    centred = np.einsum("ica,nia->nic", frame, draws).reshape(-1, 4) - mean
    assert_mean(second_moments(centred), left)


def test_observations_may_err_in_every_component_by_another_amount():
    variances = jnp.linspace(0.1, 0.5, 3 * N_POINTS).reshape(N_POINTS, 3)
    gram = quick_jit(lambda x: with_noise(DATA.kernel.operator(x), variances).dense())(X)
    noise = np.einsum("ica,ia,ida->icd", FRAME, variances, FRAME)
    expected = law(DATA) + jax.scipy.linalg.block_diag(*noise)
    found = np.einsum("ica,ijab,jdb->icjd", FRAME, gram, FRAME)
    np.testing.assert_allclose(found.reshape(expected.shape), expected, atol=1e-12)


def test_winds_and_temperatures_side_by_side():
    temperature = SphericalHeat(0.8, 2.0, 12)
    both = gn.GaussianProcess(DirectSum((DATA.kernel, temperature)))
    y, found, jittered = quick_jit(
        lambda y: (y, both.log_prob(X, y), both.log_prob(X, y, jitter=0.1))
    )(jnp.concatenate([drawn()[0], drawn()[1][:, :1]], 1))
    scalars = np.asarray(quick_jit(temperature.gram)(X))[:, :, 0, 0]
    # The jitter is relative to the mean of the variances of three independent coordinates.
    extra = 0.1 * (np.trace(law(DATA)) + np.trace(scalars)) / (3 * N_POINTS)
    for density, noise in ((found, 0.0), (jittered, extra)):
        expected = log_density(y[:, :3], law(DATA) + noise * np.eye(2 * N_POINTS))
        own = normal(y[:, 3], scalars + noise * np.eye(N_POINTS))
        np.testing.assert_allclose(density, expected + own, rtol=1e-9)


def test_the_exact_score_is_the_gradient_in_the_tangent_spaces():
    name = "hodge"
    noising, t = gn.sde.OrnsteinUhlenbeck(LIMITS[name], SCHEDULE), 0.3
    score = gn.sde.ExactGaussianScore(noising, DATA)

    def everything(y: Any) -> Any:
        process = noising.at(X_PADDED, MASK)
        exact = score.bind(process)
        return exact(t, y), exact.log_prob(t, y), process.log_prob_limit(y), process.n_values

    y = drawn()[0]
    found, density, last, n_values = quick_jit(everything)(jnp.pad(y, [(0, PADDED), (0, 0)]))
    assert_tangent(found[:N_POINTS])
    # Of a normal law the gradient is minus the inverse of its covariance times the deviation.
    gradient = -np.linalg.solve(noised(name, t), coordinates(y))
    expected = law(LIMITS[name]) @ gradient
    np.testing.assert_allclose(coordinates(found[:N_POINTS]), expected, atol=1e-9)
    np.testing.assert_allclose(density, log_density(y, noised(name, t)), rtol=1e-9)
    np.testing.assert_allclose(last, log_density(y, law(LIMITS[name])), rtol=1e-9)
    assert int(n_values) == 2 * N_POINTS


def test_samplers_stay_in_the_tangent_spaces_and_have_the_law():
    noising = gn.sde.OrnsteinUhlenbeck(LIMITS["hodge"], SCHEDULE)
    score = gn.sde.ExactGaussianScore(noising, DATA)
    y = gn.sampling.sample(noising, score, X, n_samples=3000, key=jax.random.key(8))
    assert_tangent(y)
    z = coordinates(y)
    products, expected = z[:, :, None] * z[:, None, :], noised("hodge", SCHEDULE.t_min)
    error = np.abs(np.asarray(products.mean(0)) - expected).max()
    # Of 3000 draws, and of 20 steps.
    assert error < 0.12 * expected.max()


def test_likelihoods_are_of_the_tangent_spaces():
    name = "hodge"
    noising = gn.sde.OrnsteinUhlenbeck(LIMITS[name], SCHEDULE)
    score = gn.sde.ExactGaussianScore(noising, DATA)
    y = drawn()[0]

    def last(y: Any) -> Any:
        return score.bind(noising.at(X)).log_prob(SCHEDULE.t_max, y)

    found = gn.likelihood.log_prob(noising, score, gn.FieldSample(X, y), terminal=last)
    np.testing.assert_allclose(found, log_density(y, noised(name, SCHEDULE.t_min)), atol=1e-4)


@functools.cache
def untrained() -> tuple[gn.NeuralDiffusionProcess, Any]:
    """A model whose limit is correlated, and its parameters."""
    network = gn.networks.SphereEquivariant(WIND, tangent=True, width=8, n_layers=1, n_channels=4)
    model = gn.NeuralDiffusionProcess(gn.sde.OrnsteinUhlenbeck(LIMITS["hodge"], SCHEDULE), network)
    sample = gn.FieldSample(X, drawn()[0])
    return model, quick_jit(lambda key: network.init(key, sample))(jax.random.key(0))


@pytest.mark.slow
def test_a_step_of_training_lowers_the_loss():
    (model, params), sample = untrained(), gn.FieldSample(X, drawn()[0])

    def loss(params: Any) -> Any:
        return model.loss(params, sample, 0.3, key=jax.random.key(1))

    before, slope = quick_jit(jax.value_and_grad(loss))(params)
    after = loss(jax.tree.map(lambda p, g: p - 1e-3 * g, params, slope))
    assert float(after) < float(before)


def test_the_score_of_a_network_is_tangent_and_turns_with_the_globe():
    model, params = untrained()
    score = model.score(params)
    noise = GLOBE.random_tangent(X, key=jax.random.key(3))
    run = quick_jit(lambda x, y: score(0.3, x, y, jnp.ones(N_POINTS, bool)))
    found = run(X, noise)
    assert_tangent(found)
    for determinant in WIND.group.determinants:
        g = WIND.group.sample(key=jax.random.key(4), determinant=determinant)
        x, y = WIND.act(g, X, noise)
        np.testing.assert_allclose(run(x, y), WIND.act(g, X, found)[1], atol=1e-9)


def test_limits_say_under_which_groups_they_are_invariant():
    mixed = gn.GaussianProcess(DirectSum((DATA.kernel, SphericalHeat(0.8, 2.0))))
    fibre = gn.representations.Vector(3) + gn.representations.Trivial(1)
    assert mixed.is_invariant(gn.FieldType(gn.groups.O(3), fibre, domain=GLOBE))
    westerlies = gn.GaussianProcess(DATA.kernel, gn.gp.ConstantMean(jnp.eye(3)[0]))
    assert not westerlies.is_invariant(WIND)
    moved = gn.FieldType(gn.groups.E(3), gn.representations.Vector(3))
    assert not LIMITS["white"].is_invariant(moved)
