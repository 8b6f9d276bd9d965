"""Named kernels are what their names say, by formulas in other variables and other libraries."""

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from scipy import integrate, special

from geomndp.kernels import (
    AbstractKernel,
    Constant,
    Matern12,
    Matern32,
    Matern52,
    Periodic,
    RationalQuadratic,
    SquaredExponential,
)

R = np.array([0.0, 1e-6, 1e-3, 0.1, 0.4, 1.0, 2.5, 6.0, 20.0])
"""Distances."""
LENGTH, VARIANCE = 0.8, 2.5
ORDERS = {Matern12: 0.5, Matern32: 1.5, Matern52: 2.5}


def at_distances(kernel: AbstractKernel, r: Any = R) -> np.ndarray:
    """Covariances of the origin of the line and points at given distances."""
    found = kernel.cross_covariance(jnp.zeros((1, 1)), jnp.asarray(r)[:, None])
    return np.asarray(found)[0, :, 0, 0]


def matern(r: Any, order: float) -> np.ndarray:
    r"""Matérn's formula for any order, $2^{1-\nu} a^\nu K_\nu(a) / \Gamma(\nu)$, 1 at 0."""
    a = np.sqrt(2 * order) * np.where(r > 0, r, 1.0) / LENGTH
    value = 2 ** (1 - order) / special.gamma(order) * a**order * special.kv(order, a)
    return VARIANCE * np.where(r > 0, value, 1.0)


@pytest.mark.parametrize("build", ORDERS, ids=lambda build: build.__name__)
def test_matern_kernels_have_the_general_formula_of_their_order(build: Any):
    found = at_distances(build(LENGTH, VARIANCE))
    np.testing.assert_allclose(found, matern(R, ORDERS[build]), rtol=1e-11)


def test_another_order_is_told_apart():
    found = at_distances(Matern32(LENGTH, VARIANCE))
    assert np.abs(found - matern(R, 2.5)).max() > 0.01 * VARIANCE


def test_the_lengthscale_is_that_of_a_normal_density_and_not_its_square():
    density = np.exp(-(R**2) / (2 * LENGTH**2)) * VARIANCE
    found = at_distances(SquaredExponential(LENGTH, VARIANCE))
    np.testing.assert_allclose(found, density, rtol=1e-13, atol=1e-200)


@pytest.mark.parametrize("alpha", [0.3, 1.0, 4.0])
def test_the_rational_quadratic_is_a_gamma_mixture_of_lengthscales(alpha: float):
    def integrand(precision: float, r: float) -> float:
        weight = special.gammaln(alpha) - alpha * np.log(alpha)
        decay = -precision * (alpha + r**2 / (2 * LENGTH**2))
        return np.exp((alpha - 1) * np.log(precision) + decay - weight)

    found = at_distances(RationalQuadratic(LENGTH, VARIANCE, alpha))
    for r, value in zip(R, found, strict=True):
        mixture = sum(integrate.quad(integrand, *ends, args=(r,))[0] for ends in [(0, 1), (1, 90)])
        np.testing.assert_allclose(value, VARIANCE * mixture, rtol=1e-6)


def test_the_rational_quadratic_tends_to_the_squared_exponential():
    limit = at_distances(SquaredExponential(LENGTH, VARIANCE))
    errors = [
        np.abs(at_distances(RationalQuadratic(LENGTH, VARIANCE, alpha)) - limit).max()
        for alpha in (1e2, 1e4, 1e6, 1e10)
    ]
    assert errors[0] < 0.01 * VARIANCE
    np.testing.assert_allclose(errors[1] / errors[0], 1e-2, rtol=0.05)
    np.testing.assert_allclose(errors[2] / errors[1], 1e-2, rtol=0.05)
    assert errors[3] < 1e-9


def test_a_periodic_field_is_one_on_the_circle():
    """The squared exponential between points on a circle, of the diameter 1."""
    period = 3.0
    angle = 2 * np.pi * R / period
    chord = np.hypot(np.cos(angle) - 1, np.sin(angle)) / 2
    expected = VARIANCE * np.exp(-(chord**2) / (2 * LENGTH**2))
    kernel = Periodic(LENGTH, period, VARIANCE)
    np.testing.assert_allclose(at_distances(kernel), expected, rtol=1e-12)
    np.testing.assert_allclose(at_distances(kernel, R + period), expected, rtol=1e-12)


def test_a_constant_is_a_constant():
    np.testing.assert_array_equal(at_distances(Constant(VARIANCE)), VARIANCE)


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_radial_kernels_depend_on_the_distance_alone(dim: int):
    direction = np.random.default_rng(0).normal(size=dim)
    x = R[:, None] * direction / np.linalg.norm(direction)
    for build in (*ORDERS, SquaredExponential):
        kernel = build(LENGTH, VARIANCE)
        found = kernel.cross_covariance(jnp.ones((1, dim)), jnp.asarray(x + 1))[0, :, 0, 0]
        np.testing.assert_allclose(found, at_distances(kernel), atol=1e-9)
