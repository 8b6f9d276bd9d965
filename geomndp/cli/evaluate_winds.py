"""`geomndp evaluate` of models of winds."""

from pathlib import Path
from typing import Any, NamedTuple

from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

from geomndp.cli.console import console, say
from geomndp.cli.evaluate_options import WindScoring
from geomndp.cli.scoring import score_under_bar
from geomndp.cli.wind_files import WindFiles
from geomndp.experiments import RunFolder, WindErrors, evaluate_winds, plot_wind_spectra
from geomndp.model import TrainedProcess
from geomndp.plotting import plot_errors_by_place
from geomndp.sampling import AbstractConditionalMethod, Amortised, TweedieGuidance

_COLUMNS = {
    "crps_eastward": "CRPS east",
    "crps_northward": "CRPS north",
    "energy_score": "energy score",
    "variogram_score": "variogram",
    "rmse": "RMSE",
    "spread_skill": "spread / error",
    "coverage_50": "in 50 %",
    "coverage_90": "in 90 %",
}


class WindTaskSize(NamedTuple):
    """How much is scored."""

    n_fields: int
    n_points: int
    n_given: int
    n_members: int


def evaluate_wind_models(
    models: dict[str, TrainedProcess],
    data: str,
    files: WindFiles,
    size: WindTaskSize,
    how: WindScoring,
    *,
    out: Path | None,
    seed: int,
) -> dict[str, Any]:
    """Score models on held-out winds of a file, and on those of another; show it, and report.

    Pictures of errors by place and of spectra go into a folder, if there is one.
    """
    errors: WindErrors = {}
    methods: dict[str, AbstractConditionalMethod] = {"amortised": Amortised()}
    if how.guided:
        methods["guided"] = TweedieGuidance()
    scalars = next(iter(models.values())).model.quantities
    winds = files.load(data, scalars=scalars)
    other = None if how.elsewhere is None else files.load(how.elsewhere, scalars=scalars)
    report = score_under_bar(
        models,
        lambda models, progress: evaluate_winds(
            models,
            winds,
            elsewhere=other,
            methods=methods,
            **size._asdict(),
            spectra=how.spectra,
            hours=how.hours,
            seed=seed,
            progress=progress,
            errors=errors,
        ),
    )
    show_wind_scores(report)
    if out is not None:
        folder = RunFolder(out)
        figure = plot_errors_by_place(errors, label="error of the mean, m/s")
        say(f"drew {folder.write_figure('errors_by_place', figure)}")
        if how.spectra:
            figure = plot_wind_spectra(report["spectra"])
            say(f"drew {folder.write_figure('spectra', figure)}")
    return report


def show_wind_scores(report: dict[str, Any]) -> None:
    """Print the scores of winds, a row for each part and predictor."""
    told = report["n_points"] - report["n_given"]
    windows = f"in windows of {report['hours']:g} hours, " if "hours" in report else ""
    table = Table(
        title=f"{report['n_given']} winds given, {told} to tell; m/s; mean ± standard error",
        caption=f"{report['n_fields']} tasks, {windows}of times: {report['n_times']}",
        box=SIMPLE_HEAD,
    )
    _add_scores(table, report, _COLUMNS)
    console.print(table)
    beside = {}
    for name, units in report.get("units", {}).items():
        beside |= {f"crps_{name}": f"CRPS {name}, {units}", f"coverage_90_{name}": "in 90 %"}
    if beside:
        table = Table(title=f"told beside the winds: {', '.join(report['units'])}", box=SIMPLE_HEAD)
        _add_scores(table, report, beside)
        console.print(table)


def _add_scores(table: Table, report: dict[str, Any], columns: dict[str, str]) -> None:
    """Rows of some figures, for each part and predictor."""
    table.add_column("part")
    table.add_column("told by")
    for heading in columns.values():
        table.add_column(heading, justify="right", no_wrap=True)
    for part, predictors in report["scores"].items():
        for name, figures in predictors.items():
            cells = [_cell(figures.get(figure)) for figure in columns]
            table.add_row(part, escape(name), *cells)
        table.add_section()


def _cell(figure: dict[str, Any] | None) -> str:
    return "" if figure is None else f"{figure['mean']:.2f} ± {figure['standard_error']:.2f}"
