"""Estimates of a divergence, against the trace of the Jacobian by JAX."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from inventory import DIVERGENCES, PROBE_DISTRIBUTIONS
from standard_errors import assert_mean, second_moments

import geomndp as gn

N_POINTS, DIM_Y, N_REAL = 5, 2, 4
SIZE = N_POINTS * DIM_Y
MASK = jnp.arange(N_POINTS) < N_REAL
RANDOM = [name for name in DIVERGENCES if not name.startswith("exact")]
N_KEYS = 4000

_RNG = np.random.default_rng(0)
MATRIX = jnp.asarray(_RNG.normal(size=(SIZE, SIZE)))
Y = jnp.asarray(_RNG.normal(size=(N_POINTS, DIM_Y)))


def velocity(y: Any) -> Any:
    """Neither linear nor the gradient of anything; every value moves every other."""
    return (jnp.tanh(MATRIX @ y.ravel()) + 0.3 * y.ravel() ** 2).reshape(y.shape)


def trace(mask: Any) -> float:
    """Of the whole Jacobian, over the real points."""
    jacobian = jax.jacrev(velocity)(Y).reshape(SIZE, SIZE)
    return float(jnp.sum(jnp.diagonal(jacobian), where=jnp.repeat(mask, DIM_Y)))


def estimates(divergence: gn.likelihood.AbstractDivergence, mask: Any, n_keys: int) -> np.ndarray:
    """Of shape (n_keys, n_estimates)."""

    @jax.jit
    @jax.vmap
    def each(key: Any) -> Any:
        probes = divergence.probes(Y, mask, key=key)
        return divergence(velocity, Y, mask, probes).estimates

    return np.asarray(each(jax.random.split(jax.random.key(0), n_keys)))


@pytest.mark.parametrize("chunk_size", [1, 3, 10, 64])
@pytest.mark.parametrize("n_real", [0, 1, N_REAL, N_POINTS])
def test_the_exact_divergence_is_the_trace_over_the_real_points(chunk_size: int, n_real: int):
    mask = jnp.arange(N_POINTS) < n_real
    found = estimates(gn.likelihood.Exact(chunk_size), mask, 1)
    np.testing.assert_allclose(found, [[trace(mask)]], atol=1e-12)
    if n_real:
        assert abs(trace(mask)) > 0.1


@pytest.mark.parametrize("name", DIVERGENCES)
def test_the_velocity_comes_along_and_is_zero_at_padding(name: str):
    divergence = DIVERGENCES[name]
    probes = divergence.probes(Y, MASK, key=jax.random.key(0))
    found = divergence(velocity, Y, MASK, probes)
    np.testing.assert_allclose(found.velocity[:N_REAL], velocity(Y)[:N_REAL], atol=1e-12)
    assert not np.any(found.velocity[N_REAL:])
    assert found.estimates.shape == (divergence.n_estimates,)


@pytest.mark.parametrize("name", RANDOM)
@pytest.mark.parametrize("mask", [MASK, jnp.ones_like(MASK)], ids=["padded", "whole"])
def test_random_estimates_are_unbiased(name: str, mask: Any):
    found = estimates(DIVERGENCES[name], mask, N_KEYS).mean(1)
    assert_mean(found, trace(mask))
    other = trace(jnp.ones_like(MASK)) if mask is MASK else trace(MASK)
    with pytest.raises(AssertionError):
        assert_mean(found, other)


@pytest.mark.parametrize("distribution", PROBE_DISTRIBUTIONS.values(), ids=PROBE_DISTRIBUTIONS)
def test_the_variance_of_hutchinson_is_known_and_falls_as_one_over_the_number_of_probes(
    distribution: gn.likelihood.AbstractProbeDistribution,
):
    """2 |S|² for normal numbers, less what is on the diagonal of S for random signs."""
    jacobian = np.asarray(jax.jacrev(velocity)(Y)).reshape(SIZE, SIZE)
    symmetric = 0.5 * (jacobian + jacobian.T)
    by_signs = isinstance(distribution, gn.likelihood.Rademacher)
    counted = symmetric - np.diag(np.diag(symmetric)) if by_signs else symmetric
    of_one = 2 * np.sum(counted**2)
    for n_probes in (1, 4, 16):
        divergence = gn.likelihood.Hutchinson(n_probes, distribution)
        found = estimates(divergence, jnp.ones_like(MASK), N_KEYS).mean(1)
        squares = (found - trace(jnp.ones_like(MASK))) ** 2
        assert_mean(squares, of_one / n_probes)
        with pytest.raises(AssertionError):
            assert_mean(squares, 1.5 * of_one / n_probes)


@pytest.mark.parametrize("distribution", PROBE_DISTRIBUTIONS.values(), ids=PROBE_DISTRIBUTIONS)
def test_probes_have_the_second_moment_of_the_identity(
    distribution: gn.likelihood.AbstractProbeDistribution,
):
    drawn = np.asarray(distribution.sample((N_KEYS, 4), jnp.float64, key=jax.random.key(1)))
    assert_mean(second_moments(drawn), np.eye(4))
    assert_mean(drawn, 0)
    with pytest.raises(AssertionError):
        assert_mean(second_moments(1.2 * drawn), np.eye(4))


@pytest.mark.parametrize("name", RANDOM)
def test_the_standard_error_is_that_of_the_mean(name: str):
    divergence = DIVERGENCES[name]
    found = estimates(divergence, MASK, N_KEYS)
    errors = np.asarray(jax.vmap(divergence.standard_error)(jnp.asarray(found)))
    # The sketch of Hutch++ is shared by its estimates, which are unbiased whatever it is.
    assert_mean(errors**2 - (found.mean(1) - trace(MASK)) ** 2, 0)
    with pytest.raises(AssertionError):
        assert_mean(2 * errors**2 - (found.mean(1) - trace(MASK)) ** 2, 0)


def test_one_estimate_does_not_tell_its_error():
    assert np.isnan(gn.likelihood.Hutchinson(1).standard_error(jnp.ones(1)))
    assert gn.likelihood.Exact().standard_error(jnp.ones(1)) == 0


@pytest.mark.parametrize("n_real", [3, N_POINTS])
def test_hutch_plus_plus_is_exact_for_few_directions_and_for_the_identity(n_real: int):
    mask = jnp.arange(N_POINTS) < n_real
    left, right = jnp.asarray(_RNG.normal(size=(2, SIZE, 2)))

    def error(n_sketch: int, rank_two: float, identity: float) -> float:
        def field(y: Any) -> Any:
            return identity * y + rank_two * (left @ (right.T @ y.ravel())).reshape(y.shape)

        divergence = gn.likelihood.HutchPlusPlus(n_sketch, n_probes=2)
        probes = divergence.probes(Y, mask, key=jax.random.key(2))
        jacobian = jax.jacrev(field)(Y).reshape(SIZE, SIZE)
        expected = jnp.sum(jnp.diagonal(jacobian), where=jnp.repeat(mask, DIM_Y))
        found = jax.jit(lambda y: divergence(field, y, mask, probes).estimates)(Y)
        return float(jnp.abs(found - expected).max())

    assert error(2, rank_two=1.0, identity=0.0) < 1e-9
    assert error(3, rank_two=1.0, identity=0.0) < 1e-9
    assert error(1, rank_two=0.0, identity=3.0) < 1e-9
    assert error(1, rank_two=1.0, identity=0.0) > 1e-3
    assert error(2, rank_two=1.0, identity=3.0) > 1e-3


def test_hutch_plus_plus_has_less_variance_than_hutchinson_at_the_same_cost():
    """For the Jacobian of a smooth field: some large eigenvalues, and the rest near one another."""
    n = 40
    x = jnp.linspace(-2, 2, n)[:, None]
    gram = gn.kernels.SquaredExponential(0.5, 1.0).gram(x)[:, :, 0, 0]
    shrink = gram @ jnp.linalg.inv(gram + 0.1 * jnp.eye(n))
    y, mask = jnp.zeros((n, 1)), jnp.ones(n, bool)
    budget = {
        "hutchinson": gn.likelihood.Hutchinson(30),
        "hutch++": gn.likelihood.HutchPlusPlus(n_sketch=10, n_probes=10),
    }

    def variance(divergence: gn.likelihood.AbstractDivergence) -> float:
        def each(key: Any) -> Any:
            probes = divergence.probes(y, mask, key=key)
            return divergence(lambda y: shrink @ y, y, mask, probes).estimates.mean()

        return float(jnp.var(jax.jit(jax.vmap(each))(jax.random.split(jax.random.key(3), 500))))

    assert variance(budget["hutch++"]) < 0.3 * variance(budget["hutchinson"])


@pytest.mark.parametrize("name", DIVERGENCES)
@pytest.mark.parametrize("n_real", [0, 1])
def test_few_points_or_none(name: str, n_real: int):
    mask = jnp.arange(N_POINTS) < n_real
    found = estimates(DIVERGENCES[name], mask, 3)
    assert np.isfinite(found).all()
    if n_real == 0:
        np.testing.assert_allclose(found, 0, atol=1e-12)


@pytest.mark.parametrize("name", RANDOM)
def test_random_probes_want_a_key(name: str):
    with pytest.raises(ValueError, match=r"expected a key for the probes of Hutch.*take Exact\(\)"):
        DIVERGENCES[name].probes(Y, MASK, key=None)


@pytest.mark.parametrize(
    "make",
    [
        lambda: gn.likelihood.Exact(chunk_size=0),
        lambda: gn.likelihood.Hutchinson(n_probes=0),
        lambda: gn.likelihood.HutchPlusPlus(n_sketch=0),
        lambda: gn.likelihood.HutchPlusPlus(n_probes=-1),
        lambda: gn.likelihood.FixedGrid(n_nodes=0),
        lambda: gn.likelihood.FixedGrid(n_substeps=0),
    ],
)
def test_counts_below_one_are_refused(make: Callable[[], object]):
    with pytest.raises(ValueError, match="of at least 1, got"):
        make()
