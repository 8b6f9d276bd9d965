"""Kernels on the globe: their series, the heat kernel, the addition theorem, and their variance."""

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from kernel_cases import matrix_of, quick_jit
from scipy import special

from geomndp.kernels import (
    AbstractKernel,
    AbstractZonalKernel,
    SphericalHeat,
    SphericalMatern,
    SquaredExponential,
    ZonalSeries,
)
from geomndp.manifolds import SphereHeatKernel

ANGLES = np.array([0.0, 1e-7, 0.01, 0.3, 1.0, 2.0, 3.0, np.pi])
POLE = jnp.array([[0.0, 0.0, 1.0]])
LENGTH, VARIANCE, N_DEGREES = 0.4, 1.5, 40
SERIES = (0.3, 0.0, 1.0, 0.5, 0.0, 2.0)


def at_angles(kernel: AbstractKernel, angles: Any = ANGLES) -> np.ndarray:
    """Covariances of the pole and points at given angles from it."""
    zero = np.zeros_like(angles)
    x = jnp.asarray(np.stack([np.sin(angles), zero, np.cos(angles)], -1))
    return np.asarray(quick_jit(kernel.cross_covariance)(POLE, x))[0, :, 0, 0]


def spectra() -> dict[str, tuple[AbstractZonalKernel, np.ndarray]]:
    """Kernels with their weights, written down again."""
    degree = np.arange(N_DEGREES)
    multiplicity, eigenvalue = 2 * degree + 1, degree * (degree + 1)
    found: dict[str, tuple[AbstractZonalKernel, np.ndarray]] = {
        "series": (ZonalSeries(coefficients=SERIES, variance=VARIANCE), np.array(SERIES)),
        "heat": (
            SphericalHeat(LENGTH, VARIANCE, N_DEGREES),
            multiplicity * np.exp(-eigenvalue * LENGTH**2 / 2),
        ),
    }
    for order in (0.5, 1.5, 2.5):
        weights = multiplicity * (2 * order / LENGTH**2 + eigenvalue) ** (-order - 1)
        found[f"matern-{order}"] = SphericalMatern(order, LENGTH, VARIANCE, N_DEGREES), weights
    return found


SPECTRA = spectra()


def assert_series(kernel: AbstractKernel, weights: np.ndarray) -> None:
    polynomials = special.eval_legendre(np.arange(len(weights))[:, None], np.cos(ANGLES))
    expected = VARIANCE * (weights / weights.sum()) @ polynomials
    np.testing.assert_allclose(at_angles(kernel), expected, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("name", SPECTRA)
def test_kernels_are_series_of_legendre_polynomials(name: str):
    assert_series(*SPECTRA[name])


def test_other_weights_are_found():
    kernel, weights = SPECTRA["matern-1.5"]
    with pytest.raises(AssertionError, match="Not equal to tolerance"):
        assert_series(kernel, SPECTRA["matern-2.5"][1])
    with pytest.raises(AssertionError, match="Not equal to tolerance"):
        assert_series(kernel, np.roll(weights, 1))


@pytest.mark.parametrize("length", [0.1, 0.4, 1.2])
def test_the_heat_kernel_is_the_density_of_brownian_motion(length: float):
    clock = jnp.full(ANGLES.shape, length**2)
    log_density = np.asarray(SphereHeatKernel().log_density_at(jnp.asarray(ANGLES), clock))
    expected = VARIANCE * np.exp(log_density - log_density[0])
    found = at_angles(SphericalHeat(length, VARIANCE, n_degrees=128))
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-11)


def test_a_small_part_of_the_globe_is_flat():
    angles = np.array([0.0, 0.01, 0.03, 0.06])
    found = at_angles(SphericalHeat(0.03, VARIANCE, n_degrees=400), angles)
    flat = SquaredExponential(0.03, VARIANCE)
    expected = flat.cross_covariance(jnp.zeros((1, 1)), jnp.asarray(angles)[:, None])[0, :, 0, 0]
    np.testing.assert_allclose(found, expected, atol=1e-3)


@pytest.mark.parametrize("name", SPECTRA)
def test_the_variance_is_that_of_a_value(name: str):
    kernel, _ = SPECTRA[name]
    x = np.random.default_rng(0).normal(size=(6, 3))
    x = jnp.asarray(x / np.linalg.norm(x, axis=1, keepdims=True))
    variances = np.diagonal(matrix_of(kernel.gram(x)))
    np.testing.assert_allclose(variances, VARIANCE, rtol=1e-12)
    weights = np.asarray(kernel.degree_variances())
    assert (weights >= 0).all()
    assert weights.any()


@pytest.mark.parametrize("degree", [0, 1, 3])
def test_one_degree_has_as_many_waves_as_spherical_harmonics(degree: int):
    """The addition theorem: its covariance is the sum over 2l + 1 harmonics."""
    rng = np.random.default_rng(1)
    angle, height = rng.uniform(0, 2 * np.pi, size=12), rng.uniform(-1, 1, size=12)
    across = np.sqrt(1 - height**2)
    x = jnp.asarray(np.stack([across * np.cos(angle), across * np.sin(angle), height], -1))
    kernel = ZonalSeries(coefficients=(0.0,) * degree + (1.0,), variance=VARIANCE)
    matrix = matrix_of(kernel.gram(x))
    orders = np.arange(-degree, degree + 1)[:, None]
    harmonics = special.sph_harm_y(degree, orders, np.arccos(height), angle)
    expected = 4 * np.pi / (2 * degree + 1) * VARIANCE * (harmonics.T @ harmonics.conj()).real
    np.testing.assert_allclose(matrix, expected, atol=1e-12)
    assert np.linalg.matrix_rank(matrix, tol=1e-9) == 2 * degree + 1


LONG = 4000
SHARES: dict[str, Callable[[float, int], tuple[AbstractZonalKernel, float]]] = {
    "heat": lambda length, n: (
        SphericalHeat(length, VARIANCE, n),
        np.exp(-n * (n - 1) * length**2 / 2),
    ),
    **{
        f"matern-{nu}": lambda length, n, nu=nu: (
            SphericalMatern(nu, length, VARIANCE, n),
            (1 + n * (n - 1) * length**2 / (2 * nu)) ** -nu,
        )
        for nu in (0.5, 1.5, 2.5)
    },
}
"""Kernels, and the bound of the share that the terms left out have in the variance."""


@pytest.mark.parametrize("name", SHARES)
@pytest.mark.parametrize(("length", "n_degrees"), [(2.9, 2), (1.0, 4), (0.3, 14), (0.3, 40)])
def test_series_that_are_cut_off_err_within_the_bound(name: str, length: float, n_degrees: int):
    kernel, share = SHARES[name](length, n_degrees)
    long, _ = SHARES[name](length, LONG)
    found, exact = (np.asarray(each.degree_variances()) for each in (kernel, long))
    error = exact - np.pad(found, (0, LONG - n_degrees))
    at_angles = special.eval_legendre(np.arange(LONG)[:, None], np.cos(np.linspace(0, np.pi, 9)))
    rounding = 1e-12 * VARIANCE
    assert np.abs(error @ at_angles).max() <= 2 * VARIANCE * share + rounding
    # Of vectors, whose degree 0 is left out, the norm of the difference is at most this.
    found, exact = (each[1:] / each[1:].sum() for each in (found, exact))
    total = np.abs(exact - np.pad(found, (0, LONG - n_degrees))).sum()
    if length**2 < 3:
        assert total <= 2 * share / (1 - length**2 / 3) + 1e-12
    # Where the terms change slowly it is no idle bound, but of the right order.
    if n_degrees == 14:
        assert exact[n_degrees - 1 :].sum() > 0.2 * share


def test_fields_of_smaller_lengthscale_are_rougher():
    values = [at_angles(SphericalMatern(1.5, length, 1.0))[3] for length in (0.1, 0.3, 1.0)]
    assert values == sorted(values)
