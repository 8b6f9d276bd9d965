"""Geodesics of no length, of length pi, and of lengths near these, in both precisions."""

import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from inventory import MANIFOLDS

import geomndp as gn
from geomndp.manifolds import AbstractManifold

GLOBE = gn.manifolds.Sphere(2)


def frame(dim: int, dtype: Any) -> list[jax.Array]:
    """Orthonormal vectors that no axis is along."""
    factor, _ = np.linalg.qr(np.random.default_rng(3).normal(size=(dim, dim)))
    return [jnp.asarray(row.astype(dtype)) for row in factor.T]


def with_derivatives(f: Any, *arguments: Any) -> list[np.ndarray]:
    """Values, and sums of derivatives: not finite if one of them is not.

    Backwards, which is stricter than forwards: there `where` multiplies by 0 what it leaves out.
    """

    @jax.jit
    def everything(*arguments: Any) -> Any:
        values, backwards = jax.vjp(f, *arguments)
        return values, backwards(jax.tree.map(jnp.ones_like, values))

    return [np.asarray(leaf) for leaf in jax.tree.leaves(everything(*arguments))]


def assert_finite(leaves: list[np.ndarray]) -> None:
    assert all(np.isfinite(leaf).all() for leaf in leaves)


def at_ends(manifold: AbstractManifold, dtype: Any) -> tuple[jax.Array, ...]:
    """Points, their images, and the velocities between: coincident, and conjugate or in the cut."""
    y, u, *_ = frame(max(manifold.ambient_dim, 2), dtype)
    y = manifold.project(y[: manifold.ambient_dim])
    u = manifold.project_tangent(y, u[: manifold.ambient_dim])
    far = math.pi * (math.sqrt(2) if isinstance(manifold, gn.manifolds.SO3) else 1)
    end = jnp.asarray(far, dtype) / jnp.sqrt(manifold.inner(u, u)) * u
    ends = [(y, y, 0 * u), (y, manifold.exp(y, end), end)]
    if isinstance(manifold, gn.manifolds.Sphere | gn.manifolds.Torus):
        ends.append((y, -y, end))
    return tuple(jnp.stack(part) for part in zip(*ends, strict=True))


def assert_finite_at_ends(manifold: AbstractManifold, dtype: Any) -> None:
    def everything(y: Any, z: Any, v: Any) -> tuple[Any, ...]:
        results = manifold.exp(y, v), manifold.log(y, z), manifold.transport(y, z, y)
        others = manifold.frame(y), manifold.spanning_fields(y), manifold.gradient(y, v)
        projected = manifold.project(z), manifold.project_tangent(y, v)
        return *results, *others, *projected, manifold.dist(y, z), manifold.inner(v, v)

    leaves = with_derivatives(everything, *at_ends(manifold, dtype))
    assert_finite(leaves)
    assert {leaf.dtype for leaf in leaves} == {np.dtype(dtype)}


@pytest.mark.parametrize("manifold", MANIFOLDS.values(), ids=MANIFOLDS)
def test_values_and_derivatives_are_finite(manifold: AbstractManifold):
    assert_finite_at_ends(manifold, np.float64)


@pytest.mark.parametrize("name", ["S2", "SO3", "H2"])
def test_values_and_derivatives_are_finite_in_single_precision(name: str):
    assert_finite_at_ends(MANIFOLDS[name], np.float32)


def naive_log(y: Any, z: Any) -> Any:
    cosine = jnp.sum(y * z)
    angle = jnp.arccos(jnp.clip(cosine, -1, 1))
    return angle / jnp.sin(angle) * (z - cosine * y)


def test_derivatives_that_are_not_finite_are_found():
    y = frame(3, np.float64)[0]
    with pytest.raises(AssertionError):
        assert_finite(with_derivatives(naive_log, y, y))


def test_derivatives_at_no_distance_are_those_of_flat_space():
    y, *tangents = frame(3, np.float64)
    projector = np.asarray(sum(jnp.outer(t, t) for t in tangents))
    by_v = jax.jit(jax.jacfwd(GLOBE.exp, 1))(y, 0 * y)
    by_z = jax.jit(jax.jacfwd(GLOBE.log, 1))(y, y)
    np.testing.assert_allclose(by_v, projector, atol=1e-12)
    np.testing.assert_allclose(by_z, projector, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n", [1, 2, 3])
def test_log_to_the_antipode_is_tangent_and_reaches_it(n: int, dtype: Any):
    sphere, eps = gn.manifolds.Sphere(n), float(np.finfo(dtype).eps)
    y = frame(n + 1, dtype)[0]
    z = jnp.stack([-y, -y * jnp.asarray(1 + eps, dtype)])  # opposite to rounding, as computed
    y = jnp.broadcast_to(y, z.shape)
    v = jax.jit(sphere.log)(y, z)
    np.testing.assert_allclose(np.sum(np.asarray(v) * np.asarray(y), -1), 0, atol=8 * eps)
    np.testing.assert_allclose(np.linalg.norm(v, axis=-1), math.pi, atol=8 * eps)
    np.testing.assert_allclose(sphere.exp(y, v), z, atol=8 * eps)


def test_transport_to_the_antipode_turns_the_velocity_alone():
    y, *_ = frame(3, np.float64)
    velocity = GLOBE.log(y, -y)
    across = jnp.cross(y, velocity)
    np.testing.assert_allclose(GLOBE.transport(y, -y, velocity), -velocity, atol=1e-14)
    np.testing.assert_allclose(GLOBE.transport(y, -y, across), across, atol=1e-14)


# In float32 a point of the unit sphere is known to about 1e-7.
@pytest.mark.parametrize("angle", [1e-6, 1e-5, 1e-3, 0.1, 3.0, math.pi - 1e-3, math.pi - 1e-5])
@pytest.mark.parametrize("n", [1, 2, 3])
def test_single_precision(n: int, angle: float):
    sphere = gn.manifolds.Sphere(n)
    y, u, *_ = frame(n + 1, np.float32)
    z = sphere.exp(y, jnp.asarray(angle, np.float32) * u)
    v = sphere.log(y, z)
    assert z.dtype == v.dtype == np.float32
    assert abs(float(np.linalg.norm(np.asarray(z, float))) - 1) < 1e-6
    assert abs(float(sphere.dist(y, z)) - angle) < 1e-6
    assert abs(float(np.asarray(v, float) @ np.asarray(y, float))) < 1e-6
    assert abs(float(np.linalg.norm(np.asarray(v, float))) - angle) < 1e-6
    np.testing.assert_allclose(sphere.exp(y, v), z, atol=1e-6)
    exact = np.cos(angle) * np.asarray(y, float) + np.sin(angle) * np.asarray(u, float)
    np.testing.assert_allclose(z, exact, atol=1e-6)


def test_single_precision_walks_stay_on_the_sphere():
    def step(y: jax.Array, v: jax.Array) -> tuple[jax.Array, jax.Array]:
        y = GLOBE.exp(y, GLOBE.project_tangent(y, v))
        return y, jnp.linalg.norm(y)

    velocities = jax.random.normal(jax.random.key(0), (5000, 3), np.float32)
    start = jnp.array([0, 0, 1], np.float32)
    norms = jax.jit(lambda v: jax.lax.scan(step, start, v)[1])(velocities)
    assert float(jnp.abs(norms - 1).max()) < 1e-6
