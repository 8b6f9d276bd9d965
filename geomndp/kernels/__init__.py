"""Kernels: covariances of random fields, of numbers and of vectors."""

from geomndp.kernels.base import AbstractKernel as AbstractKernel
from geomndp.kernels.base import Product as Product
from geomndp.kernels.base import Scaled as Scaled
from geomndp.kernels.base import Sum as Sum
from geomndp.kernels.constant import Constant as Constant
from geomndp.kernels.coregionalised import Coregionalised as Coregionalised
from geomndp.kernels.curl_free import CurlFree as CurlFree
from geomndp.kernels.direct_sum import DirectSum as DirectSum
from geomndp.kernels.divergence_free import DivergenceFree as DivergenceFree
from geomndp.kernels.gradient_fields import AbstractGradientField as AbstractGradientField
from geomndp.kernels.gradient_fields import FlatGradient as FlatGradient
from geomndp.kernels.gradient_fields import PlaneSkewGradient as PlaneSkewGradient
from geomndp.kernels.gradient_fields import PointwiseFunction as PointwiseFunction
from geomndp.kernels.gradient_fields import SkewGradient as SkewGradient
from geomndp.kernels.gradient_fields import SurfaceGradient as SurfaceGradient
from geomndp.kernels.harmonic_function import HarmonicFunction as HarmonicFunction
from geomndp.kernels.helmholtz import helmholtz as helmholtz
from geomndp.kernels.hodge import hodge_mixture as hodge_mixture
from geomndp.kernels.hodge_curl_free import HodgeCurlFree as HodgeCurlFree
from geomndp.kernels.hodge_divergence_free import HodgeDivergenceFree as HodgeDivergenceFree
from geomndp.kernels.hodge_kernel import AbstractHodgeKernel as AbstractHodgeKernel
from geomndp.kernels.hodge_potential import HodgePotential as HodgePotential
from geomndp.kernels.isotropic import Isotropic as Isotropic
from geomndp.kernels.matern import Matern12 as Matern12
from geomndp.kernels.matern import Matern32 as Matern32
from geomndp.kernels.matern import Matern52 as Matern52
from geomndp.kernels.periodic import Periodic as Periodic
from geomndp.kernels.potential_coupled import PotentialCoupled as PotentialCoupled
from geomndp.kernels.radial import AbstractRadialKernel as AbstractRadialKernel
from geomndp.kernels.random_features import RandomFeatures as RandomFeatures
from geomndp.kernels.random_features import RandomFunction as RandomFunction
from geomndp.kernels.rational_quadratic import RationalQuadratic as RationalQuadratic
from geomndp.kernels.space_time import SpaceTimeProduct as SpaceTimeProduct
from geomndp.kernels.spherical import SphericalHeat as SphericalHeat
from geomndp.kernels.spherical import SphericalMatern as SphericalMatern
from geomndp.kernels.spherical import ZonalSeries as ZonalSeries
from geomndp.kernels.squared_exponential import SquaredExponential as SquaredExponential
from geomndp.kernels.tangent_white import TangentWhite as TangentWhite
from geomndp.kernels.white import White as White
from geomndp.kernels.zonal import AbstractZonalKernel as AbstractZonalKernel

__all__ = [
    "AbstractGradientField",
    "AbstractHodgeKernel",
    "AbstractKernel",
    "AbstractRadialKernel",
    "AbstractZonalKernel",
    "Constant",
    "Coregionalised",
    "CurlFree",
    "DirectSum",
    "DivergenceFree",
    "FlatGradient",
    "HarmonicFunction",
    "HodgeCurlFree",
    "HodgeDivergenceFree",
    "HodgePotential",
    "Isotropic",
    "Matern12",
    "Matern32",
    "Matern52",
    "Periodic",
    "PlaneSkewGradient",
    "PointwiseFunction",
    "PotentialCoupled",
    "Product",
    "RandomFeatures",
    "RandomFunction",
    "RationalQuadratic",
    "Scaled",
    "SkewGradient",
    "SpaceTimeProduct",
    "SphericalHeat",
    "SphericalMatern",
    "SquaredExponential",
    "Sum",
    "SurfaceGradient",
    "TangentWhite",
    "White",
    "ZonalSeries",
    "helmholtz",
    "hodge_mixture",
]
