"""Losses: what a score is trained to minimise."""

from geomndp.losses.base import AbstractLoss as AbstractLoss
from geomndp.losses.denoising_score_matching import DenoisingScoreMatching as DenoisingScoreMatching
from geomndp.losses.flow_matching import FlowMatching as FlowMatching
from geomndp.losses.implicit_score_matching import ImplicitScoreMatching as ImplicitScoreMatching
from geomndp.losses.implicit_score_matching import SlicedScoreMatching as SlicedScoreMatching
from geomndp.losses.metrics import AbstractMetric as AbstractMetric
from geomndp.losses.metrics import EuclideanMetric as EuclideanMetric
from geomndp.losses.metrics import NoiseMetric as NoiseMetric
from geomndp.losses.small_time_score_matching import (
    SmallTimeScoreMatching as SmallTimeScoreMatching,
)
from geomndp.losses.times import WeightedTimes as WeightedTimes
from geomndp.losses.times import importance_times as importance_times
from geomndp.losses.times import low_discrepancy_times as low_discrepancy_times
from geomndp.losses.weightings import AbstractWeighting as AbstractWeighting
from geomndp.losses.weightings import EDMWeighting as EDMWeighting
from geomndp.losses.weightings import LikelihoodWeighting as LikelihoodWeighting
from geomndp.losses.weightings import LogNormalWeighting as LogNormalWeighting
from geomndp.losses.weightings import MinSNRWeighting as MinSNRWeighting
from geomndp.losses.weightings import TimeWeighting as TimeWeighting

__all__ = [
    "AbstractLoss",
    "AbstractMetric",
    "AbstractWeighting",
    "DenoisingScoreMatching",
    "EDMWeighting",
    "EuclideanMetric",
    "FlowMatching",
    "ImplicitScoreMatching",
    "LikelihoodWeighting",
    "LogNormalWeighting",
    "MinSNRWeighting",
    "NoiseMetric",
    "SlicedScoreMatching",
    "SmallTimeScoreMatching",
    "TimeWeighting",
    "WeightedTimes",
    "importance_times",
    "low_discrepancy_times",
]
