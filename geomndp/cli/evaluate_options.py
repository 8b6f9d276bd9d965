"""Options of `geomndp evaluate` that concern models of one kind."""

import dataclasses
from collections.abc import Collection
from typing import Any

from geomndp.cli.fit_gp_fields import Kernel
from geomndp.cli.fit_regression1d import Process
from geomndp.cli.wind_files import OptionalSource
from geomndp.experiments import TaskName


@dataclasses.dataclass(frozen=True)
class TrackScoring:
    """How models of tracks are scored.

    Example:
        >>> from geomndp.cli.evaluate_options import TrackScoring
        >>> TrackScoring().track_tasks
        ('forecast', 'gap')
    """

    steps: int = 50
    """Steps of the sampler."""
    track_tasks: tuple[TaskName, ...] = ("forecast", "gap")
    """Which tasks are scored: forecast and gap; and the published ones, of 50 points, six-hourly or
    even over the storm's life, with 10 given at either end or the first 20."""
    gaussian_processes: bool = False
    """Fit Gaussian processes in longitude and latitude and in the stereographic plane to the
    training seasons, and score them beside; it takes minutes."""
    likelihoods: int = 0
    """Of how many storms of the published tasks the log-likelihood is computed."""


@dataclasses.dataclass(frozen=True)
class LawScoring:
    """How models of functions and of vector fields are scored on a law.

    Example:
        >>> from geomndp.cli.evaluate_options import LawScoring
        >>> LawScoring(process="sawtooth").probes is None
        True
    """

    process: Process | None = None
    """Law of the functions; the one that a shipped model or a run was trained on when left out."""
    kernel: Kernel | None = None
    """Law of the vector fields, likewise."""
    conditional: bool = False
    """Score functions also given 0 to 10 of their values, or fields given values at --given further
    points: by the density of the conditional flow, and as joint less context."""
    probes: int | None = None
    """Estimate divergences by so many random probes, where exact ones take too long; they are exact
    when left out."""


@dataclasses.dataclass(frozen=True)
class WindScoring:
    """What is scored of models of winds beside the winds told.

    Example:
        >>> from geomndp.cli.evaluate_options import WindScoring
        >>> WindScoring().guided
        False
    """

    elsewhere: OptionalSource = None
    """File of winds of another region, or pattern or address, to score the model on too."""
    guided: bool = False
    """Score the model also as guided by the observations, which takes long."""
    spectra: bool = False
    """Find spectra of the divergence and the vorticity of free draws, beside those of the data."""
    hours: float | None = None
    """Length of the windows of time of which winds are scored, for a model of winds in space and
    time; 12 when left out."""


def check_unused(what: str, *options: Any, but: Collection[str] = ()) -> None:
    """Refuse options that were given and do not concern models of what is scored.

    Arguments:
        what: What the model is of.
        options: Groups of options, as they were given.
        but: Those of them that do concern it.

    Raises:
        ValueError: If another is not as it is when left out.

    Example:
        >>> from geomndp.cli.evaluate_options import LawScoring, check_unused
        >>> check_unused("functions", LawScoring(process="sawtooth"), but=["process"])
    """
    for group in options:
        for option in dataclasses.fields(group):
            if option.name not in but and getattr(group, option.name) != option.default:
                flag = option.name.replace("_", "-")
                raise ValueError(
                    f"expected options for a model of {what}, got --{flag}, which is for others; "
                    "leave it out"
                )
