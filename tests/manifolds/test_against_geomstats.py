"""Every manifold against geomstats, in float64, on spheres up to 1 mrad from the antipode."""

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
WITHOUT_TRANSPORT = {"NFoldMetric", "ProductRiemannianMetric"}
"""Metrics of geomstats that leave the transport of their factors out."""

pytestmark = pytest.mark.filterwarnings("ignore:BackendImporter:ImportWarning")  # geomstats' own


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


def shaped(space: Any, a: np.ndarray) -> np.ndarray:
    return a.reshape(-1, *space.shape)


def theirs(space: Any, case: Case, scale: float) -> tuple[np.ndarray, list[np.ndarray]]:
    """Ends of the geodesics, and our four functions of them, with the shapes of ours."""
    metric = space.metric
    y, u, w = (shaped(space, a) for a in case)
    ends = metric.exp(u, y)
    found = [ends, metric.log(ends, y), scale * metric.dist(y, ends)]
    if type(metric).__name__ not in WITHOUT_TRANSPORT:
        found.append(metric.parallel_transport(w, y, direction=u))
    flat = [a.reshape(case.y.shape) if a.ndim > 1 else a for a in found]
    return flat[0], flat


def differences(
    manifold: gn.manifolds.AbstractManifold, space: Any, case: Case, scale: float = 1.0
) -> list[float]:
    """The largest of exp, of log, of dist and, where geomstats has it, of transport."""
    ends, right = theirs(space, case, scale)
    both = zip(ours(manifold, case, ends), right, strict=False)
    return [float(np.abs(a - b).max()) for a, b in both]


@pytest.mark.parametrize("n", [1, 2, 3])
def test_sphere(n: int):
    from geomstats.geometry.hypersphere import Hypersphere

    found = differences(gn.manifolds.Sphere(n), Hypersphere(n), case_on_sphere(n))
    assert max(found) < TOLERANCE, found


@pytest.mark.parametrize("n", [1, 2, 3])
def test_euclidean_space(n: int):
    from geomstats.geometry.euclidean import Euclidean

    found = differences(gn.manifolds.Euclidean(n), Euclidean(n), case_in_space(n))
    assert max(found) < TOLERANCE, found


def test_a_flat_sphere_is_found():
    from geomstats.geometry.hypersphere import Hypersphere

    found = differences(gn.manifolds.Euclidean(3), Hypersphere(2), case_on_sphere(2))
    assert min(found) > TOLERANCE, found


def case_on(manifold: gn.manifolds.AbstractManifold) -> Case:
    """Geodesics of lengths up to 3, inside every injectivity radius."""
    y, u, w = np.random.default_rng(4).normal(size=(3, ANGLES.size, manifold.ambient_dim))
    y = manifold.project(jnp.asarray(y))
    u, w = (manifold.project_tangent(y, jnp.asarray(a)) for a in (u, w))
    lengths = jnp.asarray(np.minimum(ANGLES, 3))[:, None]
    u = lengths * u / jnp.sqrt(manifold.inner(u, u))[:, None]
    return Case(*map(np.asarray, (y, u, w)))


@pytest.mark.parametrize("n", [2, 3])
def test_hyperbolic_space(n: int):
    from geomstats.geometry.hyperbolic import Hyperbolic

    manifold = gn.manifolds.Hyperbolic(n)
    found = differences(manifold, Hyperbolic(n), case_on(manifold))
    assert max(found) < 1e-5, found  # of their logarithm, at distances of about 1e-9


def test_rotations():
    """Geomstats' metric is half of the trace of U' V, and so its distance is the angle."""
    from geomstats.geometry.special_orthogonal import SpecialOrthogonal

    manifold, space = gn.manifolds.SO3(), SpecialOrthogonal(3)
    case = case_on(manifold)
    found = differences(manifold, space, case, scale=math.sqrt(2))
    assert max(found) < TOLERANCE, found
    assert max(differences(manifold, space, case)) > TOLERANCE


def test_torus():
    from geomstats.geometry.hypersphere import Hypersphere
    from geomstats.geometry.nfold_manifold import NFoldManifold

    manifold = gn.manifolds.Torus(2)
    found = differences(manifold, NFoldManifold(Hypersphere(1), 2), case_on(manifold))
    assert max(found) < TOLERANCE, found


def test_product():
    from geomstats.geometry.euclidean import Euclidean
    from geomstats.geometry.hypersphere import Hypersphere
    from geomstats.geometry.product_manifold import ProductManifold

    manifold = gn.manifolds.Product((gn.manifolds.Sphere(2), gn.manifolds.Euclidean(1)))
    space = ProductManifold([Hypersphere(2), Euclidean(1)])
    found = differences(manifold, space, case_on(manifold))
    assert max(found) < TOLERANCE, found


def test_spaces_become_manifolds():
    from geomstats.geometry.euclidean import Euclidean
    from geomstats.geometry.hyperbolic import Hyperbolic
    from geomstats.geometry.hypersphere import Hypersphere
    from geomstats.geometry.nfold_manifold import NFoldManifold
    from geomstats.geometry.product_manifold import ProductManifold
    from geomstats.geometry.special_orthogonal import SpecialOrthogonal

    m = gn.manifolds
    pairs = [
        (Euclidean(2), m.Euclidean(2)),
        (Hypersphere(3), m.Sphere(3)),
        (Hyperbolic(2), m.Hyperbolic(2)),
        (SpecialOrthogonal(3), m.SO3()),
        (NFoldManifold(Hypersphere(1), 4), m.Torus(4)),
        (NFoldManifold(Hypersphere(2), 2), m.Product((m.Sphere(2), m.Sphere(2)))),
        (
            ProductManifold([SpecialOrthogonal(3), Euclidean(3)]),
            m.Product((m.SO3(), m.Euclidean(3))),
        ),
    ]
    for space, manifold in pairs:
        found = m.from_geomstats(space)
        assert found == manifold
        assert found.dim == space.dim
        assert found.ambient_dim == np.size(space.random_point())


def test_other_spaces_are_refused():
    from geomstats.geometry.hyperbolic import Hyperbolic
    from geomstats.geometry.hypersphere import Hypersphere
    from geomstats.geometry.spd_matrices import SPDMatrices
    from geomstats.geometry.special_orthogonal import SpecialOrthogonal

    intrinsic = [
        Hypersphere(2, intrinsic=True),
        Hyperbolic(2, coords_type="ball"),
        SpecialOrthogonal(3, point_type="vector"),
    ]
    for space in (*intrinsic, SPDMatrices(2), SpecialOrthogonal(2), None):
        with pytest.raises(ValueError, match="expected a Euclidean space, Hypersphere, Hyper"):
            gn.manifolds.from_geomstats(space)
