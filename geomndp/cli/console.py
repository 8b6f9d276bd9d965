"""What the commands write to the terminal."""

import contextlib
import time
from collections.abc import Iterator
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

console = Console(stderr=True)

SECONDS_BETWEEN_LINES = 60.0
"""Of training whose output goes to a file."""


def say(text: object) -> None:
    """Write a line as it is, unbroken; brackets in a path are no markup."""
    console.print(str(text), markup=False, highlight=False, soft_wrap=True)


@contextlib.contextmanager
def progress_bar() -> Iterator[Progress]:
    """A bar with counts, time passed and time remaining, and a text of the caller's choice.

    What has not begun when it ends, as where its settings are refused, is not shown.
    """
    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("remaining"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}"),
        console=console,
    ) as bar:
        try:
            yield bar
        finally:
            for task in bar.tasks:
                bar.update(task.id, visible=task.completed > 0)


def training_progress(bar: Progress) -> Any:
    """A callback for `training.fit` that shows the loss, smoothed over about 100 steps.

    Outside a terminal, where no bar moves, it is a line every minute.
    """
    task = bar.add_task("training", total=None, note="")
    smooth: list[float] = []
    told = time.monotonic()

    def update(record: dict[str, int | float]) -> None:
        nonlocal told
        smooth.append(record["loss"])
        del smooth[:-100]
        step, n_steps = record["step"], record["n_steps"]
        note = f"loss {sum(smooth) / len(smooth):.4f}"
        bar.update(task, total=n_steps, completed=step, note=note)
        if not console.is_interactive and time.monotonic() - told >= SECONDS_BETWEEN_LINES:
            told = time.monotonic()
            say(f"step {step} of {n_steps}: {note}")

    return update


def scoring_progress(bar: Progress) -> Any:
    """A callback for `score_tracks`, with one bar for each model and task."""
    tasks: dict[str, Any] = {}

    def update(name: str, done: int, total: int) -> None:
        if name not in tasks:
            tasks[name] = bar.add_task(name, total=total, note="")
        bar.update(tasks[name], completed=done)

    return update


def show_scores(report: dict[str, Any]) -> None:
    """Print the scores, or that there are none."""
    if report["scores"]:
        console.print(score_table(report))
        if report.get("intensity"):
            console.print(intensity_table(report))
        if report.get("log_likelihoods"):
            console.print(track_likelihood_table(report))
    else:
        say("no scores: the tracks have less than two storms of the test seasons, from 2019 on,")
        say("that are long enough")


def score_table(report: dict[str, Any]) -> Table:
    """The scores as a table, a row for each task, lead time and predictor."""
    figures = {
        "error_km": "error, km",
        "energy_score_km": "energy, km",
        "coverage_50": "in 50, %",
        "coverage_90": "in 90, %",
    }
    # 80 columns hold it: heads wrap between words, figures stay whole.
    table = Table(
        title="Test seasons, mean ± standard error over storms",
        caption="n: storms; error: of the ensemble's mean; energy: score of the whole ensemble; "
        "in 50, in 90: how often the central 50 and 90 % of the ensemble hold the truth",
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        collapse_padding=True,
    )
    for heading in ("task", "predictor", *figures.values(), "n"):
        justify = "left" if heading in ("task", "predictor") else "right"
        width = 12 if heading == "predictor" else None
        table.add_column(heading, justify=justify, no_wrap=heading != "predictor", min_width=width)
    for task, parts in report["scores"].items():
        for part, predictors in parts.items():
            for name, values in predictors.items():
                cells = [_cell(key, values) for key in figures]
                table.add_row(
                    f"{task} {part}",
                    escape(name.replace("_", " ")),
                    *cells,
                    str(values["error_km"]["n"]),
                )
            table.add_section()
    return table


def intensity_table(report: dict[str, Any]) -> Table:
    """The scores of wind and pressure as a table, a row for each time, quantity and predictor."""
    table = Table(
        title="Intensity, mean ± standard error over storms",
        caption="wind in kt, pressure in hPa; error: of the ensemble's mean; CRPS: of all of it; "
        "in 90: how often the central 90 % of the ensemble hold the truth",
        box=SIMPLE_HEAD,
    )
    headings = {"error": "error", "crps": "CRPS", "coverage_90": "in 90, %"}
    for heading in ("task", "predictor", *headings.values(), "n"):
        justify = "left" if heading in ("task", "predictor") else "right"
        table.add_column(heading, justify=justify, no_wrap=True)
    for lead, quantities in report["intensity"].items():
        for quantity, predictors in quantities.items():
            for name, values in predictors.items():
                cells = [_cell(key, values) for key in headings]
                row = f"{quantity} {lead}", escape(name), *cells, str(values["error"]["n"])
                table.add_row(*row)
        table.add_section()
    return table


def track_likelihood_table(report: dict[str, Any]) -> Table:
    """Log-likelihoods of tracks as a table, a row for each task, part and predictor."""
    table = Table(
        title="Log-likelihood, nats per storm, mean ± standard error over storms",
        caption="hidden: of the part hidden, given the other; track: of both",
        box=SIMPLE_HEAD,
    )
    for heading in ("task", "predictor"):
        table.add_column(heading)
    for heading in ("log-likelihood", "n"):
        table.add_column(heading, justify="right", no_wrap=True)
    for task, parts in report["log_likelihoods"].items():
        for part, predictors in parts.items():
            for name, values in predictors.items():
                mean, error = values["mean"], values["standard_error"]
                figures = f"{mean:.1f} ± {error:.1f}", str(values["n"])
                table.add_row(f"{task} {part}", escape(name.replace("_", " ")), *figures)
            table.add_section()
    return table


def _cell(key: str, values: dict[str, Any]) -> str:
    if key not in values:
        return ""
    scale = 100 if key.startswith("coverage") else 1
    mean, error = scale * values[key]["mean"], scale * values[key]["standard_error"]
    # Kilometres to 100 metres at most, for no position is known better; percentages are whole.
    places = int(scale == 1 and error < 10)
    return f"{mean:.{places}f} ± {error:.{places}f}"


def show_point_scores(report: dict[str, Any]) -> None:
    """Print the mean log-likelihoods of points, a row for each density."""
    table = Table(
        title=f"Log-likelihood of {report['n_points']} points, {report['unit']}, mean ± "
        "standard error",
        box=SIMPLE_HEAD,
    )
    table.add_column("density")
    table.add_column("log-likelihood", justify="right", no_wrap=True)
    for name, values in report["scores"].items():
        table.add_row(escape(name), _nats(values))
    console.print(table)


def show_log_likelihoods(report: dict[str, Any], what: str) -> None:
    """Print the log-likelihoods of functions or fields, a row for each task and model.

    Arguments:
        report: The report.
        what: What was scored: "functions" or "fields".
    """
    law = report["process" if what == "functions" else "kernel"]
    caption = f"less oracle: paired difference from the law itself, on the same {what}"
    if noise := report.get("noise"):
        caption += (
            f"; oracle: the law, of values with noise of standard deviation {noise:.1e}, that of "
            "the first time of models; the values scored have none"
        )
    table = Table(
        title=f"Log-likelihood of {report[f'n_{what}']} {what} of the law {law}, "
        f"{report['unit']}, mean ± standard error",
        caption=caption,
        box=SIMPLE_HEAD,
    )
    table.add_column("task")
    table.add_column("model")
    for heading in ("log-likelihood", "less oracle"):
        table.add_column(heading, justify="right", no_wrap=True)
    for task, models in report["scores"].items():
        for name, values in models.items():
            difference = values.get("difference_from_oracle")
            cells = ["" if each is None else _nats(each) for each in (values, difference)]
            table.add_row(task, escape(name), *cells)
        table.add_section()
    console.print(table)


def _nats(values: dict[str, Any]) -> str:
    return f"{values['mean']:.3f} ± {values['standard_error']:.3f}"
