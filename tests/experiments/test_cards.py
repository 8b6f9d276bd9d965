"""Figures in the cards of shipped models are those of the files beside them."""

import json
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

import geomndp as gn

MEASURED_APART = {
    "winds-global": ["winds_globe"],
    "regression1d-se": ["tables-squared-exponential", "draws"],
    "regression1d-matern52": ["tables-matern52", "draws"],
    "regression1d-weakly-periodic": ["tables-weakly-periodic", "draws"],
    "regression1d-sawtooth": ["tables-sawtooth"],
    "regression1d-mixture": ["tables-mixture"],
    "gp-fields-se": ["field-tables-squared-exponential", "draws"],
    "gp-fields-curl-free": ["field-tables-curl-free", "draws"],
    "gp-fields-div-free": ["field-tables-divergence-free", "draws"],
}
"""Benchmarks from which a card has figures too."""

_FIGURE = re.compile(r"(-?\d+(?:\.\d+)?) ± (\d+(?:\.\d+)?)")


def measured(report: Any) -> Iterator[tuple[float, float]]:
    """All means of a report, and their standard errors."""
    if isinstance(report, dict):
        if {"mean", "standard_error"} <= set(report):
            yield report["mean"], report["standard_error"]
        for part in report.values():
            yield from measured(part)


def not_measured(card: str, reports: list[Any]) -> list[str]:
    """Figures of a card that are none of those of the reports, rounded as they are.

    Their signs are told too, but for "better by 0.1".
    """
    found = [pair for report in reports for pair in measured(report)]

    def is_told(text: re.Match[str]) -> bool:
        says_how_far = card[: text.start()].rstrip().endswith("by")
        mean, error = text.groups()
        n_mean, n_error = (len(number.partition(".")[2]) for number in (mean, error))
        return any(
            f"{abs(m) if says_how_far else m:.{n_mean}f}" == mean and f"{e:.{n_error}f}" == error
            for m, e in found
        )

    return [text.group(0) for text in _FIGURE.finditer(card) if not is_told(text)]


@pytest.mark.parametrize("name", gn.model.pretrained_names())
def test_figures_of_cards_were_measured(name: str, repository: Path):
    folder = files("geomndp") / "pretrained"
    reports = [json.loads((folder / f"{name}.json").read_text())]
    for file in MEASURED_APART.get(name, []):
        results = repository / "benchmarks" / "results" / f"{file}.json"
        reports.append(json.loads(results.read_text()))
    assert not_measured((folder / f"{name}.md").read_text(), reports) == []


OF_KNOWN_LAWS = [
    name for name in gn.model.pretrained_names() if name.startswith(("regression1d", "gp-fields"))
]


@pytest.mark.parametrize("name", OF_KNOWN_LAWS)
def test_cards_of_known_laws_tell_scores(name: str):
    card = (files("geomndp") / "pretrained" / f"{name}.md").read_text()
    assert _FIGURE.search(card.partition("## Scores")[2])


@pytest.mark.parametrize("name", OF_KNOWN_LAWS)
def test_cards_and_results_tell_what_training_cost(name: str, repository: Path):
    folder = files("geomndp") / "pretrained"
    training = json.loads((folder / "training.json").read_text())[name]
    told = (folder / f"{name}.md").read_text().partition("## Training")[2].partition("## Scores")[0]
    of_runs = re.findall(r"(?:\d+,\s)*(?:\d+\sand\s)?\d+(?=\sminutes)", told)
    minutes = re.findall(r"\d+", " ".join(of_runs))
    assert minutes == [str(run["minutes"]) for run in training["runs"]]
    for run in training["runs"]:
        assert {str(run["steps"]), str(run["batch_size"])} <= set(re.findall(r"\d+", told))
    for file in MEASURED_APART.get(name, []):
        results = json.loads((repository / "benchmarks" / "results" / f"{file}.json").read_text())
        assert file == "draws" or results["training"] == training


def test_a_figure_that_was_not_measured_is_found():
    report = {"a": {"b": {"mean": -1.234, "standard_error": 0.056}}}
    card = "| -1.23 ± 0.06 | -1.2 ± 0.1 | -1.24 ± 0.06 | 1.23 ± 0.06 | -1.23 ± 0.05 |"
    assert not_measured(card, [report]) == ["-1.24 ± 0.06", "1.23 ± 0.06", "-1.23 ± 0.05"]
    assert not_measured("less by 1.23 ± 0.06", [report]) == []
