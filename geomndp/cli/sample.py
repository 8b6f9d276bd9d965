"""`geomndp sample`: draw new storms, or new functions."""

from pathlib import Path

import jax
import tyro

from geomndp.cli.console import say
from geomndp.cli.models import is_of_functions, load_model
from geomndp.experiments import sample_functions, sample_tracks


def sample(
    model: tyro.conf.Positional[str],
    *,
    tracks: int = 16,
    days: float = 6.0,
    step_hours: float = 6.0,
    functions: int = 16,
    points: int = 56,
    low: float = -2.0,
    high: float = 2.0,
    out: Path = Path("samples"),
    seed: int = 0,
) -> None:
    """Draw new tracks from a model: a map, CSV and GeoJSON; or functions: a picture and CSV.

    Args:
        model: A shipped model's name, a model file, or a run folder.
        tracks: Number of tracks.
        days: Length of each track, in days; models are trained on up to 6 days at six-hourly
            steps, and on longer tracks at steps of 12 and 24 hours.
        step_hours: Hours between two positions.
        functions: Number of functions, for a model of functions.
        points: Number of points of each function, evenly spaced; models are trained on up to 60,
            or 110.
        low: Left end of the functions' interval.
        high: Right end of the functions' interval.
        out: Folder for samples.png, samples.csv and, of tracks, samples.geojson.
        seed: Seed of the tracks or functions.
    """
    trained, key = load_model(model), jax.random.key(seed)
    if is_of_functions(trained):
        written = sample_functions(
            trained, out, n_functions=functions, n_points=points, low=low, high=high, key=key
        )
    else:
        written = sample_tracks(
            trained, days=days, step_hours=step_hours, n_tracks=tracks, key=key
        ).save(out)
    for path in written:
        say(f"wrote {path}")
