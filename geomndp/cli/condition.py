"""`geomndp condition`: what a model says given observations."""

import re
from pathlib import Path

import jax
import tyro

from geomndp.cli.condition_winds import condition_winds
from geomndp.cli.console import say
from geomndp.cli.models import is_of_fields, is_of_functions, is_of_winds, load_model
from geomndp.cli.wind_files import OptionalSource
from geomndp.data import load_cyclones
from geomndp.experiments import (
    condition_fields,
    condition_functions,
    forecast_track,
    plot_strikes,
)
from geomndp.model import TrainedProcess
from geomndp.typing import Key


def condition(
    model: tyro.conf.Positional[str],
    *,
    observations: Path,
    hours: float = 120.0,
    step_hours: float = 6.0,
    members: int = 64,
    storm: str | None = None,
    marks: tuple[float, ...] | None = None,
    strikes: float | None = None,
    at: OptionalSource = None,
    units: str = "m s-1",
    time: tuple[str, ...] = (),
    every: int = 1,
    points: int = 56,
    low: float = -2.0,
    high: float = 2.0,
    radius: float = 10.0,
    out: Path | None = None,
    seed: int = 0,
) -> None:
    """Forecast a storm, tell winds on a grid, or draw functions or fields, given observations.

    Of a storm an ensemble of its track, as a picture, CSV and GeoJSON; of winds a file with the
    members and a picture; of functions and fields a picture and CSV.

    Args:
        model: A shipped model's name, a model file, or a run folder.
        observations: File with the fixes seen so far: CSV with time (UTC), latitude, longitude
            (degrees), or any file of tracks. Of winds CSV of stations with latitude, longitude,
            and u and v, or speed and direction; and columns of what the model tells beside, such as
            msl, in the unit that it was trained in. For functions CSV with x and y, for fields with
            x1, x2, y1 and y2; and noise, a variance, where there is any.
        hours: How far ahead, in hours after the last fix; the shipped models were trained on up to
            180 hours, cyclones on up to 144. Of the fixes the last 20 are used.
        step_hours: Hours between two positions of a member.
        members: Number of members.
        storm: Id of the storm, where the file has several.
        marks: Hours ahead at which the regions that hold 50 and 90 % of the members are drawn, such
            as 24 48 72 120; whole days, at most three, when left out.
        strikes: Also draw a map, strikes.png, of the probability that the storm passes within this
            many kilometres.
        at: File with the latitudes and longitudes at which a model of winds tells them, or the
            address of a Zarr store.
        units: Unit of the stations' winds: "m s-1", "knots", "km/h".
        time: Time of the winds, UTC; of stations with times those within half an hour are used.
            With a model of winds in space and time one or several times to tell winds at, the last
            one of the stations when left out; all stations are used.
        every: Take every so many latitudes and longitudes of the grid.
        points: Number of points at which functions are drawn, evenly spaced, or at most as many
            at which fields are, on a square grid in a disc.
        low: Left end of the functions' interval.
        high: Right end of the functions' interval.
        radius: Radius of the fields' disc, a length.
        out: Folder for forecast.png, forecast.csv and forecast.geojson, and intensity.png of a
            model that tells wind and pressure; forecasts/ID, or for functions and fields
            posterior, when left out. Of winds the file, NetCDF or Zarr, posterior.nc when left out.
        seed: Seed of the ensemble.
    """
    trained = load_model(model)
    key = jax.random.key(seed)
    folder = Path("posterior") if out is None else out
    if is_of_functions(trained):
        written = condition_functions(
            trained,
            observations,
            folder,
            n_functions=members,
            n_points=points,
            low=low,
            high=high,
            key=key,
        )
    elif is_of_winds(trained, at):
        if at is None:
            raise ValueError(
                "expected --at, a file with the latitudes and longitudes to tell winds at, got none"
            )
        written = condition_winds(trained, observations, at, units, time, every, members, out, key)
    elif is_of_fields(trained):
        written = condition_fields(
            trained,
            observations,
            folder,
            n_fields=members,
            n_points=points,
            radius=radius,
            key=key,
        )
    else:
        written = _forecast(
            trained, observations, storm, hours, step_hours, members, marks, strikes, out, key
        )
    for path in written:
        say(f"wrote {path}")


def _forecast(
    trained: TrainedProcess,
    observations: Path,
    storm: str | None,
    hours: float,
    step_hours: float,
    members: int,
    marks: tuple[float, ...] | None,
    strikes: float | None,
    out: Path | None,
    key: Key,
) -> list[Path]:
    tracks = load_cyclones(observations)
    if storm is not None:
        tracks = tracks.select(id=storm)
    if len(tracks) != 1:
        raise ValueError(
            f"expected one storm in {observations}, got {len(tracks)}; "
            "choose one by its id, with --storm"
        )
    say(tracks.report)
    forecast = forecast_track(
        trained,
        tracks[0],
        hours=hours,
        step_hours=step_hours,
        n_members=members,
        key=key,
    )
    folder = Path("forecasts") / _folder_name(tracks[0].id) if out is None else out
    written = forecast.save(folder, marks=marks)
    if strikes is not None:
        picture = folder / "strikes.png"
        plot_strikes(forecast, radius_km=strikes).savefig(picture, dpi=150, bbox_inches="tight")
        written.append(picture)
    return written


def _folder_name(storm: str) -> str:
    """A storm's id as the name of one folder, whatever a file calls its storms."""
    return re.sub(r"[^A-Za-z0-9_-]+", "_", storm) or "storm"
