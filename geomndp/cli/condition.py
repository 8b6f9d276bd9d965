"""`geomndp condition`: forecast a storm from its fixes so far."""

import re
from pathlib import Path

import jax
import tyro

from geomndp.cli.console import say
from geomndp.cli.models import is_of_fields, is_of_functions, load_model
from geomndp.data import load_cyclones
from geomndp.experiments import forecast_track, plot_strikes


def condition(
    model: tyro.conf.Positional[str],
    *,
    observations: Path,
    hours: float = 120.0,
    step_hours: float = 6.0,
    members: int = 64,
    storm: str | None = None,
    strikes: float | None = None,
    out: Path | None = None,
    seed: int = 0,
) -> None:
    """Forecast a storm: an ensemble of its track, as a picture, CSV and GeoJSON.

    Args:
        model: A shipped model's name, a model file, or a run folder.
        observations: File with the fixes seen so far: CSV with time (UTC), latitude, longitude
            (degrees), or any file of tracks.
        hours: How far ahead, in hours after the last fix; the shipped models were trained on up to
            144 hours. Of the fixes the last 20 are used.
        step_hours: Hours between two positions of a member.
        members: Number of members.
        storm: Id of the storm, where the file has several.
        strikes: Also draw a map, strikes.png, of the probability that the storm passes within this
            many kilometres.
        out: Folder for forecast.png, forecast.csv and forecast.geojson, and intensity.png of a
            model that tells wind and pressure; forecasts/ID when left out.
        seed: Seed of the ensemble.
    """
    trained = load_model(model)
    if is_of_functions(trained) or is_of_fields(trained):
        other = "functions" if is_of_functions(trained) else "vector fields"
        raise ValueError(
            f"expected a model of tracks, got one of {other}, which was trained without "
            "observations; forecasts are made by `cyclones` and models like it"
        )
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
        key=jax.random.key(seed),
    )
    folder = Path("forecasts") / _folder_name(tracks[0].id) if out is None else out
    written = forecast.save(folder)
    if strikes is not None:
        picture = folder / "strikes.png"
        plot_strikes(forecast, radius_km=strikes).savefig(picture, dpi=150, bbox_inches="tight")
        written.append(picture)
    for path in written:
        say(f"wrote {path}")


def _folder_name(storm: str) -> str:
    """A storm's id as the name of one folder, whatever a file calls its storms."""
    return re.sub(r"[^A-Za-z0-9_-]+", "_", storm) or "storm"
