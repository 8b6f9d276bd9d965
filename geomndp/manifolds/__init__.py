"""Manifolds on which locations and values live, in JAX, with one interface."""

from geomndp.manifolds.base import AbstractManifold as AbstractManifold
from geomndp.manifolds.charts import AbstractChart as AbstractChart
from geomndp.manifolds.charts import LongitudeLatitude as LongitudeLatitude
from geomndp.manifolds.charts import Stereographic as Stereographic
from geomndp.manifolds.circle_heat_kernel import CircleHeatKernel as CircleHeatKernel
from geomndp.manifolds.euclidean import Euclidean as Euclidean
from geomndp.manifolds.geographic import EARTH_RADIUS_KM as EARTH_RADIUS_KM
from geomndp.manifolds.geographic import even_places as even_places
from geomndp.manifolds.geographic import from_geographic as from_geographic
from geomndp.manifolds.geographic import to_geographic as to_geographic
from geomndp.manifolds.geomstats import from_geomstats as from_geomstats
from geomndp.manifolds.heat_kernel import AbstractHeatKernel as AbstractHeatKernel
from geomndp.manifolds.heat_kernel import GaussianHeatKernel as GaussianHeatKernel
from geomndp.manifolds.hyperbolic import Hyperbolic as Hyperbolic
from geomndp.manifolds.product import Product as Product
from geomndp.manifolds.product_heat_kernel import ProductHeatKernel as ProductHeatKernel
from geomndp.manifolds.radial_heat_kernel import (
    AbstractRadialHeatKernel as AbstractRadialHeatKernel,
)
from geomndp.manifolds.rotation_heat_kernel import RotationHeatKernel as RotationHeatKernel
from geomndp.manifolds.small_time_heat_kernel import SmallTimeHeatKernel as SmallTimeHeatKernel
from geomndp.manifolds.special_orthogonal import SO3 as SO3
from geomndp.manifolds.sphere import Sphere as Sphere
from geomndp.manifolds.sphere_heat_kernel import SphereHeatKernel as SphereHeatKernel
from geomndp.manifolds.three_sphere_heat_kernel import (
    ThreeSphereHeatKernel as ThreeSphereHeatKernel,
)
from geomndp.manifolds.torus import Torus as Torus
from geomndp.manifolds.torus_heat_kernel import TorusHeatKernel as TorusHeatKernel

__all__ = [
    "EARTH_RADIUS_KM",
    "SO3",
    "AbstractChart",
    "AbstractHeatKernel",
    "AbstractManifold",
    "AbstractRadialHeatKernel",
    "CircleHeatKernel",
    "Euclidean",
    "GaussianHeatKernel",
    "Hyperbolic",
    "LongitudeLatitude",
    "Product",
    "ProductHeatKernel",
    "RotationHeatKernel",
    "SmallTimeHeatKernel",
    "Sphere",
    "SphereHeatKernel",
    "Stereographic",
    "ThreeSphereHeatKernel",
    "Torus",
    "TorusHeatKernel",
    "even_places",
    "from_geographic",
    "from_geomstats",
    "to_geographic",
]
