"""`geomndp condition` of models of winds: from stations to a grid."""

import functools
from pathlib import Path

import numpy as np

from geomndp.cli.console import say
from geomndp.cli.draw_told_winds import HALF_AN_HOUR, draw_each_time
from geomndp.cli.models import is_of_winds_in_time
from geomndp.data import WindObservations, load_stations, load_wind_places, save_winds
from geomndp.experiments import plot_posterior_winds, tell_winds
from geomndp.experiments.told_winds import most_places
from geomndp.model import TrainedProcess
from geomndp.sampling import has_noise
from geomndp.typing import Key


def condition_winds(
    trained: TrainedProcess,
    observations: Path,
    at: str,
    units: str,
    times: tuple[str, ...],
    every: int,
    members: int,
    out: Path | None,
    key: Key,
) -> list[Path]:
    """Tell winds at the places of a grid from those of stations; write them, and pictures.

    Args:
        trained: A model of winds.
        observations: CSV of stations, as `data.load_stations` takes it; with what the model knows
            beside winds, either of which may be missing.
        at: File, or address, with the latitudes and longitudes of the grid.
        units: Unit of the stations' winds.
        times: The time, UTC; of stations with times those within half an hour of it are used. With
            a model of space and time one or several, and all stations are used.
        every: Take every so many latitudes and longitudes of the grid.
        members: Number of members.
        out: The file, NetCDF or Zarr, with a picture beside; posterior.nc when left out.
        key: Random key.

    Returns:
        The file and the picture, or a picture of each time.
    """
    if members < 2 or every < 1:
        raise ValueError(f"expected members >= 2 and every >= 1, got {members} and {every}")
    seen = load_stations(observations, units=units, quantities=trained.model.quantities)
    for remark in seen.remarks:
        say(remark)
    try:
        asked = np.unique(np.array(times, "datetime64[ns]"))
    except ValueError as error:
        raise ValueError(
            f"expected --time such as 2025-05-25T06, got {' '.join(times)}: {error}"
        ) from error
    if is_of_winds_in_time(trained):
        asked = _times_in(seen) if not asked.size else asked
    else:
        seen, asked = _of_one_time(seen, asked)
    say(seen)
    most = trained.model.n_context
    if len(seen) > most and not has_noise(seen.noise_variance):
        say(f"the network was given up to {most} winds in training, and is given {len(seen)} here")
    grid = load_wind_places(at, time=asked[0] if asked.size else None).every(every)
    if not asked.size:
        say(f"the time is not known: {grid.times[0]} is written, of the grid; give it by --time")
    n_places = len(grid.places[0])
    n_told = most_places(trained.model, n_places, max(asked.size, 1))
    if n_places > n_told:
        say(
            f"{n_places} places: {n_told} are told by the model, and those between by its Gaussian "
            "process"
        )
    posterior = tell_winds(
        trained, seen, grid, times=asked if asked.size else None, n_members=members, key=key
    )
    path = Path("posterior.nc") if out is None else out
    path.parent.mkdir(parents=True, exist_ok=True)
    save_winds(posterior, path, observations=seen, title="Winds told from observations")
    draw = functools.partial(plot_posterior_winds, trained.model)
    return [path, *draw_each_time(posterior, seen, path, draw)]


def _of_one_time(seen: WindObservations, asked: np.ndarray) -> tuple[WindObservations, np.ndarray]:
    """The stations of one time, and that time if it is known."""
    if asked.size > 1:
        raise ValueError(
            f"expected one --time, for a model of winds at one time, got {len(asked)}; tell them "
            "one after another"
        )
    if seen.time is None:
        return seen, asked
    if asked.size:
        return seen.between(asked[0] - HALF_AN_HOUR, asked[0] + HALF_AN_HOUR), asked
    if np.ptp(seen.time) > 2 * HALF_AN_HOUR:
        raise ValueError(
            f"expected stations of one time, got some from {seen.time.min()} to "
            f"{seen.time.max()}; choose those of one hour by --time"
        )
    return seen, seen.time.max()[None]


def _times_in(seen: WindObservations) -> np.ndarray:
    """The last time of stations; none if times are not known, which is refused later."""
    return np.array([], "datetime64[ns]") if seen.time is None else seen.time.max()[None]
