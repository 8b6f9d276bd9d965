"""Losses: what a score is trained to minimise."""

from geomndp.losses.base import AbstractLoss as AbstractLoss
from geomndp.losses.denoising_score_matching import DenoisingScoreMatching as DenoisingScoreMatching
from geomndp.losses.times import low_discrepancy_times as low_discrepancy_times
from geomndp.losses.weightings import AbstractWeighting as AbstractWeighting
from geomndp.losses.weightings import LikelihoodWeighting as LikelihoodWeighting
from geomndp.losses.weightings import MinSNRWeighting as MinSNRWeighting
from geomndp.losses.weightings import TimeWeighting as TimeWeighting

__all__ = [
    "AbstractLoss",
    "AbstractWeighting",
    "DenoisingScoreMatching",
    "LikelihoodWeighting",
    "MinSNRWeighting",
    "TimeWeighting",
    "low_discrepancy_times",
]
