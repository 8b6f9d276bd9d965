"""Gaussian processes: draws, densities, conditioning and the fit of their parameters."""

from geomndp.gp.fit import fit as fit
from geomndp.gp.gaussian_process import GaussianProcess as GaussianProcess
from geomndp.gp.interpolation import KernelInterpolant as KernelInterpolant
from geomndp.gp.interpolation import KernelInterpolation as KernelInterpolation
from geomndp.gp.means import AbstractMean as AbstractMean
from geomndp.gp.means import ConstantMean as ConstantMean
from geomndp.gp.means import LinearMean as LinearMean
from geomndp.gp.means import ZeroMean as ZeroMean
from geomndp.gp.observations import AbstractObservations as AbstractObservations
from geomndp.gp.observations import Averages as Averages
from geomndp.gp.observations import Derivatives as Derivatives
from geomndp.gp.observations import PointValues as PointValues
from geomndp.gp.pathwise import PathwiseFunction as PathwiseFunction
from geomndp.gp.pathwise import PathwisePosterior as PathwisePosterior
from geomndp.gp.posterior import Posterior as Posterior

__all__ = [
    "AbstractMean",
    "AbstractObservations",
    "Averages",
    "ConstantMean",
    "Derivatives",
    "GaussianProcess",
    "KernelInterpolant",
    "KernelInterpolation",
    "LinearMean",
    "PathwiseFunction",
    "PathwisePosterior",
    "PointValues",
    "Posterior",
    "ZeroMean",
    "fit",
]
