"""Harmonic series of unknown period: the frequency, the mean, and what points are told."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from geomndp.networks.harmonic_fit import N_TERMS, HarmonicFit, fit_harmonics, harmonic_features
from geomndp.networks.points import Points

PERIODS = 0.125, 1.0
FIT = jax.jit(lambda points: fit_harmonics(points, PERIODS))
FEATURES = jax.jit(lambda points: harmonic_features(points, PERIODS))
SLOPE = jax.jit(
    lambda noise, x, y, mask, change: jax.jvp(
        lambda y: FEATURES(noised(x, y, noise, mask)), (y,), (change,)
    )
)
ADDED = 1e-7 + 60 * 2e-6
"""Variance that is added to that of the noise, at 60 points."""
PRIOR = 6 / (np.pi * np.arange(1, N_TERMS + 1)) ** 2


def normal(seed: int, *shape: int) -> jax.Array:
    return jax.random.normal(jax.random.key(seed), shape)


def places(seed: int, n: int = 60) -> jax.Array:
    return jax.random.uniform(jax.random.key(seed), (n, 1), minval=-2.0, maxval=2.0)


def series(x: jax.Array, frequency: float, seed: int, n_terms: int = 8, dim: int = 1) -> jax.Array:
    """With coefficients of the law that is assumed, but for the first cosine, of one and a half."""
    order = jnp.arange(1.0, n_terms + 1)[None]
    a, b = normal(seed, 2, n_terms, dim) * jnp.asarray(PRIOR[None, :n_terms, None] ** 0.5)
    a = a.at[0].set(1.5 * PRIOR[0] ** 0.5)
    phases = 2 * jnp.pi * frequency * x * order
    return jnp.cos(phases) @ a + jnp.sin(phases) @ b


def noised(
    x: jax.Array, y: jax.Array, noise: float | jax.Array, mask: jax.Array | None = None
) -> Points:
    """Values to which such noise was added, as networks are given them."""
    mask = jnp.ones(len(x), bool) if mask is None else mask
    scale = jnp.asarray(noise, y.dtype)
    return Points.noised(scale, x, y / jnp.sqrt(1 + scale**2), mask, None)


def kernel(x: np.ndarray, frequency: float) -> np.ndarray:
    way = x - x.T
    order = np.arange(1, N_TERMS + 1)
    return 0.09 + np.cos(2 * np.pi * frequency * way[..., None] * order) @ PRIOR


@pytest.mark.parametrize("frequency", [1.3, 3.0, 4.71, 7.9])
@pytest.mark.parametrize("noise", [0.0, 0.02, 0.2])
def test_the_frequency_is_found(frequency: float, noise: float):
    x = places(0)
    y = series(x, frequency, seed=1) + noise * normal(2, 60, 1)
    fit = FIT(noised(x, y, noise))
    assert abs(fit.frequency - frequency) < 1e-4 + 0.05 * noise
    assert 0.1 < fit.misfit < 1.1 or not noise


def test_what_does_not_repeat_within_the_range_misfits():
    x = places(0)
    for y in (series(x, 17.3, seed=1), normal(3, 60, 1)):
        assert FIT(noised(x, y, 0.01)).misfit > 10


@pytest.mark.parametrize("seed", [4, 5, 6])
def test_the_frequency_is_that_of_the_best_fit(seed: int):
    """Of all near it, by a Gaussian process at each of them."""
    x, noise = places(seed), 0.1
    y = series(x, 3.3, seed=5) + noise * normal(seed + 2, 60, 1)
    fit = FIT(noised(x, y, noise))
    near = 3.3 + np.linspace(-0.02, 0.02, 801)
    of_noise = (noise**2 + ADDED) * np.eye(60)
    values = np.asarray(y)
    off = [
        (values.T @ np.linalg.solve(kernel(np.asarray(x), f) + of_noise, values)).item()
        for f in near
    ]
    assert abs(fit.frequency - near[np.argmin(off)]) < 2e-4


def test_the_mean_is_that_of_a_gaussian_process_with_a_periodic_kernel():
    """Given noised values, and observations free of noise."""
    x = places(7, 40)
    noise = np.where(np.arange(40) < 32, 0.3, 0.0)
    y = series(x, 3.3, seed=8, dim=2) + noise[:, None] * normal(9, 40, 2)
    mask = jnp.arange(40) % 8 != 5
    points = Points(
        x, y / jnp.sqrt(1 + noise**2)[:, None], mask, jnp.asarray(noise), covariates=None
    )
    fit = FIT(points)
    real = np.asarray(mask)
    covariance = kernel(np.asarray(x)[real], fit.frequency.item())
    of_noise = np.diag(noise[real] ** 2 + 1e-7 + 35 * 2e-6)
    gain = np.linalg.solve(covariance + of_noise, covariance).T
    np.testing.assert_allclose(fit.mean[real], gain @ np.asarray(y)[real], atol=1e-9)
    # What is left of the variance, and how much the mean follows each value.
    left = np.diag(covariance - gain @ covariance)
    np.testing.assert_allclose(fit.variance[real], left, atol=1e-9)
    np.testing.assert_allclose(fit.own[real], np.diag(gain), atol=1e-9)
    assert fit.own[real].min() < 0.9 < fit.own[real].max()
    assert (fit.own[~real] == 0).all()


def test_observations_tell_the_period_where_the_rest_is_noise():
    x = places(10, 80)
    y = series(x, 4.2, seed=11)
    far = noised(x[:40], y[:40] + 10 * normal(12, 40, 1), 10.0)
    observed = noised(x[40:], y[40:], 0.0)
    fit = FIT(far.join(observed))
    assert abs(fit.frequency - 4.2) < 1e-3
    # At points of which nothing but noise was seen.
    assert jnp.mean((fit.mean - y)[:40] ** 2) < 0.2 * jnp.mean(y**2)
    alone = FIT(far)
    assert jnp.mean((alone.mean - y[:40]) ** 2) > 0.5 * jnp.mean(y**2)


def test_waves_count_from_the_phase_of_the_first():
    x, frequency, start = places(13), 2.5, 0.37
    y = 0.8 * jnp.cos(2 * jnp.pi * frequency * (x - start))
    fit = FIT(noised(x, y, 0.01))
    phases = 2 * jnp.pi * frequency * (x - start) * jnp.arange(1.0, 4.0)[None]
    np.testing.assert_allclose(fit.waves[:, :3], np.exp(1j * np.asarray(phases)), atol=0.03)
    expected = jnp.zeros(N_TERMS).at[0].set(0.8 / PRIOR[0] ** 0.5)
    np.testing.assert_allclose(fit.coefficients[:, 0], expected, atol=0.03)


def test_waves_and_coefficients_make_the_mean():
    x = places(14)
    fit: HarmonicFit = FIT(noised(x, series(x, 3.9, seed=15), 0.05))
    made = (np.asarray(fit.waves) @ (np.asarray(fit.coefficients) * PRIOR[:, None] ** 0.5)).real
    # But for the constant, and the little by which waves are shorter than 1.
    assert abs(jnp.std(made - fit.mean)) < 1e-2


@pytest.mark.parametrize("dim", [1, 2])
def test_shifts_and_points_that_are_not_real_change_nothing(dim: int):
    x = places(16)
    y = series(x, 3.6, seed=17, dim=dim)
    told = FEATURES(noised(x, y, 0.1))
    np.testing.assert_allclose(FEATURES(noised(x + 50.0, y, 0.1)), told, atol=1e-7)
    # In front and behind, where anything may be written, far away too.
    padded = noised(
        jnp.concatenate([jnp.full((1, 1), 1e5), x, 9 * normal(18, 4, 1)]),
        jnp.concatenate([jnp.full((1, dim), jnp.nan), y, 9 * normal(19, 4, dim)]),
        0.1,
        (jnp.arange(65) > 0) & (jnp.arange(65) < 61),
    )
    np.testing.assert_allclose(FEATURES(padded)[1:61], told, atol=1e-7)
    assert (FEATURES(padded)[jnp.array([0, 61, 64])] == 0).all()
    assert abs(FEATURES(noised(x, y[::-1], 0.1)) - told).max() > 0.1


def test_points_are_told_how_many_there_are():
    x, real = places(0), jnp.arange(60) < 9
    told = FEATURES(noised(x, series(x, 4.0, seed=1), 0.2, real))
    np.testing.assert_allclose(told[:9, -1], np.log(10 / 20))


def test_single_precision_tells_the_same():
    """Also where nothing repeats, and observations leave all but some coefficients open."""
    for seed in range(8):
        noise = jnp.where(jnp.arange(10) < 6, 0.2, 0.0)
        points = Points(2 * normal(seed, 10, 1), normal(seed + 9, 10, 2), noise >= 0, noise, None)
        single = jax.tree.map(lambda a: a.astype(jnp.float32), points._replace(mask=None))
        double = jax.tree.map(lambda a: a.astype(jnp.float64), single)
        found, expected = (FIT(p._replace(mask=points.mask)) for p in (single, double))
        assert found.mean.dtype == jnp.float32
        np.testing.assert_allclose(found.frequency, expected.frequency, rtol=1e-5)
        np.testing.assert_allclose(found.mean, expected.mean, atol=1e-3)
        np.testing.assert_allclose(found.variance, expected.variance, atol=1e-3)
        np.testing.assert_allclose(found.own, expected.own, atol=2e-3)


def test_the_frequency_stays_in_the_range():
    """Of a slow trend, which has none."""
    x = places(23)
    assert 1.0 <= FIT(noised(x, 0.3 * x**2 - x, 0.01)).frequency <= 8.0


@pytest.mark.parametrize("n_real", [0, 1, 2, 50])
@pytest.mark.parametrize("noise", [1e-3, 1.0, 1e3])
@pytest.mark.parametrize("size", [0.0, 1.0, 100.0])
@pytest.mark.parametrize("dtype", [jnp.float32, jnp.float64])
def test_features_and_their_slopes_are_finite(n_real: int, noise: float, size: float, dtype):
    """At few points, of values that are all alike, where two points are one, in half the digits."""
    x = places(20, 50).astype(dtype).at[1].set(places(20, 50)[0].astype(dtype))
    y = (size * normal(21, 50, 1)).astype(dtype)
    mask = jnp.arange(50) < n_real

    change = normal(22, 50, 1).astype(dtype)
    told, slope = SLOPE(jnp.asarray(noise, dtype), x, y, mask, change)
    assert told.dtype == dtype
    assert jnp.isfinite(told).all()
    assert jnp.isfinite(slope).all()
    assert abs(told).max() <= 4
