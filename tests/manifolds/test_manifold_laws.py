"""What every manifold promises: one jitted report of each, on which the laws are checked.

Reports with one entry spoilt show that every check can fail.
"""

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

from geomndp.manifolds import AbstractManifold

ROUNDING = 1e-13
N_POINTS = 40


@dataclasses.dataclass(frozen=True)
class Report:
    """Results at pairs of points y, z, and at tangent vectors u and v at y, as numpy arrays."""

    manifold: AbstractManifold
    y: Any
    z: Any
    u: Any
    v: Any
    moved: Any
    """exp(y, u)."""
    back: Any
    """log(y, moved)."""
    log: Any
    exp_log: Any
    dist: Any
    dist_back: Any
    dist_on: Any
    """From z to the next y."""
    dist_direct: Any
    """From y to the next y."""
    transported: tuple[Any, Any]
    """u and v, from y to z."""
    transported_tangent: Any
    """The projection of the first of these onto the tangent space at z."""
    transported_log: Any
    log_back: Any
    """log(z, y)."""
    projected: Any
    """The point nearest to y + u + 0.3 y."""
    projected_again: Any
    tangent_again: Any
    normal: Any
    """What the projection of an ambient vector onto the tangent space takes away."""
    fields: Any
    """At y and at the poles."""
    projectors: Any
    """Of the ambient space onto the tangent spaces at the same points."""
    random_tangents: Any
    """At the first point of y."""
    random_covariance: Any
    """Of a standard normal law in the tangent space at the first point of y."""

    def inner(self, a: Any, b: Any) -> np.ndarray:
        return np.asarray(self.manifold.inner(jnp.asarray(a), jnp.asarray(b)))

    def assert_close(self, found: Any, expected: Any) -> None:
        """To rounding, which in hyperbolic space is of products of large coordinates."""
        assert_close(found, expected, ROUNDING * max(1, np.abs(self.moved).max() ** 2))


def poles(manifold: AbstractManifold) -> Any:
    """On spheres every axis and its opposite, where fields may vanish and frames may jump."""
    base = manifold.base_point()
    arms = 0.5 * math.pi * manifold.frame(base)
    arms = jnp.concatenate([0 * arms[:1], arms, -arms, 2 * arms[:1]])
    return manifold.exp(jnp.broadcast_to(base, arms.shape), arms)


@functools.cache
def make_report(name: str) -> Report:
    manifold = MANIFOLDS[name]
    rng = np.random.default_rng(7)
    ambient = jnp.asarray(rng.normal(size=(4, N_POINTS, manifold.ambient_dim)))
    axes = np.eye(manifold.ambient_dim)

    @jax.jit
    def everything(ambient: jax.Array, key: jax.Array) -> dict[str, Any]:
        y, z = manifold.project(ambient[0]), manifold.project(ambient[1])
        u, v = (manifold.project_tangent(y, w) for w in ambient[2:])
        u = u / jnp.sqrt(manifold.inner(u, u))[:, None] * 2.5  # inside the injectivity radius
        moved, log = manifold.exp(y, u), manifold.log(y, z)
        transported = manifold.transport(y, z, u)
        projected = manifold.project(1.3 * y + u)
        points = jnp.concatenate([y, poles(manifold)])
        identity = jnp.broadcast_to(jnp.asarray(axes), (*points.shape, points.shape[-1]))
        at_each = jax.vmap(jax.vmap(manifold.project_tangent, (None, 0)))
        keys = jax.random.split(key, 20_000)
        return {
            "y": y,
            "z": z,
            "u": u,
            "v": v,
            "moved": moved,
            "back": manifold.log(y, moved),
            "log": log,
            "exp_log": manifold.exp(y, log),
            "dist": manifold.dist(y, z),
            "dist_back": manifold.dist(z, y),
            "dist_on": manifold.dist(z, jnp.roll(y, -1, 0)),
            "dist_direct": manifold.dist(y, jnp.roll(y, -1, 0)),
            "transported": (transported, manifold.transport(y, z, v)),
            "transported_tangent": manifold.project_tangent(z, transported),
            "transported_log": manifold.transport(y, z, log),
            "log_back": manifold.log(z, y),
            "projected": projected,
            "projected_again": manifold.project(projected),
            "tangent_again": manifold.project_tangent(y, u),
            "normal": ambient[3] - v,
            "fields": manifold.spanning_fields(points),
            "projectors": at_each(points, identity),
            "random_tangents": jax.vmap(lambda k: manifold.random_tangent(y[0], key=k))(keys),
            "random_covariance": manifold.frame(y[0]).T @ manifold.frame(y[0]),
        }

    found = everything(ambient, jax.random.key(0))
    return Report(manifold, **jax.tree.map(np.asarray, found))


def assert_close(found: Any, expected: Any, tolerance: float = ROUNDING) -> None:
    np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance)


def check_exp_and_log(r: Report) -> None:
    r.assert_close(r.back, r.u)
    r.assert_close(r.exp_log, r.z)
    r.assert_close(np.sqrt(np.maximum(r.inner(r.log, r.log), 0)), r.dist)
    assert np.median(r.dist) > 0.1, "the law is empty for coincident points"


def check_distance(r: Report) -> None:
    r.assert_close(r.dist, r.dist_back)
    assert (r.dist_direct <= r.dist + r.dist_on + ROUNDING).all()


def check_transport(r: Report) -> None:
    first, second = r.transported
    r.assert_close(r.inner(first, second), r.inner(r.u, r.v))
    r.assert_close(r.inner(first, first), r.inner(r.u, r.u))
    r.assert_close(r.transported_log, -r.log_back)
    r.assert_close(r.transported_tangent, first)


def check_projections(r: Report) -> None:
    r.assert_close(r.projected_again, r.projected)
    r.assert_close(r.tangent_again, r.u)
    r.assert_close(r.inner(r.normal, r.u), 0)


def check_spanning_fields(r: Report) -> None:
    r.assert_close(r.fields - r.fields @ r.projectors, 0)
    sizes = np.linalg.svd(r.fields, compute_uv=False)
    assert (sizes[..., r.manifold.dim - 1] > 0.5).all(), "the fields do not span"


def check_random_tangents(r: Report) -> None:
    assert_mean(r.random_tangents, 0)
    assert_mean(second_moments(r.random_tangents), r.random_covariance)


CHECKS = [
    check_exp_and_log,
    check_distance,
    check_transport,
    check_projections,
    check_spanning_fields,
    check_random_tangents,
]


@pytest.fixture(scope="module", params=list(MANIFOLDS))
def report(request: pytest.FixtureRequest) -> Report:
    return make_report(request.param)


@pytest.mark.parametrize("check", CHECKS, ids=lambda c: c.__name__.removeprefix("check_"))
def test_law(report: Report, check: Any):
    check(report)


def spoilt(r: Report) -> list[tuple[Any, dict[str, Any]]]:
    ambient = np.random.default_rng(0).normal(size=r.random_tangents.shape)
    return [
        (check_exp_and_log, {"back": r.moved - r.y}),
        (check_exp_and_log, {"dist": np.linalg.norm(r.z - r.y, axis=-1)}),
        (check_distance, {"dist_back": 1.01 * r.dist}),
        (check_distance, {"dist": 0 * r.dist, "dist_back": 0 * r.dist}),
        (check_transport, {"transported": (r.u, r.v)}),
        (check_transport, {"transported_log": r.log_back}),
        (check_projections, {"projected_again": 1.001 * r.projected}),
        (check_projections, {"normal": r.v}),
        (check_spanning_fields, {"fields": np.ones_like(r.fields)}),
        (check_spanning_fields, {"fields": r.fields[:, [0, 3]]}),  # both 0 at the first pole
        (check_random_tangents, {"random_tangents": ambient}),
        (check_random_tangents, {"random_tangents": np.sqrt(2) * r.random_tangents}),
    ]


def test_every_check_finds_a_spoilt_report():
    right = make_report("S2")
    assert {check for check, _ in spoilt(right)} == set(CHECKS)
    for check, wrong in spoilt(right):
        with pytest.raises(AssertionError):
            check(dataclasses.replace(right, **wrong))
