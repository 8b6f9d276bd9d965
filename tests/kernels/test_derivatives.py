"""Covariances of gradients and curls are those that differentiation by JAX finds."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from kernel_cases import quick_jit

from geomndp.kernels import (
    AbstractKernel,
    AbstractRadialKernel,
    CurlFree,
    DivergenceFree,
    Matern12,
    Matern32,
    Matern52,
    PotentialCoupled,
    RationalQuadratic,
    SquaredExponential,
)

LENGTH, VARIANCE, VECTOR_VARIANCE = 0.9, 1.5, 0.6
RADIAL: dict[str, AbstractRadialKernel] = {
    "squared-exponential": SquaredExponential(LENGTH, VARIANCE),
    "matern-3/2": Matern32(LENGTH, VARIANCE),
    "matern-5/2": Matern52(LENGTH, VARIANCE),
    "rational-quadratic": RationalQuadratic(LENGTH, VARIANCE, alpha=0.7),
}
"""Kernels of fields with at least one derivative."""


def _matern52(s: Any) -> Any:
    a = jnp.sqrt(5 * s) / LENGTH
    return VARIANCE * (1 + a + a**2 / 3) * jnp.exp(-a)


def _matern32(s: Any) -> Any:
    a = jnp.sqrt(3 * s) / LENGTH
    return VARIANCE * (1 + a) * jnp.exp(-a)


PLAIN: dict[str, Callable[[Any], Any]] = {
    "squared-exponential": lambda s: VARIANCE * jnp.exp(-s / (2 * LENGTH**2)),
    "matern-1/2": lambda s: VARIANCE * jnp.exp(-jnp.sqrt(s) / LENGTH),
    "matern-3/2": _matern32,
    "matern-5/2": _matern52,
    "rational-quadratic": lambda s: VARIANCE * (1 + s / (1.4 * LENGTH**2)) ** -0.7,
}
"""The same as functions of squared distances, for JAX to differentiate where these are not zero."""
SLOPES = {
    "squared-exponential": VARIANCE / LENGTH**2,
    "matern-3/2": 3 * VARIANCE / LENGTH**2,
    "matern-5/2": 5 / 3 * VARIANCE / LENGTH**2,
    "rational-quadratic": VARIANCE / LENGTH**2,
}
"""Their variances of a slope, by hand."""
SMOOTH = pytest.mark.parametrize("name", RADIAL)


class Derived(dict[str, Any]):
    """Covariances of the potential and its derivatives at pairs of points, by differentiation."""

    def __init__(self, name: str, dim: int) -> None:
        x = np.random.default_rng(1).normal(size=(2, 4, dim))
        self.x, self.x2 = jnp.asarray(x)

        def potential(a: Any, b: Any) -> Any:
            return PLAIN[name](jnp.sum((a - b) ** 2))

        def everything(a: Any, b: Any) -> Any:
            first, second = jax.jacrev(potential, 0), jax.jacrev(potential, 1)
            return {
                "value": potential(a, b),
                "slope": first(a, b),
                "second slope": second(a, b),
                "hessian": jax.jacfwd(first, 1)(a, b),
            }

        over_pairs = jax.vmap(jax.vmap(everything, (None, 0)), (0, None))
        found = quick_jit(over_pairs)(self.x, self.x2)
        super().__init__({key: np.asarray(value) for key, value in found.items()})


def assert_derived(kernel: AbstractKernel, derived: Derived, expected: Any) -> None:
    """The kernel has the covariances that follow from those of the potential."""
    found = np.asarray(kernel.cross_covariance(derived.x, derived.x2))
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-12)


def gradients(derived: Derived, name: str) -> np.ndarray:
    return VARIANCE / SLOPES[name] * derived["hessian"]


def curls(derived: Derived, name: str, dim: int) -> np.ndarray:
    """Of a stream function, (d/dx2, -d/dx1), or of independent components of a potential."""
    if dim == 2:
        turn = np.array([[0.0, 1.0], [-1.0, 0.0]])
        found = turn @ derived["hessian"] @ turn.T
    else:
        epsilon = np.zeros((3, 3, 3))
        for n in range(3):
            i, j, k = np.roll([0, 1, 2], n)
            epsilon[i, j, k], epsilon[i, k, j] = 1, -1
        found = np.einsum("ikm,jlm,abkl->abij", epsilon, epsilon, derived["hessian"])
    return VARIANCE / SLOPES[name] / (dim - 1) * found


def couplings(derived: Derived, name: str, angle: float) -> np.ndarray:
    """Of the gradient, turned and scaled, and the potential."""
    dim = derived.x.shape[1]
    cosine, sine = np.cos(angle), np.sin(angle)
    turn = np.array([[cosine, -sine], [sine, cosine]]) if dim == 2 else np.eye(dim)
    turn = np.sqrt(VECTOR_VARIANCE / SLOPES[name]) * turn
    top = [turn @ derived["hessian"] @ turn.T, (derived["slope"] @ turn.T)[..., None]]
    bottom = [(derived["second slope"] @ turn.T)[..., None, :], derived["value"][..., None, None]]
    return np.concatenate([np.concatenate(top, -1), np.concatenate(bottom, -1)], -2)


@SMOOTH
@pytest.mark.parametrize("dim", [1, 2, 3])
def test_derived_kernels_are_those_that_differentiation_finds(name: str, dim: int):
    derived, kernel = Derived(name, dim), RADIAL[name]
    assert_derived(CurlFree(kernel, dim), derived, gradients(derived, name))
    if dim > 1:
        assert_derived(DivergenceFree(kernel, dim), derived, curls(derived, name, dim))
    for angle in (0.0, 0.7, np.pi / 2, np.pi, -2.0) if dim == 2 else (0.0,):
        coupled = PotentialCoupled(kernel, VECTOR_VARIANCE, angle, dim)
        assert_derived(coupled, derived, couplings(derived, name, angle))


@SMOOTH
def test_gradients_and_curls_together_are_independent_of_direction(name: str):
    """In the plane, H + J H Jᵀ = tr(H) I."""
    derived, kernel = Derived(name, 2), RADIAL[name]
    trace = np.trace(gradients(derived, name), axis1=-2, axis2=-1)[..., None, None] * np.eye(2)
    assert_derived(CurlFree(kernel) + DivergenceFree(kernel), derived, trace)


def test_wrong_derivatives_are_found():
    name = "matern-5/2"
    derived, kernel = Derived(name, 2), RADIAL[name]
    wrong: list[tuple[AbstractKernel, Any]] = [
        (DivergenceFree(kernel), gradients(derived, name)),
        (CurlFree(kernel), curls(derived, name, 2)),
        (1.001 * CurlFree(kernel), gradients(derived, name)),
        (PotentialCoupled(kernel, VECTOR_VARIANCE, 0.7), couplings(derived, name, -0.7)),
        (PotentialCoupled(kernel, VECTOR_VARIANCE, np.pi), couplings(derived, name, 0.0)),
    ]
    for planted, expected in wrong:
        with pytest.raises(AssertionError, match="Not equal to tolerance"):
            assert_derived(planted, derived, expected)


S = jnp.asarray([1e-10, 1e-4, 0.01, 0.3, 1.0, 4.0, 25.0])
"""Squared distances."""


@pytest.mark.parametrize("name", PLAIN)
def test_radial_derivatives_are_those_of_the_formula(name: str):
    kernel, apart = RADIAL.get(name, Matern12(LENGTH, VARIANCE)), S[2:]
    first = jax.grad(PLAIN[name])
    np.testing.assert_allclose(kernel.radial(apart), PLAIN[name](apart), rtol=1e-13)
    for found, plain in [
        (kernel.radial_derivative, first),
        (kernel.radial_second_derivative, jax.grad(first)),
    ]:
        expected = quick_jit(jax.vmap(plain))(apart)
        np.testing.assert_allclose(found(apart), expected, rtol=1e-10)


@pytest.mark.parametrize("name", PLAIN)
def test_radial_derivatives_are_derivatives(name: str):
    kernel = RADIAL.get(name, Matern12(LENGTH, VARIANCE))
    first, second = (
        quick_jit(jax.vmap(jax.grad(f)))(S) for f in (kernel.radial, kernel.radial_derivative)
    )
    np.testing.assert_allclose(kernel.radial_derivative(S), first, rtol=1e-9)
    np.testing.assert_allclose(kernel.radial_second_derivative(S), second, rtol=1e-9)


@SMOOTH
def test_radial_derivatives_have_their_limits_where_points_coincide(name: str):
    kernel, zero = RADIAL[name], jnp.zeros(())
    np.testing.assert_allclose(-2 * kernel.radial_derivative(zero), SLOPES[name], rtol=1e-14)
    at_zero, near = (kernel.radial_second_derivative(s) for s in (zero, jnp.asarray(1e-14)))
    expected = 0.0 if name == "matern-3/2" else near
    np.testing.assert_allclose(at_zero, expected, rtol=1e-6)
