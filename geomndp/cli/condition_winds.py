"""`geomndp condition` of models of winds: from stations to a grid."""

from pathlib import Path

import numpy as np

from geomndp.cli.console import say
from geomndp.data import load_stations, load_wind_places, save_winds
from geomndp.experiments import plot_posterior_winds, tell_winds
from geomndp.model import TrainedProcess
from geomndp.typing import Key

_HALF_AN_HOUR = np.timedelta64(30, "m")


def condition_winds(
    trained: TrainedProcess,
    observations: Path,
    at: Path,
    units: str,
    time: str | None,
    every: int,
    members: int,
    out: Path | None,
    key: Key,
) -> list[Path]:
    """Tell winds at the places of a grid from those of stations; write them, and a picture.

    Args:
        trained: A model of winds.
        observations: CSV of stations, as `data.load_stations` takes it.
        at: File with the latitudes and longitudes of the grid.
        units: Unit of the stations' winds.
        time: The time, UTC; of stations with times those within half an hour of it are used.
        every: Take every so many latitudes and longitudes of the grid.
        members: Number of members.
        out: The file, NetCDF or Zarr, with a picture beside; posterior.nc when left out.
        key: Random key.

    Returns:
        The file and the picture.
    """
    if members < 2 or every < 1:
        raise ValueError(f"expected members >= 2 and every >= 1, got {members} and {every}")
    seen = load_stations(observations, units=units)
    for remark in seen.remarks:
        say(remark)
    asked = None if time is None else np.datetime64(time)
    if asked is not None and seen.time is not None:
        seen = seen.between(asked - _HALF_AN_HOUR, asked + _HALF_AN_HOUR)
    elif seen.time is not None:
        if np.ptp(seen.time) > 2 * _HALF_AN_HOUR:
            raise ValueError(
                f"expected stations of one time, got some from {seen.time.min()} to "
                f"{seen.time.max()}; choose those of one hour by --time"
            )
        asked = seen.time.max()
    say(seen)
    grid = load_wind_places(at, time=asked).every(every)
    if asked is None:
        say(f"the time is not known: {grid.times[0]} is written, of the grid; give it by --time")
    posterior = tell_winds(trained, seen, grid, n_members=members, key=key)
    path = Path("posterior.nc") if out is None else out
    path.parent.mkdir(parents=True, exist_ok=True)
    save_winds(posterior, path, observations=seen, title="Winds told from observations")
    picture = path.with_suffix(".png")
    figure = plot_posterior_winds(trained.model, posterior, seen)
    figure.savefig(picture, dpi=150, bbox_inches="tight")
    return [path, picture]
