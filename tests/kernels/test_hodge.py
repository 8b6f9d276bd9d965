"""Kernels of tangent fields on the globe, against derivatives of the covariance of a potential."""

import functools
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from kernel_cases import matrix_of, quick_jit
from numpy.polynomial import legendre
from scipy import special
from standard_errors import assert_mean, second_moments

import geomndp as gn
from geomndp.kernels import (
    AbstractKernel,
    AbstractZonalKernel,
    HodgeCurlFree,
    HodgeDivergenceFree,
    HodgePotential,
    Matern52,
    SphericalHeat,
    SphericalMatern,
    TangentWhite,
    ZonalSeries,
    hodge_mixture,
)
from geomndp.kernels.legendre import legendre_derivatives
from geomndp.linalg.frames import coordinates_of
from geomndp.testing import assert_surface_curl_free, assert_surface_divergence_free

VARIANCE, LENGTH, NU, N_DEGREES = 1.5, 0.5, 1.5, 14
GLOBE = gn.manifolds.Sphere(2)
_RANDOM = GLOBE.random_uniform((7,), key=jax.random.key(0))
X = jnp.concatenate([_RANDOM, -_RANDOM[:1], GLOBE.project(_RANDOM[1:2] + 1e-4), jnp.eye(3)[2:]])
"""Random points, an antipode, a neighbour and a pole."""


def spectra() -> dict[str, tuple[AbstractZonalKernel, np.ndarray]]:
    """Kernels, with the variances of the degrees of their vector fields, written down again."""
    degree = np.arange(N_DEGREES)
    count, eigenvalue = (2 * degree + 1) * (degree > 0), degree * (degree + 1)
    weights = {
        "heat": count * np.exp(-eigenvalue * LENGTH**2 / 2),
        "matern": count * (2 * NU / LENGTH**2 + eigenvalue) ** (-NU - 1),
        "series": np.array([0.0, 1.0, 0.0, 2.0]),
    }
    kernels = {
        "heat": SphericalHeat(LENGTH, VARIANCE, N_DEGREES),
        "matern": SphericalMatern(NU, LENGTH, VARIANCE, N_DEGREES),
        "series": ZonalSeries((0.0, 1.0, 0.0, 2.0), VARIANCE),
    }
    return {name: (kernels[name], VARIANCE * w / w.sum()) for name, w in weights.items()}


SPECTRA = spectra()


def by_derivatives(weights: np.ndarray) -> Callable[[Any, Any], tuple[Any, Any]]:
    """Covariances of the gradient and the turned gradient of a potential, by differentiation.

    Of degree l the gradient has l (l + 1) times the variance of the potential, in two components.
    """
    degree = np.arange(1, len(weights))
    series = legendre.leg2poly(np.append(0.0, 2 * weights[1:] / (degree * (degree + 1))))

    def potential(a: Any, b: Any) -> Any:
        return jnp.polyval(jnp.asarray(series[::-1]), a @ b / jnp.sqrt((a @ a) * (b @ b)))

    def at(a: Any, b: Any) -> tuple[Any, Any]:
        mixed = jax.jacfwd(jax.jacfwd(potential, 0), 1)(a, b)
        here, there = (jnp.cross(jnp.eye(3), each[None]) for each in (a, b))  # [x] v = x cross v
        return mixed, here.T @ mixed @ there

    return at


@pytest.mark.parametrize("name", SPECTRA)
def test_closed_forms_are_derivatives_of_the_covariance_of_a_potential(name: str):
    kernel, weights = SPECTRA[name]
    expected = quick_jit(jax.vmap(jax.vmap(by_derivatives(weights), (None, 0)), (0, None)))(X, X)
    for build, oracle in zip((HodgeCurlFree, HodgeDivergenceFree), expected, strict=True):
        found = quick_jit(build(kernel).cross_covariance)(X, X)
        np.testing.assert_allclose(found, oracle, atol=1e-10)
        clearly = np.abs(np.asarray(found) - np.asarray(oracle).swapaxes(2, 3)).max()
        assert clearly > 0.01, "the transposed matrices pass too"


def test_derivatives_of_legendre_polynomials():
    """At the poles too, and of high degrees."""
    cosine = jnp.asarray([[-1.0, -1 + 1e-9, -0.9, 0.0, 0.3, 1 - 1e-9, 1.0]])
    n_degrees = 121
    each = quick_jit(jax.vmap(lambda w: legendre_derivatives(w, cosine)))(jnp.eye(n_degrees))
    degree = np.arange(n_degrees)
    scale = np.maximum(degree * (degree + 1) / 2, 1)[:, None]
    first = np.stack([special.legendre_p(degree, c, diff_n=1)[1] for c in np.asarray(cosine[0])], 1)
    np.testing.assert_allclose(each[0][:, 0] / scale, first / scale, atol=1e-13)
    inside = np.asarray(cosine[0, 2:5])
    # Legendre's equation gives the second, and at the ends its limit.
    value = special.eval_legendre(degree[:, None], inside)
    second = (2 * inside * first[:, 2:5] - 2 * scale * value * (degree > 0)[:, None]) / (
        1 - inside**2
    )
    np.testing.assert_allclose(each[1][:, 0, 2:5] / scale**2, second / scale**2, atol=1e-13)
    end = (degree - 1) * degree * (degree + 1) * (degree + 2) / 8
    np.testing.assert_allclose(each[1][:, 0, -1], end, rtol=1e-11)
    np.testing.assert_allclose(each[1][:, 0, 0], end * (-1.0) ** degree, rtol=1e-11)


MATERN = SPECTRA["matern"][0]
KINDS: dict[str, AbstractKernel] = {
    "curl-free": HodgeCurlFree(MATERN),
    "divergence-free": HodgeDivergenceFree(MATERN),
}


@functools.cache
def gram_of(kernel: AbstractKernel) -> np.ndarray:
    return np.asarray(quick_jit(kernel.gram)(X))


@pytest.mark.parametrize("name", KINDS)
def test_values_are_tangent_with_the_variance_in_every_direction(name: str):
    gram = gram_of(KINDS[name])
    np.testing.assert_allclose(np.einsum("ia,ijab->ijb", X, gram), 0, atol=1e-12)
    plane = np.eye(3) - np.einsum("ia,ib->iab", X, X)
    np.testing.assert_allclose(np.einsum("iiab->iab", gram), VARIANCE * plane, atol=1e-12)


def test_equal_parts_have_the_variance_of_both():
    """Hodge's decomposition: the sum of both kinds is isotropic in every tangent space."""
    gram = gram_of(hodge_mixture(MATERN, MATERN))
    plane = np.eye(3) - np.einsum("ia,ib->iab", X, X)
    np.testing.assert_allclose(np.einsum("iiab->iab", gram), 2 * VARIANCE * plane, atol=1e-12)
    own = {name: gram_of(kernel) for name, kernel in KINDS.items()}
    np.testing.assert_allclose(gram, own["curl-free"] + own["divergence-free"], atol=1e-12)
    assert np.abs(own["curl-free"] - own["divergence-free"]).max() > 0.1


def test_the_covariance_in_frames_is_positive_definite():
    for kernel in KINDS.values():
        inner = matrix_of(quick_jit(lambda x, k=kernel: coordinates_of(k.operator(x)).dense())(X))
        assert inner.shape == (2 * len(X), 2 * len(X))
        assert np.linalg.eigvalsh(inner)[0] > 1e-12
        # As a matrix in space it has these directions and no others.
        assert np.linalg.matrix_rank(matrix_of(gram_of(kernel)), tol=1e-12) == 2 * len(X)


@pytest.mark.parametrize("name", KINDS)
def test_columns_of_the_kernel_have_no_curl_or_no_divergence(name: str):
    kernel, source = KINDS[name], jnp.array([0.6, 0.0, 0.8])
    check, other = assert_surface_divergence_free, assert_surface_curl_free
    if name == "curl-free":
        check, other = other, check
    column = lambda x: kernel(x, source) @ jnp.array([0.3, -1.0, 0.5])  # noqa: E731
    check(column, X[:7], rtol=1e-12)
    with pytest.raises(AssertionError, match="expected a surface"):
        other(column, X[:7])


@pytest.mark.parametrize(("dtype", "rtol"), [(jnp.float64, 1e-12), (jnp.float32, 1e-4)])
def test_drawn_functions_have_no_divergence_or_no_curl(dtype: Any, rtol: float):
    spectrum = SphericalMatern(1.5, 0.2, VARIANCE, n_degrees=48)
    x = GLOBE.random_uniform((30,), key=jax.random.key(1)).astype(dtype)
    x = jnp.concatenate([x, jnp.eye(3, dtype=dtype), -jnp.eye(3, dtype=dtype)])
    wind = HodgeDivergenceFree(spectrum).sample_function(key=jax.random.key(2))
    assert_surface_divergence_free(wind.at, x, rtol=rtol)
    if dtype == jnp.float64:
        gradient = HodgeCurlFree(spectrum).sample_function(key=jax.random.key(2))
        assert_surface_curl_free(gradient.at, x, rtol=rtol)


@pytest.mark.parametrize("name", ["divergence-free", "scalar"])
def test_drawn_functions_have_the_covariance(name: str):
    spectrum = ZonalSeries((0.5, 1.0, 0.3, 0.0, 0.4), VARIANCE)
    made: dict[str, Any] = {
        "divergence-free": HodgeDivergenceFree(spectrum),
        "scalar": spectrum,
    }
    kernel, x = made[name], X[:4]
    draw = jax.vmap(lambda key: jax.vmap(kernel.sample_function(key=key).at)(x))
    draws = quick_jit(draw)(jax.random.split(jax.random.key(3), 4000))
    samples = draws.reshape(4000, -1)
    assert_mean(second_moments(samples), matrix_of(quick_jit(kernel.gram)(x)))
    assert_mean(samples, 0.0)


def test_functions_are_sums_of_spherical_harmonics():
    n_degrees = 24
    x = np.asarray(X)
    colatitude, longitude = np.arccos(np.clip(x[:, 2], -1, 1)), np.arctan2(x[:, 1], x[:, 0])
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, n_degrees, n_degrees))
    expected = np.zeros(len(x))
    for degree in range(n_degrees):
        for order in range(degree + 1):
            value = special.sph_harm_y(degree, order, colatitude, longitude) * (-1) ** order
            value = value * (np.sqrt(2) if order else 1)
            expected += a[degree, order] * value.real + b[degree, order] * value.imag
    found = gn.kernels.HarmonicFunction(jnp.asarray(a), jnp.asarray(b))(X)[:, 0]
    np.testing.assert_allclose(found, expected, atol=1e-11)


@pytest.mark.parametrize("name", SPECTRA)
def test_a_potential_has_the_variances_of_its_gradient_over_half_the_eigenvalues(name: str):
    kernel, weights = SPECTRA[name]
    degree = np.arange(len(weights))
    found = np.asarray(HodgePotential(kernel).degree_variances())
    np.testing.assert_allclose(found * degree * (degree + 1) / 2, weights, rtol=1e-12)
    assert found[0] == 0


@pytest.mark.parametrize("build", [HodgeCurlFree, HodgeDivergenceFree, HodgePotential])
def test_kernels_that_are_no_potential_are_refused(build: Any):
    with pytest.raises(ValueError, match="degrees above 0, got .*: a constant has no gradient"):
        build(ZonalSeries((1.0,), 1.0))
    with pytest.raises(ValueError, match="degrees above 0"):
        build(ZonalSeries((1.0, 0.0), 1.0))


def test_tangent_fields_have_no_waves():
    for kernel in (*KINDS.values(), TangentWhite(1.0)):
        with pytest.raises(ValueError, match="expected a stationary kernel on Euclidean space"):
            kernel.random_features(8, 3, key=jax.random.key(0))


def test_a_radial_kernel_is_refused_without_checks_of_types_too():
    with pytest.raises(Exception, match="kernel"):
        HodgeCurlFree(Matern52(1.0, 1.0))  # pyright: ignore[reportArgumentType]
