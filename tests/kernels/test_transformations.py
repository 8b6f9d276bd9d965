"""Kernels keep their precision, and may be made, mapped and differentiated inside programs."""

import functools
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from kernel_cases import KERNELS, locations, quick_jit

from geomndp.kernels import (
    CurlFree,
    DivergenceFree,
    Matern52,
    Periodic,
    PotentialCoupled,
    SphericalMatern,
    SquaredExponential,
    White,
)


def single(leaf: Any) -> Any:
    """Numbers and arrays in float32; other leaves as they are."""
    return jnp.asarray(leaf, jnp.float32) if eqx.is_inexact_array_like(leaf) else leaf


def everything(kernel: Any, x: Any) -> dict[str, Any]:
    operator = kernel.operator(x)
    v = jnp.ones((x.shape[0], kernel.dim_y), x.dtype)
    return {
        "gram": kernel.gram(x),
        "across": kernel.cross_covariance(x, x[:2]),
        "call": kernel(x[0], x[1]),
        "diagonal": operator.diagonal(),
        "matvec": operator.matvec(v),
    }


@pytest.mark.parametrize("name", KERNELS)
def test_float32_stays_float32_with_numbers_of_python_and_of_jax(name: str):
    """In a session where float64 is the default, and promotion is an error."""
    kernel = KERNELS[name].kernel
    x = locations(KERNELS[name], 3, dtype=np.float32)
    for made in (kernel, jax.tree.map(single, kernel)):
        shapes = jax.eval_shape(functools.partial(everything, made), x)
        assert {shape.dtype for shape in shapes.values()} == {jnp.dtype(jnp.float32)}


SOME = ("spherical-matern", "potential-coupled-quarter")


@pytest.mark.parametrize("name", SOME)
def test_float32_has_the_values_of_float64(name: str):
    kernel, x = KERNELS[name].kernel, locations(KERNELS[name], 4)
    x32 = x.astype(np.float32)
    gram = quick_jit(kernel.gram)
    found, expected = gram(x32), gram(x32.astype(np.float64))
    assert (found.dtype, expected.dtype) == (jnp.float32, jnp.float64)
    np.testing.assert_allclose(found, expected, atol=1e-5)


X = jnp.asarray(np.random.default_rng(0).normal(size=(4, 2)))


def made_of(lengthscale: Any, variance: Any) -> Any:
    """A kernel with its parameters in many places."""
    radial = SquaredExponential(lengthscale, variance)
    coupled = PotentialCoupled(Matern52(2 * lengthscale, variance), variance, angle=0.7)
    noise = White(0.1 * variance, 2)
    return CurlFree(radial) + variance * DivergenceFree(radial) + noise, coupled


def total(lengthscale: Any, variance: Any) -> Any:
    grams = [kernel.gram(X) for kernel in made_of(lengthscale, variance)]
    return sum(jnp.sum(jnp.cos(jnp.arange(1.0, g.size + 1)) * g.ravel()) for g in grams)


def test_kernels_are_made_inside_programs():
    at, step = np.array([0.8, 2.0]), 1e-6
    around = jnp.asarray([at, *(at + step * np.eye(2)), *(at - step * np.eye(2))])
    values, slopes = quick_jit(jax.vmap(jax.value_and_grad(total, (0, 1))))(*around.T)
    np.testing.assert_allclose(values[0], total(0.8, 2.0), rtol=1e-12)
    by_differences = (values[1:3] - values[3:5]) / (2 * step)
    np.testing.assert_allclose(np.asarray(slopes)[:, 0], by_differences, rtol=1e-7)


def test_kernels_are_mapped_over():
    kernels = eqx.filter_vmap(lambda a: Periodic(a, 2 * a, 1.5))(jnp.array([0.5, 1.0]))
    x = X[:, :1]
    found = eqx.filter_vmap(lambda kernel: kernel.gram(x))(kernels)
    np.testing.assert_allclose(found[1], Periodic(1.0, 2.0, 1.5).gram(x), rtol=1e-13)


def test_kernels_are_arguments_of_programs():
    x = locations(KERNELS["spherical-matern"], 3)
    kernel = SphericalMatern(1.5, jnp.asarray(0.5), 1.0, n_degrees=16)
    found = eqx.filter_jit(lambda kernel, x: kernel.gram(x))(kernel, x)
    np.testing.assert_allclose(found, kernel.gram(x), rtol=1e-12)


def test_features_are_drawn_inside_programs():
    def value(lengthscale: Any, key: Any) -> Any:
        kernel = CurlFree(SquaredExponential(lengthscale, 1.5))
        features = kernel.random_features(4, 2, key=key)
        return jnp.sum(features.sample(key=key)(X) ** 2)

    key, at = jax.random.key(0), jnp.asarray(0.8)
    found, slope = quick_jit(jax.value_and_grad(value))(at, key)
    np.testing.assert_allclose(found, value(at, key), rtol=1e-12)
    differences = (value(at + 1e-6, key) - value(at - 1e-6, key)) / 2e-6
    np.testing.assert_allclose(slope, differences, rtol=1e-6)
