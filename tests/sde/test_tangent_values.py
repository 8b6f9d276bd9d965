"""Gaussian processes of tangent vectors on the globe, noised in the tangent spaces.

The oracle is dense linear algebra in the coordinates of a frame, turned at random.
"""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from kernel_cases import quick_jit
from standard_errors import assert_mean, second_moments

import geomndp as gn
from geomndp.kernels import (
    DirectSum,
    HodgeCurlFree,
    HodgeDivergenceFree,
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


def law(gp: gn.GaussianProcess) -> np.ndarray:
    """The covariance of the coordinates in the turned frame."""
    gram = np.asarray(gp.kernel.gram(X))
    return np.einsum("ica,ijab,jdb->icjd", FRAME, gram, FRAME).reshape(2 * N_POINTS, -1)


def noised(name: str, t: float) -> np.ndarray:
    noising = gn.sde.OrnsteinUhlenbeck(LIMITS[name], SCHEDULE)
    signal, noise = float(noising.signal(t)), float(noising.noise_scale(t))
    return signal**2 * law(DATA) + noise**2 * law(LIMITS[name])


def log_density(y: Any, covariance: np.ndarray) -> Any:
    z = coordinates(y)
    return jax.scipy.stats.multivariate_normal.logpdf(z, jnp.zeros_like(z), covariance)


def assert_tangent(y: Any, x: Any = X) -> None:
    across = np.abs(np.einsum("ia,...ia->...i", x, y)).max()
    assert across <= 1e-10 * np.abs(y).max()


def test_densities_are_of_the_tangent_spaces():
    y = DATA.sample(X, key=jax.random.key(2))
    assert_tangent(y)
    expected = log_density(y, law(DATA))
    np.testing.assert_allclose(DATA.log_prob(X, y), expected, rtol=1e-10)
    padded = jnp.concatenate([y, y[:PADDED]])
    np.testing.assert_allclose(DATA.log_prob(X_PADDED, padded, MASK), expected, rtol=1e-10)
    jittered = law(DATA) + 0.1 * np.trace(law(DATA)) / (2 * N_POINTS) * np.eye(2 * N_POINTS)
    found = DATA.log_prob(X, y, jitter=0.1)
    np.testing.assert_allclose(found, log_density(y, jittered), rtol=1e-10)


def test_draws_have_the_covariance():
    samples = DATA.sample(X, n_samples=4000, key=jax.random.key(3))
    assert_tangent(samples)
    z = coordinates(samples)
    assert_mean(z[:, :, None] * z[:, None, :], law(DATA))


def test_values_across_the_sphere_are_refused():
    y = DATA.sample(X, key=jax.random.key(2))
    for use in (DATA.log_prob, DATA.condition):
        with pytest.raises(ValueError, match="expected tangent values, got one at point 1 with a"):
            use(X, y.at[1].add(0.1 * X[1]))


@pytest.mark.parametrize("noise", [0.0, 0.2])
def test_conditioning_is_that_of_normal_laws_in_the_frame(noise: float):
    y = DATA.sample(X, key=jax.random.key(4))
    posterior = DATA.condition(X[:3], y[:3], noise_variance=noise)
    covariance, z = law(DATA), np.asarray(coordinates(y))
    own = covariance[:6, :6] + noise * np.eye(6)
    mean = covariance[6:, :6] @ np.linalg.solve(own, z[:6])
    left = covariance[6:, 6:] - covariance[6:, :6] @ np.linalg.solve(own, covariance[:6, 6:])
    found, gram = posterior.mean_and_covariance(X[3:], latent=False)
    assert_tangent(found, X[3:])
    frame = FRAME[3:]
    np.testing.assert_allclose(np.einsum("ica,ia->ic", frame, found).ravel(), mean, atol=1e-12)
    in_frame = np.einsum("ica,ijab,jdb->icjd", frame, gram, frame).reshape(4, 4)
    np.testing.assert_allclose(in_frame, left, atol=1e-12)
    expected = jax.scipy.stats.multivariate_normal.logpdf(z[6:], mean, left)
    density = posterior.log_prob(X[3:], y[3:], latent=False)
    np.testing.assert_allclose(density, expected, rtol=1e-10)
    draws = posterior.sample(X[3:], n_samples=4000, latent=False, key=jax.random.key(5))
    assert_tangent(draws, X[3:])
    centred = np.einsum("ica,nia->nic", frame, draws).reshape(-1, 4) - mean
    assert_mean(second_moments(centred), left)


def test_observations_may_err_in_every_component_by_another_amount():
    y = DATA.sample(X, key=jax.random.key(4))
    variances = jnp.linspace(0.1, 0.5, 3 * N_POINTS).reshape(N_POINTS, 3)
    operator = DATA.condition(X, y, noise_variance=variances).evidence.operator
    noise = np.einsum("ica,ia,ida->icd", FRAME, variances, FRAME)
    expected = law(DATA) + jax.scipy.linalg.block_diag(*noise)
    found = np.einsum("ica,ijab,jdb->icjd", FRAME, operator.dense(), FRAME)
    np.testing.assert_allclose(found.reshape(expected.shape), expected, atol=1e-12)


def test_winds_and_temperatures_side_by_side():
    temperature = SphericalHeat(0.8, 2.0, 12)
    both = gn.GaussianProcess(DirectSum((DATA.kernel, temperature)))
    y = both.sample(X, key=jax.random.key(6))
    own = gn.GaussianProcess(temperature).log_prob(X, y[:, 3:], jitter=1e-9)
    # The jitter is relative to the mean of the variances of three independent coordinates.
    share = float(np.trace(law(DATA)) + 2.0 * N_POINTS) / (3 * N_POINTS) / 2.0
    expected = log_density(y[:, :3], law(DATA)) + own
    np.testing.assert_allclose(both.log_prob(X, y, jitter=1e-9 / share), expected, rtol=1e-6)


@pytest.mark.parametrize("name", LIMITS)
def test_the_exact_score_is_the_gradient_in_the_tangent_spaces(name: str):
    noising, t = gn.sde.OrnsteinUhlenbeck(LIMITS[name], SCHEDULE), 0.3
    process, score = noising.at(X_PADDED, MASK), gn.sde.ExactGaussianScore(noising, DATA)
    y = jnp.concatenate([DATA.sample(X, key=jax.random.key(7)), jnp.zeros((PADDED, 3))])
    found = quick_jit(score)(t, X_PADDED, y, MASK)[:N_POINTS]
    assert_tangent(found)
    gradient = jax.grad(lambda y: log_density(y, noised(name, t)))(y[:N_POINTS])
    expected = law(LIMITS[name]) @ coordinates(gradient)
    np.testing.assert_allclose(coordinates(found), expected, atol=1e-9)
    normal = score.bind(process)
    density = log_density(y[:N_POINTS], noised(name, t))
    np.testing.assert_allclose(normal.log_prob(t, y), density, rtol=1e-9)
    np.testing.assert_allclose(
        process.log_prob_limit(y), log_density(y[:N_POINTS], law(LIMITS[name])), rtol=1e-9
    )
    assert int(process.n_values) == 2 * N_POINTS


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


@pytest.mark.parametrize("name", LIMITS)
def test_likelihoods_are_of_the_tangent_spaces(name: str):
    noising = gn.sde.OrnsteinUhlenbeck(LIMITS[name], SCHEDULE)
    score = gn.sde.ExactGaussianScore(noising, DATA)
    y = DATA.sample(X, key=jax.random.key(9))
    exact = score.bind(noising.at(X))
    found = gn.likelihood.log_prob(
        noising, score, gn.FieldSample(X, y), terminal=lambda y: exact.log_prob(SCHEDULE.t_max, y)
    )
    np.testing.assert_allclose(found, log_density(y, noised(name, SCHEDULE.t_min)), atol=1e-4)


def test_a_model_trains_and_its_score_turns_with_the_globe():
    noising = gn.sde.OrnsteinUhlenbeck(LIMITS["hodge"], SCHEDULE)
    network = gn.networks.SphereEquivariant(WIND, tangent=True, width=8, n_layers=1, n_channels=4)
    model = gn.NeuralDiffusionProcess(noising, network)
    sample = gn.FieldSample(X, DATA.sample(X, key=jax.random.key(2)))
    params = model.init(sample, key=jax.random.key(0))

    def loss(params: Any) -> Any:
        return model.loss(params, sample, 0.3, key=jax.random.key(1))

    before, slope = quick_jit(jax.value_and_grad(loss))(params)
    after = loss(jax.tree.map(lambda p, g: p - 1e-3 * g, params, slope))
    assert float(after) < float(before)

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
    for limit in (*LIMITS.values(), DATA):
        assert limit.is_invariant(WIND)
    mixed = gn.GaussianProcess(DirectSum((DATA.kernel, SphericalHeat(0.8, 2.0))))
    fibre = gn.representations.Vector(3) + gn.representations.Trivial(1)
    assert mixed.is_invariant(gn.FieldType(gn.groups.O(3), fibre, domain=GLOBE))
    westerlies = gn.GaussianProcess(DATA.kernel, gn.gp.ConstantMean(jnp.eye(3)[0]))
    assert not westerlies.is_invariant(WIND)
    flat = gn.FieldType(gn.groups.O(3), gn.representations.Vector(3))
    assert gn.GaussianProcess(HodgeDivergenceFree(SphericalHeat(0.5, 1.0))).is_invariant(flat)
    moved = gn.FieldType(gn.groups.E(3), gn.representations.Vector(3))
    assert not LIMITS["white"].is_invariant(moved)
