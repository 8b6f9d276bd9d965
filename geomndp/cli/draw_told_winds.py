"""Pictures of an ensemble of winds, one of each time."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from geomndp.cli.wind_files import WindFiles
from geomndp.data import WindObservations, Winds, load_observed_winds
from geomndp.experiments import plot_posterior_members, plot_posterior_winds

HALF_AN_HOUR = np.timedelta64(30, "m")
"""Stations this far in time from winds are of their time."""

Draw = Callable[[Winds, WindObservations | None], Any]
"""Makes a figure of an ensemble of one time, and of observations."""


def draw_each_time(
    posterior: Winds, seen: WindObservations | None, path: Path, draw: Draw
) -> list[Path]:
    """A picture; of several times one of each. Stations are those that are nearest in time.

    Arguments:
        posterior: The ensemble.
        seen: The observations, if any.
        path: The picture; of several times their names have the time besides.
        draw: What makes it.

    Returns:
        The pictures.
    """
    several, pictures = len(posterior.times) > 1, []
    for number, time in enumerate(posterior.times):
        of_time = f"{path.stem}-{time.astype('datetime64[m]')}".replace(":", "")
        picture = path.with_name(f"{of_time if several else path.stem}.png")
        beside = seen
        if seen is not None and seen.time is not None:
            apart = np.abs(seen.time - time)
            beside = seen[apart <= max(apart.min(), HALF_AN_HOUR)]
        figure = draw(posterior.at_times(np.array([number])), beside)
        figure.savefig(picture, dpi=150, bbox_inches="tight")
        pictures.append(picture)
    return pictures


def is_file_of_winds(name: str) -> bool:
    """Whether a word of the command line is a file of winds by its ending, and no model."""
    return Path(name).suffix in (".nc", ".zarr")


def draw_told_winds(source: str, files: WindFiles, n_members: int, folder: Path) -> list[Path]:
    """Pictures of the ensemble of a file that `condition` wrote, with the observations beside.

    Arguments:
        source: The file.
        files: How it is read.
        n_members: How many members are drawn, each in a panel, beside their mean.
        folder: Where the pictures go.

    Returns:
        The pictures.
    """
    seen = load_observed_winds(source)
    scalars = [] if seen is None else [quantity.name for quantity in seen.quantities]
    posterior = files.load(source, scalars=scalars)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{Path(source).stem}.png"
    drawn = draw_each_time(posterior, seen, path, lambda *told: plot_posterior_winds(None, *told))
    if n_members:
        drawn += draw_each_time(
            posterior,
            seen,
            path.with_name(f"{path.stem}-members.png"),
            lambda *told: plot_posterior_members(None, *told, n_members=n_members),
        )
    return drawn
