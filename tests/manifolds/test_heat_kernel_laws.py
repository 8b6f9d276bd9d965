"""What every heat kernel promises: it solves the heat equation, and its score is its gradient."""

import functools
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from inventory import HEAT_KERNELS, MANIFOLDS

from geomndp.manifolds import AbstractManifold

CLOCKS = (1e-2, 0.3, 1.5, 2.5, 6.0)
N_EACH = 6


class Report(NamedTuple):
    """Results at pairs of points, several at each clock, as numpy arrays."""

    log_density: Any
    reversed_log_density: Any
    by_clock: Any
    """Derivative of the log-density with respect to the clock."""
    laplacian: Any
    """Of the log-density."""
    gradient: Any
    """Riemannian, of the log-density."""
    score: Any
    normal_part: Any
    by_differences: Any
    """Derivative of the log-density along a unit tangent vector, by central differences."""
    score_along: Any
    """The score in the same direction."""


def pairs(manifold: AbstractManifold) -> tuple[jax.Array, jax.Array, jax.Array, jax.Array]:
    """Starts, ends of motions from them, unit tangent vectors at the ends, and clocks."""
    rng = np.random.default_rng(5)
    clock = jnp.repeat(jnp.array(CLOCKS), N_EACH)
    y0, v, u = (jnp.asarray(a) for a in rng.normal(size=(3, clock.size, manifold.ambient_dim)))
    y0 = manifold.project(y0)
    y = manifold.exp(y0, jnp.sqrt(clock)[:, None] * manifold.project_tangent(y0, v))
    u = manifold.project_tangent(y, u)
    return y0, y, u / jnp.linalg.norm(u, axis=-1, keepdims=True), clock


@functools.cache
def make_report(name: str) -> Report:
    kernel, manifold = HEAT_KERNELS[name], MANIFOLDS[name]

    def extended(y0: Any, y: Any, clock: Any) -> Any:
        """The log-density, constant along the normals of the manifold."""
        return kernel.log_density(y0, manifold.project(y), clock)

    @jax.jit
    @jax.vmap
    def everything(y0: Any, y: Any, u: Any, clock: Any) -> Report:
        step = 1e-4 * jnp.sqrt(clock)
        ahead, behind = manifold.exp(y, step * u), manifold.exp(y, -step * u)
        starts, ends = jnp.stack([y0, y0, y0, y]), jnp.stack([y, ahead, behind, y0])
        values = jax.vmap(kernel.log_density)(starts, ends, jnp.broadcast_to(clock, 4))

        def gradients(y: Any) -> Any:
            found = jax.grad(extended, (1, 2))(y0, y, clock)
            return found[0], found

        hessian, (gradient, by_clock) = jax.jacfwd(gradients, has_aux=True)(y)
        score = kernel.score(y0, y, clock)
        return Report(
            log_density=values[0],
            reversed_log_density=values[3],
            by_clock=by_clock,
            laplacian=jnp.trace(hessian),
            gradient=gradient,
            score=score,
            normal_part=score - manifold.project_tangent(y, score),
            by_differences=(values[1] - values[2]) / (2 * step),
            score_along=score @ u,
        )

    return Report(*map(np.asarray, everything(*pairs(manifold))))


@pytest.fixture(scope="module", params=list(HEAT_KERNELS))
def report(request: pytest.FixtureRequest) -> Report:
    return make_report(request.param)


def assert_heat_equation(r: Report, factor: float = 0.5) -> None:
    """The density p has dp/dclock = factor Laplacian p; written for log p."""
    right = factor * (r.laplacian + np.sum(r.gradient**2, -1))
    assert np.abs(r.by_clock).min() > 1e-4, "a density that does not change solves no equation"
    np.testing.assert_allclose(r.by_clock, right, rtol=1e-9, atol=1e-11)


def assert_score(r: Report, scale: float = 1.0) -> None:
    np.testing.assert_allclose(scale * r.score, r.gradient, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(scale * r.score_along, r.by_differences, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(r.normal_part, 0, atol=1e-12)


def test_density_solves_the_heat_equation(report: Report):
    assert_heat_equation(report)


def test_another_generator_is_found(report: Report):
    with pytest.raises(AssertionError):
        assert_heat_equation(report, factor=1.0)


def test_score_is_the_gradient(report: Report):
    assert_score(report)


@pytest.mark.parametrize("scale", [-1.0, 0.5, 1.001])
def test_another_score_is_found(report: Report, scale: float):
    with pytest.raises(AssertionError):
        assert_score(report, scale)


def test_density_is_symmetric(report: Report):
    np.testing.assert_allclose(report.log_density, report.reversed_log_density, atol=1e-12)


@pytest.mark.parametrize("name", HEAT_KERNELS)
def test_leading_axes_are_kept(name: str):
    report = make_report(name)
    kernel, (y0, y, _, clock) = HEAT_KERNELS[name], pairs(MANIFOLDS[name])
    batch = (len(CLOCKS), N_EACH)
    shaped = [a.reshape(*batch, *a.shape[1:]) for a in (y0, y, clock)]
    found = jax.jit(lambda *a: (kernel.log_density(*a), kernel.score(*a)))(*shaped)
    np.testing.assert_allclose(found[0].reshape(-1), report.log_density, atol=1e-12)
    np.testing.assert_allclose(found[1].reshape(y.shape), report.score, rtol=1e-9, atol=1e-12)
