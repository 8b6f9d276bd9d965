"""Losses: what a score is trained to minimise."""

from geomndp.losses.denoising_score_matching import (
    denoising_score_matching as denoising_score_matching,
)
from geomndp.losses.times import low_discrepancy_times as low_discrepancy_times

__all__ = ["denoising_score_matching", "low_discrepancy_times"]
