"""Draws are exactly curl-free or divergence-free, anywhere, and many points cost little."""

from collections.abc import Callable, Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.extend.core import jaxprs_in_params

from geomndp.kernels import (
    AbstractKernel,
    CurlFree,
    DivergenceFree,
    Matern32,
    Matern52,
    PotentialCoupled,
    RandomFunction,
    RationalQuadratic,
    SquaredExponential,
    helmholtz,
)
from geomndp.kernels.random_features import BLOCK
from geomndp.testing import assert_curl_free, assert_divergence_free

S = SquaredExponential(0.8, 1.5)
RADIAL = {
    "squared-exponential": S,
    "matern-3/2": Matern32(0.9, 1.5),
    "matern-5/2": Matern52(0.9, 1.5),
    "rational-quadratic": RationalQuadratic(0.9, 1.5, alpha=0.7),
}
N_FEATURES = 48
DRAWN = pytest.mark.parametrize(
    ("name", "dim"), [*((name, 2) for name in RADIAL), ("matern-3/2", 3)]
)
PRECISIONS = pytest.mark.parametrize(
    ("dtype", "rtol"), [(np.float64, 1e-12), (np.float32, 1e-4)], ids=["float64", "float32"]
)


def draw(kernel: AbstractKernel, dim: int, dtype: Any = np.float64) -> RandomFunction:
    of_features, of_draw = jax.random.split(jax.random.key(0))
    features = kernel.random_features(N_FEATURES, dim, key=of_features)
    function = features.sample(key=of_draw)
    return jax.tree.map(lambda array: array.astype(dtype), function)


def points(dim: int, dtype: Any = np.float64) -> jax.Array:
    """Points off any grid."""
    return jnp.asarray(np.random.default_rng(3).uniform(-5, 5, size=(20, dim)), dtype)


@PRECISIONS
@DRAWN
def test_draws_of_gradients_have_no_curl(name: str, dim: int, dtype: Any, rtol: float):
    function = draw(CurlFree(RADIAL[name], dim), dim, dtype)
    assert_curl_free(function.at, points(dim, dtype), rtol=rtol)


@PRECISIONS
@DRAWN
def test_draws_of_curls_have_no_divergence(name: str, dim: int, dtype: Any, rtol: float):
    function = draw(DivergenceFree(RADIAL[name], dim), dim, dtype)
    assert_divergence_free(function.at, points(dim, dtype), rtol=rtol)


@pytest.mark.parametrize("dim", [2, 3])
def test_draws_of_other_kernels_have_both(dim: int):
    x = points(dim)
    mixed = draw(helmholtz(S, S, dim), dim).at
    for field in (mixed, draw(DivergenceFree(S, dim), dim).at):
        with pytest.raises(AssertionError, match="got a curl of"):
            assert_curl_free(field, x, rtol=0.1)
    for field in (mixed, draw(CurlFree(S, dim), dim).at):
        with pytest.raises(AssertionError, match="expected a divergence of 0"):
            assert_divergence_free(field, x, rtol=0.1)


@pytest.mark.parametrize("angle", [0.0, 0.7, np.pi / 2])
def test_a_drawn_wind_is_the_turned_gradient_of_the_drawn_pressure(angle: float):
    function = draw(PotentialCoupled(S, vector_variance=0.6, angle=angle), 2)
    slopes = jax.vmap(jax.jacfwd(function.at))(points(2))[:, 2]
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    factor = np.sqrt(0.6 / 1.5) * 0.8
    winds = function(points(2))[:, :2]
    np.testing.assert_allclose(winds, factor * slopes @ turn.T, atol=1e-12)


def test_many_points_are_evaluated_as_few_are():
    function = draw(CurlFree(S), 2)
    x = jnp.asarray(np.random.default_rng(0).normal(size=(10_000, 2)))
    whole = function(x)
    assert len(x) > 2 * BLOCK
    parts = [function(part) for part in (x[:3000], x[3000:9000], x[9000:])]
    np.testing.assert_allclose(whole, np.concatenate(parts), atol=1e-13)
    phase = np.asarray(x) @ function.frequencies.T
    expected = np.cos(phase) @ function.cosines + np.sin(phase) @ function.sines
    np.testing.assert_allclose(whole, expected, atol=1e-12)


def sizes(jaxpr: Any) -> Iterator[int]:
    """The numbers of elements of all arrays that a program makes."""
    for equation in jaxpr.eqns:
        yield from (v.aval.size for v in equation.outvars if hasattr(v.aval, "size"))
        for inner in jaxprs_in_params(equation.params):
            yield from sizes(inner)


def largest_array(function: Callable[[Any], Any], n_points: int) -> int:
    x = jax.ShapeDtypeStruct((n_points, 2), jnp.float64)
    return max(sizes(jax.make_jaxpr(function)(x).jaxpr))


def test_memory_is_linear_in_the_number_of_points():
    kernel = CurlFree(S)
    function = draw(kernel, 2)
    assert largest_array(function, 10_000) <= max(2 * 10_000, BLOCK * 2 * N_FEATURES)
    assert largest_array(function, 1_000_000) <= 2 * 1_000_000
    features = kernel.random_features(N_FEATURES, 2, key=jax.random.key(0))
    assert largest_array(features, 10_000) <= 10_000 * 2 * 2 * N_FEATURES


def test_a_matrix_of_all_pairs_is_found():
    assert largest_array(S.gram, 1000) >= 1000**2
