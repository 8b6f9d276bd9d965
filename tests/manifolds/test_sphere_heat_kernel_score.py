"""The score on the sphere where the start and the end coincide or are opposite."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from geomndp.manifolds import SphereHeatKernel

KERNEL = SphereHeatKernel()
CLOCKS = (1e-8, 1e-6, 1e-2, 0.5, 1.9, 5.0, 30.0)


def ends(dtype: Any) -> tuple[jax.Array, jax.Array, jax.Array]:
    """A start with itself, with its antipode, and with points next to these, at all clocks."""
    y0 = np.array([0.48, -0.6, 0.64])
    across = np.array([0.8, 0.0, -0.6])
    near = [s * y0 + 1e-7 * (s == r) * across for s in (1, -1) for r in (s, -s)]
    y = np.stack([p / np.linalg.norm(p) for p in near])
    y = np.tile(y, (len(CLOCKS), 1)).astype(dtype)
    clock = np.repeat(np.array(CLOCKS, dtype), 4)
    return (
        jnp.asarray(np.broadcast_to(y0.astype(dtype), y.shape)),
        jnp.asarray(y),
        jnp.asarray(clock),
    )


@jax.jit
def values_and_derivatives(y0: Any, y: Any, clock: Any) -> Any:
    """Sums of derivatives as training takes them, backwards: not finite if one of them is not."""

    def both(y0: Any, y: Any, clock: Any) -> Any:
        return KERNEL.log_density(y0, y, clock), KERNEL.score(y0, y, clock)

    values, backwards = jax.vjp(both, y0, y, clock)
    return values, backwards(jax.tree.map(jnp.ones_like, values))


@pytest.mark.parametrize("dtype", [pytest.param(np.float32, marks=pytest.mark.slow), np.float64])
def test_values_and_derivatives_are_finite(dtype: Any):
    leaves = jax.tree.leaves(values_and_derivatives(*ends(dtype)))
    assert all(np.isfinite(np.asarray(leaf)).all() for leaf in leaves)
    assert {leaf.dtype for leaf in leaves} == {np.dtype(dtype)}


@jax.jit
@jax.vmap
def at_pairs(y0: Any, y: Any, clock: Any) -> tuple[Any, Any, Any]:
    """The score, its derivative, and that of the log-density by the clock."""
    score, derivative = KERNEL.score(y0, y, clock), jax.jacfwd(KERNEL.score, 1)(y0, y, clock)
    return score, derivative, jax.grad(KERNEL.log_density, 2)(y0, y, clock)


CLOCKS_AT_PAIRS = np.array([1e-8, 0.05, 0.5, 1.9, 3.0, 10.0])
POINT = np.array([0.6, 0.0, 0.8])


@pytest.fixture(scope="module", params=[1, -1], ids=["start", "antipode"])
def found(request: pytest.FixtureRequest) -> tuple[np.ndarray, ...]:
    y0 = jnp.broadcast_to(jnp.asarray(POINT), (CLOCKS_AT_PAIRS.size, 3))
    return tuple(map(np.asarray, at_pairs(y0, request.param * y0, jnp.asarray(CLOCKS_AT_PAIRS))))


def test_score_vanishes(found: tuple[np.ndarray, ...]):
    np.testing.assert_array_equal(found[0], 0)


def test_divergence_of_the_score_is_that_which_the_heat_equation_asks_for(
    found: tuple[np.ndarray, ...],
):
    """Where the score is zero its divergence is twice the derivative of log p by the clock."""
    _, derivative, by_clock = found
    divergence = np.trace(derivative, axis1=-2, axis2=-1)
    assert np.abs(divergence).min() > 1e-5
    np.testing.assert_allclose(divergence[1:], 2 * by_clock[1:], rtol=1e-6)


def test_derivative_of_the_score_of_a_short_motion_is_that_of_flat_space():
    y0 = jnp.broadcast_to(jnp.asarray(POINT), (CLOCKS_AT_PAIRS.size, 3))
    derivative = np.asarray(at_pairs(y0, y0, jnp.asarray(CLOCKS_AT_PAIRS))[1][0])
    projector = np.eye(3) - np.outer(POINT, POINT)
    tangent = CLOCKS_AT_PAIRS[0] * projector @ derivative @ projector
    np.testing.assert_allclose(tangent, -projector, atol=1e-6)
