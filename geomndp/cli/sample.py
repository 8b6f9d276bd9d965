"""`geomndp sample`: draw new storms."""

from pathlib import Path

import jax
import tyro

from geomndp.cli.console import say
from geomndp.cli.models import load_model
from geomndp.experiments import sample_tracks


def sample(
    model: tyro.conf.Positional[str],
    *,
    tracks: int = 16,
    days: float = 6.0,
    step_hours: float = 6.0,
    out: Path = Path("samples"),
    seed: int = 0,
) -> None:
    """Draw new tracks from a model: a map, CSV and GeoJSON.

    Args:
        model: A shipped model's name, a model file, or a run folder.
        tracks: Number of tracks.
        days: Length of each track, in days; models are trained on up to 6 days at six-hourly
            steps, and on longer tracks at steps of 12 and 24 hours.
        step_hours: Hours between two positions.
        out: Folder for samples.png, samples.csv and samples.geojson.
        seed: Seed of the tracks.
    """
    samples = sample_tracks(
        load_model(model),
        days=days,
        step_hours=step_hours,
        n_tracks=tracks,
        key=jax.random.key(seed),
    )
    for path in samples.save(out):
        say(f"wrote {path}")
