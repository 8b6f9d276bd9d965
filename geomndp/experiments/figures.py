"""The pictures of a cyclone run."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import jax
import numpy as np

from geomndp.data import SOUTHERN, Tracks
from geomndp.experiments.run_folder import RunFolder
from geomndp.experiments.samples import sample_tracks
from geomndp.experiments.track_cases import TrackCase, forecast_cases, gap_cases
from geomndp.experiments.track_inputs import tell_case
from geomndp.model import TrainedProcess
from geomndp.plotting import (
    ForecastCase,
    plot_forecast_gallery,
    plot_history,
    plot_tracks,
)
from geomndp.typing import Key

_N_MEMBERS = 64
_N_TRACKS = 64
_PEAK_OF_NORTH, _PEAK_OF_SOUTH = "2000-09-01", "2000-02-01"


def draw_cyclone_figures(
    trained: TrainedProcess, tracks: Tracks, folder: RunFolder, *, seed: int = 0
) -> list[Path]:
    """Draw forecasts, gaps filled, free samples beside real tracks, and the course of training.

    Arguments:
        trained: A model of tracks.
        tracks: Storms, of which those of the test seasons are drawn.
        folder: The run folder, whose `figures` they go to; its history is drawn if it has one.
        seed: Seed of the ensembles.

    Returns:
        The files written.

    Example:
        >>> import tempfile, geomndp as gn
        >>> storms = gn.data.Tracks([gn.data.load_cyclones()["2019236N10314"][:5]])
        >>> folder = gn.experiments.RunFolder(tempfile.mkdtemp())
        >>> files = gn.experiments.draw_cyclone_figures(gn.load("cyclones"), storms, folder)
        >>> [file.name for file in files]
        ['tracks.png']
    """
    test = tracks.split().test
    key = jax.random.key(seed)
    written = []
    for name, cases in (("forecasts", forecast_cases(test)), ("gaps", gap_cases(test))):
        chosen = _showcase(cases)
        if chosen:
            drawn = [
                _filled(trained, case, key=jax.random.fold_in(key, number))
                for number, case in enumerate(chosen)
            ]
            written.append(folder.write_figure(name, plot_forecast_gallery(drawn, n_columns=3)))
    if len(test):
        written.append(folder.write_figure("tracks", _free_tracks(trained, test, key)))
    if folder.history.exists():
        written.append(folder.write_figure("history", plot_history(folder.read_history())))
    return written


def _showcase(cases: Sequence[TrackCase], n: int = 6) -> list[TrackCase]:
    """The case with the most fixes of each basin, so that the choice is not ours."""
    longest: dict[str, TrackCase] = {}
    for case in cases:
        basin = str(case.track.basin)
        if basin not in longest or len(case.track) > len(longest[basin].track):
            longest[basin] = case
    return [longest[basin] for basin in sorted(longest)][:n]


def _filled(trained: TrainedProcess, case: TrackCase, *, key: Key) -> ForecastCase:
    members = tell_case(trained, case, n_members=_N_MEMBERS, key=key).positions
    title = f"{case.track.name or case.track.id}, {case.track.season}"
    return ForecastCase(case.context, members, case.target.x, truth=case.target.y, title=title)


def _free_tracks(trained: TrainedProcess, test: Tracks, key: Key) -> Any:
    if trained.model.n_covariates:
        basins = sorted({track.basin for track in test})
        samples = []
        for number, basin in enumerate(basins):
            start = _PEAK_OF_SOUTH if basin in SOUTHERN else _PEAK_OF_NORTH
            drawn = sample_tracks(
                trained,
                days=5.75,
                n_tracks=-(-_N_TRACKS // len(basins)),
                start=start,
                basin=basin,
                key=jax.random.fold_in(key, number),
            )
            samples.extend(np.asarray(drawn.y))
    else:
        samples = list(np.asarray(sample_tracks(trained, days=5.75, n_tracks=_N_TRACKS, key=key).y))
    step = max(1, len(test) // _N_TRACKS)
    real = [test[i].unit_vectors()[:24] for i in range(0, len(test), step)][:_N_TRACKS]
    figure = plot_tracks(real, color="0.35", label="real, first six days")
    return plot_tracks(samples, ax=cast(Any, figure.axes[0]), label="sampled")
