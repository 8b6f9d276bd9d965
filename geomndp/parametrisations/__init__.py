"""Parametrisations: what a network says about the score, and in which scale."""

from geomndp.parametrisations.base import AbstractConversion as AbstractConversion
from geomndp.parametrisations.base import AbstractParametrisation as AbstractParametrisation
from geomndp.parametrisations.base import BoundNetwork as BoundNetwork
from geomndp.parametrisations.base import NetworkInputs as NetworkInputs
from geomndp.parametrisations.data_prediction import DataPrediction as DataPrediction
from geomndp.parametrisations.edm import EDM as EDM
from geomndp.parametrisations.energy import Energy as Energy
from geomndp.parametrisations.gaussian_residual import GaussianResidual as GaussianResidual
from geomndp.parametrisations.noise_prediction import NoisePrediction as NoisePrediction
from geomndp.parametrisations.plain_score import PlainScore as PlainScore
from geomndp.parametrisations.preconditioned_score import PreconditionedScore as PreconditionedScore
from geomndp.parametrisations.scaled import AbstractScaled as AbstractScaled
from geomndp.parametrisations.scales import DataVariance as DataVariance
from geomndp.parametrisations.scales import Scales as Scales
from geomndp.parametrisations.tangent_score import TangentScore as TangentScore
from geomndp.parametrisations.velocity_prediction import VelocityPrediction as VelocityPrediction
from geomndp.parametrisations.whitened_score import WhitenedScore as WhitenedScore

__all__ = [
    "EDM",
    "AbstractConversion",
    "AbstractParametrisation",
    "AbstractScaled",
    "BoundNetwork",
    "DataPrediction",
    "DataVariance",
    "Energy",
    "GaussianResidual",
    "NetworkInputs",
    "NoisePrediction",
    "PlainScore",
    "PreconditionedScore",
    "Scales",
    "TangentScore",
    "VelocityPrediction",
    "WhitenedScore",
]
