"""The commands on densities, after one run that they share."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from geomndp.cli import main

PNG = b"\x89PNG\r\n\x1a\n"
TINY = ("--width", 8, "--n-layers", 1, "--steps", 2, "--batch-size", 4, "--resolution", 0.1)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pairs of angles in degrees."""
    path = tmp_path_factory.mktemp("data") / "angles.csv"
    angles = np.random.default_rng(0).normal([60.0, -100.0], 20.0, (40, 2))
    np.savetxt(path, angles, "%.2f", ",", header="phi,psi", comments="")
    return path


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, table: Path) -> Path:
    """The folder of a run."""
    folder = tmp_path_factory.mktemp("runs") / "tiny"
    words = "--manifold", "torus", "--degrees", "--data", table, *TINY, "--out", folder
    assert main([str(word) for word in ("fit", "density", *words)]) == 0
    return folder


def test_fit(run: Path):
    config = json.loads((run / "config.json").read_text())
    expected = {"experiment": "density", "manifold": "torus", "n_points": 40, "width": 8}
    assert expected.items() <= config.items()
    report = json.loads((run / "metrics.json").read_text())
    assert report["n_points"] == 4
    assert set(report["scores"]) == {"this run", "uniform", "kernel estimate"}
    assert report["scores"]["uniform"]["mean"] == pytest.approx(-np.log(4 * np.pi**2), abs=1e-4)
    assert {path.name for path in (run / "figures").iterdir()} == {"density.png", "history.png"}


def test_sample(command, run: Path, tmp_path: Path):
    outcome = command("sample", run, "--points", 5)
    assert outcome.code == 0, outcome.error
    with (tmp_path / "samples" / "samples.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert (len(rows), set(rows[0])) == (5, {"angle1", "angle2"})
    assert (tmp_path / "samples" / "samples.png").read_bytes().startswith(PNG)


def test_no_points_are_refused(command, run: Path):
    outcome = command("sample", run, "--points", 0)
    assert outcome.code == 1
    assert "expected at least 1 point, got 0" in outcome.lines[-1]


def test_evaluate(command, run: Path, table: Path, tmp_path: Path):
    outcome = command("evaluate", run, "--data", table, "--degrees", "--out", tmp_path)
    assert outcome.code == 0, outcome.error
    report = json.loads((tmp_path / "metrics.json").read_text())
    assert (report["n_points"], set(report["scores"])) == (40, {"tiny", "uniform"})


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "expected --data, a file of points"),
        (("--data", "angles.csv"), "are they in degrees"),
    ],
)
def test_what_evaluate_refuses(command, run: Path, table: Path, words, message: str):
    found = [table if word == "angles.csv" else word for word in words]
    outcome = command("evaluate", run, *found)
    assert outcome.code == 1
    assert message in outcome.lines[-1]


def test_points_of_another_manifold_are_refused(command, run: Path, tmp_path: Path):
    (tmp_path / "one.csv").write_text("phi\n0.1\n")
    outcome = command("plot", run, "--data", tmp_path / "one.csv")
    assert outcome.code == 1
    assert "expected points of Torus(n=2), where the density lives" in outcome.lines[-1]
