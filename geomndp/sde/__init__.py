"""Noising processes: how a field is turned into noise, at which pace, and what its limit is."""

from geomndp.sde.base import AbstractNoising as AbstractNoising
from geomndp.sde.base import AbstractNoisingAtPoints as AbstractNoisingAtPoints
from geomndp.sde.brownian_motion import BrownianMotion as BrownianMotion
from geomndp.sde.brownian_motion import BrownianMotionAtPoints as BrownianMotionAtPoints
from geomndp.sde.discrete_time import DiscreteTime as DiscreteTime
from geomndp.sde.discrete_time import Posterior as Posterior
from geomndp.sde.exact_gaussian_score import ExactGaussianScore as ExactGaussianScore
from geomndp.sde.exact_gaussian_score import NoisedGaussian as NoisedGaussian
from geomndp.sde.exact_gaussian_score import limit_mismatch as limit_mismatch
from geomndp.sde.gaussian_noising import AbstractGaussianNoising as AbstractGaussianNoising
from geomndp.sde.gaussian_noising import GaussianNoisingAtPoints as GaussianNoisingAtPoints
from geomndp.sde.geodesic_interpolant import GeodesicInterpolant as GeodesicInterpolant
from geomndp.sde.geodesic_interpolant import (
    GeodesicInterpolantAtPoints as GeodesicInterpolantAtPoints,
)
from geomndp.sde.heat_mixture import HeatMixture as HeatMixture
from geomndp.sde.linear_interpolant import LinearInterpolant as LinearInterpolant
from geomndp.sde.ornstein_uhlenbeck import OrnsteinUhlenbeck as OrnsteinUhlenbeck
from geomndp.sde.schedules import AbstractSchedule as AbstractSchedule
from geomndp.sde.schedules import ConstantSchedule as ConstantSchedule
from geomndp.sde.schedules import CosineSchedule as CosineSchedule
from geomndp.sde.schedules import LinearSchedule as LinearSchedule
from geomndp.sde.scores import BindableScore as BindableScore
from geomndp.sde.scores import BoundScore as BoundScore
from geomndp.sde.scores import bind as bind
from geomndp.sde.wrapped_langevin import WrappedLangevin as WrappedLangevin
from geomndp.sde.wrapped_langevin import WrappedLangevinAtPoints as WrappedLangevinAtPoints
from geomndp.sde.wrapped_normal import WrappedNormal as WrappedNormal

__all__ = [
    "AbstractGaussianNoising",
    "AbstractNoising",
    "AbstractNoisingAtPoints",
    "AbstractSchedule",
    "BindableScore",
    "BoundScore",
    "BrownianMotion",
    "BrownianMotionAtPoints",
    "ConstantSchedule",
    "CosineSchedule",
    "DiscreteTime",
    "ExactGaussianScore",
    "GaussianNoisingAtPoints",
    "GeodesicInterpolant",
    "GeodesicInterpolantAtPoints",
    "HeatMixture",
    "LinearInterpolant",
    "LinearSchedule",
    "NoisedGaussian",
    "OrnsteinUhlenbeck",
    "Posterior",
    "WrappedLangevin",
    "WrappedLangevinAtPoints",
    "WrappedNormal",
    "bind",
    "limit_mismatch",
]
