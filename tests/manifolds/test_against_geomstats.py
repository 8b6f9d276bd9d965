"""Spheres and Euclidean spaces against geomstats, in float64, up to 1 mrad from the antipode."""

import math
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import geomndp as gn

ANGLES = np.array(
    [0, 1e-9, 1e-7, 1e-5, 1e-3, 0.1, 0.5, 1.5, 2.5, 3.0, math.pi - 0.01, math.pi - 1e-3]
)
TOLERANCE = 1e-6


class Case(NamedTuple):
    """Points y, unit tangent vectors u at them, other tangent vectors w, and lengths of u."""

    y: np.ndarray
    u: np.ndarray
    w: np.ndarray


def case_on_sphere(n: int) -> Case:
    y, u, w = np.random.default_rng(n).normal(size=(3, ANGLES.size, n + 1))
    y /= np.linalg.norm(y, axis=-1, keepdims=True)
    u, w = (a - np.sum(a * y, -1, keepdims=True) * y for a in (u, w))
    return Case(y, ANGLES[:, None] * u / np.linalg.norm(u, axis=-1, keepdims=True), w)


def case_in_space(n: int) -> Case:
    return Case(*np.random.default_rng(n).normal(size=(3, ANGLES.size, n)))


def ours(manifold: gn.manifolds.AbstractManifold, case: Case, ends: np.ndarray) -> list[np.ndarray]:
    @jax.jit
    def everything(y: Any, u: Any, w: Any, z: Any) -> tuple[Any, ...]:
        transported = manifold.transport(y, z, w)
        return manifold.exp(y, u), manifold.log(y, z), manifold.dist(y, z), transported

    return [np.asarray(a) for a in everything(*map(jnp.asarray, (*case, ends)))]


def theirs(space: Any, case: Case, ends: np.ndarray) -> list[np.ndarray]:
    metric = space.metric
    return [
        metric.exp(case.u, case.y),
        metric.log(ends, case.y),
        metric.dist(case.y, ends),
        metric.parallel_transport(case.w, case.y, direction=case.u),
    ]


def differences(manifold: gn.manifolds.AbstractManifold, space: Any, case: Case) -> list[float]:
    """The largest of exp, of log, of dist and of transport."""
    ends = space.metric.exp(case.u, case.y)
    both = zip(ours(manifold, case, ends), theirs(space, case, ends), strict=True)
    return [float(np.abs(a - b).max()) for a, b in both]


@pytest.mark.filterwarnings("ignore:BackendImporter:ImportWarning")  # of geomstats' own
@pytest.mark.parametrize("n", [1, 2, 3])
def test_sphere(n: int):
    from geomstats.geometry.hypersphere import Hypersphere

    found = differences(gn.manifolds.Sphere(n), Hypersphere(n), case_on_sphere(n))
    assert max(found) < TOLERANCE, found


@pytest.mark.filterwarnings("ignore:BackendImporter:ImportWarning")
@pytest.mark.parametrize("n", [1, 2, 3])
def test_euclidean_space(n: int):
    from geomstats.geometry.euclidean import Euclidean

    found = differences(gn.manifolds.Euclidean(n), Euclidean(n), case_in_space(n))
    assert max(found) < TOLERANCE, found


@pytest.mark.filterwarnings("ignore:BackendImporter:ImportWarning")
def test_a_flat_sphere_is_found():
    from geomstats.geometry.hypersphere import Hypersphere

    found = differences(gn.manifolds.Euclidean(3), Hypersphere(2), case_on_sphere(2))
    assert min(found) > TOLERANCE, found
