"""Scores as the commands make them: under a bar, beside the shipped model, and kept."""

from collections.abc import Callable
from typing import Any

from geomndp.cli.console import progress_bar, scoring_progress
from geomndp.experiments import RunFolder
from geomndp.model import TrainedProcess, load, pretrained_names

Evaluate = Callable[[dict[str, Any], Any], dict[str, Any]]
"""Makes the report of models by name, given what to call after every one that is scored."""


def score_under_bar(models: dict[str, Any], evaluate: Evaluate) -> dict[str, Any]:
    """The report of models, with a bar for each model and task.

    Arguments:
        models: The models by name, or whatever else the report is of.
        evaluate: Makes the report.
    """
    with progress_bar() as bar:
        return evaluate(models, scoring_progress(bar))


def score_run(
    trained: TrainedProcess, shipped: str | None, evaluate: Evaluate, folder: RunFolder
) -> dict[str, Any]:
    """The report of a run beside the shipped model of a name, if there is one; it is kept.

    Arguments:
        trained: The model of the run.
        shipped: Name of the shipped model; None for no such.
        evaluate: Makes the report.
        folder: The run folder.
    """
    models = {"this run": trained}
    if shipped in pretrained_names():
        models["shipped model"] = load(shipped)
    report = score_under_bar(models, evaluate)
    folder.write_json(folder.metrics, report)
    return report


def check_number_to_score(number: int, what: str) -> None:
    """Refuse numbers of functions or fields that have no standard error, other than none.

    Raises:
        ValueError: If it is 1 or negative.
    """
    if number == 1 or number < 0:
        raise ValueError(
            f"expected at least 2 {what}, for a standard error, got {number}; 0 scores none"
        )
