"""Frames, gradients, the stretch of the exponential map, and the wrapped normal law."""

import dataclasses
import functools
import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from inventory import MANIFOLDS
from standard_errors import assert_mean, second_moments

import geomndp as gn
from geomndp.manifolds import AbstractManifold


@dataclasses.dataclass(frozen=True)
class Report:
    """Results at the base point, at its neighbours a quarter turn away, and at others."""

    manifold: AbstractManifold
    frame_products: Any
    frame_normal: Any
    """What the projection onto the tangent spaces takes away from the frames."""
    stretch: Any
    by_derivatives: Any
    """The determinant of the derivative of exp, in frames at both ends."""
    along: Any
    """Derivatives of a function along geodesics that leave the points with unit velocities."""
    gradient_along: Any
    gradient_normal: Any
    base: Any
    base_projected: Any
    base_logs: Any
    """Coefficients, in the frame at the base point, of logarithms of draws of `random_base`."""


@functools.cache
def make_report(name: str) -> Report:
    manifold = MANIFOLDS[name]
    base = manifold.base_point()
    rng = np.random.default_rng(2)
    velocity = jnp.asarray(rng.normal(size=(6, manifold.dim)))
    weights = jnp.asarray(rng.normal(size=(2, manifold.ambient_dim)))

    def value(y: Any) -> Any:
        return jnp.sin(y @ weights[0]) + (y @ weights[1]) ** 2

    def coefficients(y: Any, v: Any) -> Any:
        return jax.vmap(lambda e: manifold.inner(e, v))(manifold.frame(y))

    @jax.jit
    def everything(key: Any) -> dict[str, Any]:
        axes = 0.5 * math.pi * jnp.concatenate([jnp.eye(manifold.dim), -jnp.eye(manifold.dim)])
        steps = jnp.concatenate([0 * axes[:1], axes, velocity]) @ manifold.frame(base)
        points = manifold.exp(jnp.broadcast_to(base, steps.shape), steps)

        @jax.vmap
        def at(y: Any) -> tuple[Any, ...]:
            frame, v = manifold.frame(y), velocity[0] @ manifold.frame(y)
            end, pushed = jax.linearize(lambda w: manifold.exp(y, w), v)
            spread = jax.vmap(pushed)(frame)
            jacobian = jax.vmap(lambda d: coefficients(end, d))(spread)
            along = jax.vmap(
                lambda e: jax.jvp(lambda s: value(manifold.exp(y, s * e)), (0.0,), (1.0,))[1]
            )(frame)
            gradient = manifold.gradient(y, jax.grad(value)(y))
            products = jax.vmap(lambda e: coefficients(y, e))(frame)
            tangent = jax.vmap(lambda e: manifold.project_tangent(y, e))(frame)
            normal = gradient - manifold.project_tangent(y, gradient)
            return (
                products,
                frame - tangent,
                manifold.log_det_exp(y, v),
                jnp.linalg.slogdet(jacobian)[1],
                along,
                coefficients(y, gradient),
                normal,
            )

        draws = manifold.random_base((20_000,), key=key)
        start = jnp.broadcast_to(base, draws.shape)
        logs = jax.vmap(coefficients)(start, manifold.log(start, draws))
        return {"at": at(points), "base": base, "projected": manifold.project(base), "logs": logs}

    found: Any = jax.tree.map(np.asarray, everything(jax.random.key(0)))
    parts = [manifold, *found["at"], found["base"], found["projected"], found["logs"]]
    return Report(*parts)


def assert_close(found: Any, expected: Any) -> None:
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-11)


def check_frame(r: Report) -> None:
    assert_close(r.frame_products, np.broadcast_to(np.eye(r.manifold.dim), r.frame_products.shape))
    assert_close(r.frame_normal, 0)


def check_stretch(r: Report) -> None:
    assert_close(r.stretch, r.by_derivatives)


def check_gradient(r: Report) -> None:
    assert np.abs(r.along).max() > 0.1, "a constant function has any gradient"
    assert_close(r.gradient_along, r.along)
    assert_close(r.gradient_normal, 0)


def check_base(r: Report) -> None:
    assert_close(r.base_projected, r.base)
    lengths = np.linalg.norm(r.base_logs, axis=-1)
    # Within what every injectivity radius exceeds, the law of the velocity is that of the end.
    inside = r.base_logs * (lengths < 2)[:, None]
    rng = np.random.default_rng(0)
    normal = rng.normal(size=(200_000, r.manifold.dim))
    normal *= (np.linalg.norm(normal, axis=-1) < 2)[:, None]
    assert_mean(inside, 0)
    expected = second_moments(normal).mean(0)
    slack = 5 * second_moments(normal).std(0) / math.sqrt(len(normal))
    assert_mean(second_moments(inside), expected, slack=slack)


CHECKS = [check_frame, check_stretch, check_gradient, check_base]


@pytest.mark.parametrize("check", CHECKS, ids=lambda c: c.__name__.removeprefix("check_"))
@pytest.mark.parametrize("name", MANIFOLDS)
def test_law(name: str, check: Any):
    check(make_report(name))


def spoilt(r: Report) -> list[tuple[Any, dict[str, Any]]]:
    return [
        (check_frame, {"frame_products": 1.01 * r.frame_products}),
        (check_frame, {"frame_normal": r.frame_normal + 0.01}),
        (check_stretch, {"stretch": 0 * r.stretch}),
        (check_gradient, {"gradient_along": -r.gradient_along}),
        (check_gradient, {"gradient_normal": r.gradient_normal + 0.01}),
        (check_gradient, {"along": 0 * r.along, "gradient_along": 0 * r.along}),
        (check_base, {"base_projected": 2 * r.base}),
        (check_base, {"base_logs": 0.7 * r.base_logs}),
        (check_base, {"base_logs": r.base_logs + 0.1}),
    ]


@pytest.mark.parametrize("name", ["S2", "H2"])
def test_every_check_finds_a_spoilt_report(name: str):
    right = make_report(name)
    assert {check for check, _ in spoilt(right)} == set(CHECKS)
    for check, wrong in spoilt(right):
        with pytest.raises(AssertionError):
            check(dataclasses.replace(right, **wrong))


def test_the_metric_of_hyperbolic_space_is_not_that_of_the_ambient_space():
    plane, y = gn.manifolds.Hyperbolic(2), jnp.array([jnp.sqrt(2.0), 1.0, 0.0])
    frame = np.asarray(plane.frame(y))
    assert np.abs(frame @ frame.T - np.eye(2)).max() > 0.5
