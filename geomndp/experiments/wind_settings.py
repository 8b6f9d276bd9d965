"""Settings of a run on winds."""

import dataclasses
from typing import Literal

from geomndp.experiments.fit_on_draws import DrawsSettings


@dataclasses.dataclass(frozen=True)
class WindSettings(DrawsSettings):
    """Settings of a run on winds.

    Example:
        >>> import geomndp as gn
        >>> gn.experiments.WindSettings(n_layers=4).width
        32
    """

    width: int = 32
    """Features per point of the network, a multiple of 8."""
    n_layers: int = 3
    """Attention layers of the network."""
    points: int = 64
    """Number of points of a field."""
    steps: int = 4000
    """Optimiser steps."""
    batch_size: int = 8
    """Fields per step."""
    learning_rate: float = 3e-3
    """Peak learning rate."""
    n_context: int = 32
    """Largest number of points that are given in training; in half of the fields none is."""
    gaussian_process: bool = True
    """Whether the network learns what a Gaussian process, fitted to the training winds, leaves of
    the score, or all of it; a law of few data is then no worse than that of the process."""
    limit: Literal["white", "fitted"] = "white"
    """What the winds become as they are noised: white, or that Gaussian process."""
    patch_km: float | None = None
    """Radius in km of the patches of every second batch, the others being of all of the region;
    400 on a map and 2500 on the globe when left out."""
    hours: float | None = None
    """Length in hours of the windows of time that a model of space and time, of SE2xT or E2xT,
    sees; 12 when left out."""

    def __post_init__(self) -> None:
        if not (self.hours is None or self.hours > 0):
            raise ValueError(f"expected hours > 0, got {self.hours}")
        if self.points < 2 or not (self.patch_km is None or self.patch_km > 0):
            raise ValueError(
                "expected points >= 2, some given and some to be told, and patch_km > 0, got "
                f"{self.points} and {self.patch_km}"
            )
        self.check(multiple=8)
