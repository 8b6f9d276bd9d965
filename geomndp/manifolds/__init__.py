"""Manifolds on which locations and values live, in JAX, with one interface."""

from geomndp.manifolds.base import AbstractManifold as AbstractManifold
from geomndp.manifolds.euclidean import Euclidean as Euclidean
from geomndp.manifolds.geographic import EARTH_RADIUS_KM as EARTH_RADIUS_KM
from geomndp.manifolds.geographic import from_geographic as from_geographic
from geomndp.manifolds.geographic import to_geographic as to_geographic
from geomndp.manifolds.heat_kernel import AbstractHeatKernel as AbstractHeatKernel
from geomndp.manifolds.heat_kernel import GaussianHeatKernel as GaussianHeatKernel
from geomndp.manifolds.sphere import Sphere as Sphere
from geomndp.manifolds.sphere_heat_kernel import SphereHeatKernel as SphereHeatKernel

__all__ = [
    "EARTH_RADIUS_KM",
    "AbstractHeatKernel",
    "AbstractManifold",
    "Euclidean",
    "GaussianHeatKernel",
    "Sphere",
    "SphereHeatKernel",
    "from_geographic",
    "to_geographic",
]
