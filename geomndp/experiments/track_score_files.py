"""The scores of every storm as a table, and pictures of them."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from geomndp.experiments.run_folder import RunFolder
from geomndp.experiments.track_scores import TrackRow, summary
from geomndp.plotting import plot_errors_by_place, plot_rank_histograms

_FIGURES = (
    "error_km",
    "energy_score_km",
    "coverage_50",
    "coverage_90",
    "pit_lower",
    "pit_upper",
)

_PLACED = ("gap", "forecast")
"""Tasks whose errors are drawn by place, the first that was scored."""

_TIMES_THE_LEAST = 3.0
"""Predictors with a larger mean error are not drawn, so that the others can be told apart."""


def write_track_scores(rows: Sequence[TrackRow], folder: RunFolder) -> list[Path]:
    """Write scores.csv with a line for each storm, and draw calibration and errors by place.

    Arguments:
        rows: From `score_tracks`.
        folder: The folder.

    Returns:
        The files written.

    Example:
        >>> import tempfile, geomndp as gn
        >>> row = gn.experiments.TrackRow("gap", "2d", "rule", "A", 10.0, 20.0, {"error_km": 9.0})
        >>> folder = gn.experiments.RunFolder(tempfile.mkdtemp())
        >>> [path.name for path in gn.experiments.write_track_scores([row], folder)]
        ['scores.csv', 'errors_by_place.png']
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*TrackRow._fields[:-1], *_FIGURES])
    for row in rows:
        writer.writerow([*row[:-1], *(row.figures.get(name, "") for name in _FIGURES)])
    table = folder.path / "scores.csv"
    table.parent.mkdir(parents=True, exist_ok=True)
    table.write_text(text.getvalue())
    written = [table]
    histograms, n = _histograms(rows)
    if histograms:
        figure = plot_rank_histograms(histograms, n=n)
        written.append(folder.write_figure("calibration", figure))
    places = _places(rows)
    if places:
        written.append(folder.write_figure("errors_by_place", plot_errors_by_place(places)))
    return written


def _histograms(rows: Sequence[TrackRow]) -> tuple[dict[str, list[float]], dict[str, int]]:
    """Of the first ensemble, which is the model's where there is one, for each part."""
    histograms, n = {}, {}
    for task, parts in summary(rows).items():
        for part, predictors in parts.items():
            of_ensembles = [figures for figures in predictors.values() if "pit" in figures]
            if of_ensembles:
                title = task if part == "all" else f"{task} {part}"
                histograms[title] = of_ensembles[0]["pit"]
                n[title] = of_ensembles[0]["error_km"]["n"]
    return histograms, n


def _places(rows: Sequence[TrackRow]) -> dict[str, tuple[list[float], list[float], list[float]]]:
    task = next((task for task in _PLACED if any(row.task == task for row in rows)), None)
    part = "48h" if task == "forecast" else "2d"
    places: dict[str, tuple[list[float], list[float], list[float]]] = {}
    for row in rows:
        if (row.task, row.part) == (task, part):
            columns = places.setdefault(row.predictor.replace("_", " "), ([], [], []))
            values = row.longitude, row.latitude, row.figures["error_km"]
            for column, value in zip(columns, values, strict=True):
                column.append(value)
    means = {name: sum(errors) / len(errors) for name, (*_, errors) in places.items()}
    most = _TIMES_THE_LEAST * min(means.values(), default=0.0)
    return {name: columns for name, columns in places.items() if means[name] <= most}
