"""Gaussian processes in charts, against the formulas of conditioning in numpy."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

import geomndp as gn
from geomndp.baselines import ChartGaussianProcess, fit_chart_gaussian_process

KERNEL = gn.kernels.Matern52(2.0, 0.05)
NOISE = 1e-6
DAYS = np.arange(5.0)[:, None] / 2
AHEAD = np.array([[2.5], [3.0], [4.0]])


def context(longitude: float) -> gn.FieldSample:
    days = jnp.asarray(DAYS)
    y = gn.manifolds.from_geographic(15 + 2 * days[:, 0], longitude + days[:, 0] ** 2)
    return gn.FieldSample(days, y)


def matern(x: np.ndarray, z: np.ndarray) -> np.ndarray:
    r = np.sqrt(5) * np.abs(x - z.T) / 2.0
    return 0.05 * (1 + r + r**2 / 3) * np.exp(-r)


def posterior(u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    gram = matern(DAYS, DAYS) + NOISE * np.eye(5)
    gain = np.linalg.solve(gram, matern(DAYS, AHEAD)).T
    return gain @ u, matern(AHEAD, AHEAD) - gain @ matern(DAYS, AHEAD)


@pytest.mark.parametrize("longitude", [-50.0, 178.0])
def test_the_mean_is_that_of_the_formula_in_the_plane(longitude: float):
    given = context(longitude)
    rule = ChartGaussianProcess(KERNEL, NOISE)
    chart = gn.manifolds.Stereographic(given.y[-1])
    mean, _ = posterior(np.asarray(chart.to_plane(given.y)))
    expected = chart.to_sphere(jnp.asarray(mean))
    np.testing.assert_allclose(rule(given, jnp.asarray(AHEAD)), expected, atol=1e-9)


def test_in_longitude_and_latitude():
    given = context(-50.0)
    rule = ChartGaussianProcess(KERNEL, NOISE, gn.manifolds.LongitudeLatitude)
    latitude, longitude = (np.asarray(a) for a in gn.manifolds.to_geographic(given.y))
    east = longitude - longitude[-1]
    mean, _ = posterior(np.deg2rad(np.stack([east, latitude], -1)))
    found = gn.manifolds.to_geographic(rule(given, jnp.asarray(AHEAD)))
    np.testing.assert_allclose(found[0], np.rad2deg(mean[:, 1]), atol=1e-6)
    np.testing.assert_allclose(found[1], np.rad2deg(mean[:, 0]) + longitude[-1], atol=1e-6)


def test_draws_have_the_law_of_the_formula():
    given = context(178.0)
    rule = ChartGaussianProcess(KERNEL, NOISE)
    members = rule.sample(given, jnp.asarray(AHEAD), n_samples=4000, key=jax.random.key(0))
    chart = gn.manifolds.Stereographic(given.y[-1])
    u = np.asarray(chart.to_plane(members))
    mean, covariance = posterior(np.asarray(chart.to_plane(given.y)))
    deviation = np.sqrt(np.diagonal(covariance))
    np.testing.assert_allclose((u.mean(0) - mean) / deviation[:, None], 0, atol=5 / 4000**0.5)
    found = np.cov(u[..., 0].T) / np.outer(deviation, deviation)
    expected = covariance / np.outer(deviation, deviation)
    np.testing.assert_allclose(found, expected, atol=0.1)


@pytest.mark.parametrize("chart", [gn.manifolds.Stereographic, gn.manifolds.LongitudeLatitude])
def test_the_density_of_a_path_is_a_density_on_the_globe(chart):
    """So that its integral over the globe is 1."""
    given = context(178.0)
    rule = ChartGaussianProcess(KERNEL, 1e-3, chart)
    x = jnp.array([[3.0]])
    axis = np.linspace(-np.pi / 2, np.pi / 2, 401)[:, None] * np.ones((1, 801)) / 1.0001
    around = np.linspace(0, 2 * np.pi, 801)[None] * np.ones((401, 1))
    y = np.stack([np.cos(axis) * np.cos(around), np.cos(axis) * np.sin(around), np.sin(axis)], -1)
    density = jax.jit(
        jax.vmap(lambda y: jnp.exp(rule.log_prob(given, gn.FieldSample(x, y[None]))))
    )(jnp.asarray(y.reshape(-1, 3)))
    inner = np.trapezoid(np.asarray(density).reshape(y.shape[:2]), around[0], axis=1)
    assert np.trapezoid(inner * np.cos(axis[:, 0]), axis[:, 0]) == pytest.approx(1, abs=1e-3)


def test_the_density_of_a_path_is_that_of_the_formula_and_knows_no_padding():
    given, y = context(178.0), context(178.2).y[2:]
    rule, target = ChartGaussianProcess(KERNEL, NOISE), gn.FieldSample(jnp.asarray(AHEAD), y)
    expected = rule.log_prob(given, target)
    chart = gn.manifolds.Stereographic(given.y[-1])
    mean, covariance = posterior(np.asarray(chart.to_plane(given.y)))
    law: Any = stats.multivariate_normal
    noisy, coordinates = covariance + NOISE * np.eye(3), np.asarray(chart.to_plane(y))
    of_plane = sum(law.logpdf(coordinates[:, i], mean[:, i], noisy) for i in (0, 1))
    assert expected == pytest.approx(of_plane + float(chart.log_det_jacobian(y).sum()), rel=1e-9)
    np.testing.assert_allclose(rule.log_prob(given.pad(9), target), expected, rtol=1e-9)
    with pytest.raises(ValueError, match="a target without padding"):
        rule.log_prob(given, target.pad(5))


def test_single_precision_padding_and_covariates_change_little():
    given, x = context(178.0), jnp.asarray(AHEAD)
    rule = ChartGaussianProcess(KERNEL, NOISE)
    expected = rule(given, x)
    single = jax.tree.map(lambda a: a if a.dtype == bool else a.astype(jnp.float32), given)
    single = gn.FieldSample(single.x, single.y, covariates=jnp.ones((5, 2), jnp.float32)).pad(7)
    found = rule(single, x.astype(jnp.float32))
    assert found.dtype == jnp.float32
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_a_fit_finds_the_kernel_of_its_data():
    gp = gn.GaussianProcess(gn.kernels.Matern52(3.0, 0.01))
    days = jnp.arange(0.0, 6.0, 0.5)[:, None]
    u = gp.sample(days, n_samples=120, key=jax.random.key(0)).reshape(60, 2, -1)
    steps = jnp.swapaxes(u, 1, 2) - jnp.swapaxes(u, 1, 2)[:, :1]
    y = jax.vmap(gn.manifolds.Stereographic(jnp.array([1.0, 0, 0])).to_sphere)(steps)
    tracks = gn.FieldSample(jnp.broadcast_to(days, (60, *days.shape)), y)
    found = fit_chart_gaussian_process(tracks, chart=gn.manifolds.Stereographic)
    # Seen from its first point a process looks smoother and wider: by no more than a half here.
    kernel = found.kernel
    assert isinstance(kernel, gn.kernels.Matern52)
    assert kernel.lengthscale == pytest.approx(3.0, rel=0.5)
    assert found.noise_variance < 1e-5
    assert fit_chart_gaussian_process(tracks, chart=gn.manifolds.Stereographic, n_steps=1) != found
