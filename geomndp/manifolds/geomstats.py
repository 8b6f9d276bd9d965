"""Spaces of geomstats as manifolds of this library."""

from typing import Any

from geomndp.manifolds.base import AbstractManifold
from geomndp.manifolds.euclidean import Euclidean
from geomndp.manifolds.hyperbolic import Hyperbolic
from geomndp.manifolds.product import Product
from geomndp.manifolds.special_orthogonal import SO3
from geomndp.manifolds.sphere import Sphere
from geomndp.manifolds.torus import Torus


def from_geomstats(space: Any) -> AbstractManifold:
    """The manifold of this library that a space of geomstats is.

    Known are `Euclidean`, `Hypersphere`, `Hyperbolic` as a hyperboloid, `SpecialOrthogonal(3)` as
    matrices, `ProductManifold` of these, and `NFoldManifold`, which is a `Torus` for circles. All
    but the rotations have the metric that geomstats equips them with by default; its metric of
    rotations is half of ours, so that there distances are angles, and here the square root of 2
    times as long. Its points are ours once their coordinates are on one axis:
    `point.reshape(-1)`.

    Arguments:
        space: A space of geomstats, in extrinsic coordinates.

    Raises:
        ValueError: If there is no such manifold.

    Example:
        >>> import warnings, geomndp as gn
        >>> with warnings.catch_warnings(action="ignore"):
        ...     from geomstats.geometry.hypersphere import Hypersphere
        >>> gn.manifolds.from_geomstats(Hypersphere(2))
        Sphere(n=2)
    """
    from geomstats.geometry.euclidean import Euclidean as TheirEuclidean
    from geomstats.geometry.hyperboloid import Hyperboloid
    from geomstats.geometry.hypersphere import Hypersphere
    from geomstats.geometry.nfold_manifold import NFoldManifold
    from geomstats.geometry.product_manifold import ProductManifold
    from geomstats.geometry.special_orthogonal import SpecialOrthogonal

    if type(space) is TheirEuclidean:
        return Euclidean(space.dim)
    if type(space) is Hypersphere and not space.intrinsic:
        return Sphere(space.dim)
    if type(space) is Hyperboloid:
        return Hyperbolic(space.dim)
    # Geomstats makes another class of rotations of it.
    if type(space) is type(SpecialOrthogonal(3)) and getattr(space, "n", None) == 3:
        return SO3()
    if type(space) is ProductManifold:
        return Product(tuple(from_geomstats(factor) for factor in space.factors))
    if type(space) is NFoldManifold:
        base = from_geomstats(space.base_manifold)
        is_torus = base == Sphere(1)
        return Torus(space.n_copies) if is_torus else Product((base,) * space.n_copies)
    raise ValueError(
        "expected a Euclidean space, Hypersphere, Hyperboloid, SpecialOrthogonal(3) of matrices, "
        "ProductManifold or NFoldManifold, in extrinsic coordinates, "
        f"got {type(space).__name__}; implement AbstractManifold for another"
    )
