"""The commands on models of functions of one variable."""

import csv
import json
from pathlib import Path

import jax
import numpy as np
import pytest
from random_fields import in_single_precision, random_params

import geomndp as gn

PNG = b"\x89PNG\r\n\x1a\n"
TINY = ("--width", 16, "--n-layers", 1, "--points", 4, "--steps", 4, "--batch-size", 2)


@pytest.fixture(scope="module")
def functions_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small model of functions with random parameters."""
    law = gn.data.regression_laws()["matern52"]
    model = gn.experiments.regression1d_model(law, width=16, n_layers=1)
    sample = gn.data.RandomFunctions(law, 3)(key=jax.random.key(0))
    params = in_single_precision(random_params(model.network, sample, seed=0))
    small = {name: {k: 0.1 * v for k, v in part.items()} for name, part in params.items()}
    path = tmp_path_factory.mktemp("model") / "functions.geomndp"
    gn.TrainedProcess(model, small).save(path)
    return path


def test_fit_and_what_comes_after(command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """One run, since it takes long: its files, its refusal, its continuation."""
    # The shipped model beside would take longer to compile than all else.
    monkeypatch.setattr("geomndp.cli.scoring.pretrained_names", tuple)
    monkeypatch.setattr("geomndp.cli.console.SECONDS_BETWEEN_LINES", 0.0)
    words = "fit", "regression1d", "--process", "matern52", *TINY, "--functions", 2
    outcome = command(*words)
    assert outcome.code == 0, outcome.error
    folder = tmp_path / "runs" / "regression1d-matern52"
    config = json.loads((folder / "config.json").read_text())
    expected = {"experiment": "regression1d", "process": "matern52", "steps": 4, "width": 16}
    assert expected.items() <= config.items()
    assert {"versions", "hardware", "date"} <= set(config)
    history = [json.loads(line) for line in (folder / "history.jsonl").read_text().splitlines()]
    assert history[-1]["step"] == 4
    scores = json.loads((folder / "metrics.json").read_text())["scores"]
    assert set(scores["interpolation"]) == {"oracle", "this run"}
    assert scores["interpolation"]["this run"]["difference_from_oracle"]["n"] == 2
    drawn = {path.name for path in (folder / "figures").iterdir()}
    assert drawn == {"functions.png", "history.png"}
    for part in (
        "training",
        "4/4",
        "step 3 of 4: loss",
        "interpolation",
        "less oracle",
        "done: everything is in",
    ):
        assert part in outcome.error

    refused = command(*words)
    assert refused.code == 1
    assert "holds a run; go on with it (--resume)" in refused.lines[-1]
    model = (folder / "model.geomndp").read_bytes()
    again = command(*words, "--resume", "--functions", 0, "--no-figures")
    assert again.code == 0, again.error
    assert "nothing left to train: the run is at its last step, 4\n" in again.error
    assert (folder / "model.geomndp").read_bytes() == model
    refused = command(*words, "--resume", "--batch-size", 3)
    assert refused.code == 1
    assert "batch_size was 2, is 3" in refused.lines[-1]


def test_sample(command, functions_file: Path, tmp_path: Path):
    words = "--functions", 3, "--points", 5, "--low", 10, "--high", 12
    outcome = command("sample", functions_file, *words)
    assert outcome.code == 0, outcome.error
    folder = tmp_path / "samples"
    assert {path.name for path in folder.iterdir()} == {"samples.csv", "samples.png"}
    with (folder / "samples.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["x"] for row in rows] == ["10", "10.5", "11", "11.5", "12"]
    assert set(rows[0]) == {"x", "function_0", "function_1", "function_2"}
    assert (folder / "samples.png").read_bytes().startswith(PNG)


def test_evaluate_and_plot(command, functions_file: Path, tmp_path: Path):
    words = "--process", "matern52", "--tasks", 2, "--points", 6, "--out", tmp_path / "scores"
    outcome = command("evaluate", functions_file, *words)
    assert outcome.code == 0, outcome.error
    report = json.loads((tmp_path / "scores" / "metrics.json").read_text())
    assert report["process"] == "matern52"
    assert functions_file.name in report["scores"]["shifted inputs"]
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "training.json").write_text("{}")
    refused = command("evaluate", functions_file, *words[:-1], tmp_path / "run")
    assert refused.code == 1
    assert "run, which holds a run that" in refused.lines[-1]
    assert not (tmp_path / "run" / "metrics.json").exists()
    alone = command("evaluate", functions_file, "--process", "sawtooth", *words[2:6])
    assert alone.code == 0, alone.error
    for told in (outcome, alone):
        assert "paired difference" in told.error
    # Waves have none, so the truth beside them is of values with that of the first time.
    assert "the values scored have none" not in outcome.error
    assert "standard deviation" in alone.error
    outcome = command("plot", functions_file, "--process", "sawtooth")
    assert outcome.code == 0, outcome.error
    assert (tmp_path / "figures" / "functions.png").read_bytes().startswith(PNG)


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("sample", "--functions", 0), "expected at least 1 function and 1 point"),
        (("sample", "--points", -1), "expected at least 1 function and 1 point"),
        (("sample", "--low", 2, "--high", 1), "low < high"),
        (
            ("evaluate", "--tasks", 2),
            "expected --process, the law that the functions",
        ),
        (("evaluate", "--process", "matern52", "--tasks", 1), "expected at least 2 functions"),
        (("evaluate", "--kernel", "curl-free"), "of functions, got --kernel, which is for others"),
        (("evaluate", "--steps", 7), "of functions, got --steps, which is for others"),
        (("evaluate", "--units", "knots"), "of functions, got --units, which is for others"),
        (("evaluate", "--given", 3), "expected --given for winds, or with --conditional for"),
        (
            ("evaluate", "--process", "sawtooth", "--probes", 2),
            "expected --probes for a law that is a Gaussian process",
        ),
    ],
)
def test_what_makes_no_sense(command, functions_file: Path, words: tuple, part: str):
    word, *flags = words
    outcome = command(word, functions_file, *flags)
    assert outcome.code == 1
    assert part in outcome.lines[-1]


def test_a_run_that_there_is_not_cannot_go_on(command, tmp_path: Path):
    outcome = command("fit", "regression1d", *TINY, "--resume", "--out", tmp_path / "mistyped")
    assert outcome.code == 1
    assert "mistyped, which holds no run; leave --resume out" in outcome.lines[-1]
    assert not (tmp_path / "mistyped").exists()


@pytest.mark.parametrize("flags", [("--steps", 0), ("--learning-rate", -1), ("--log-noise", 0, 0)])
def test_numbers_are_refused_before_anything_begins(command, tmp_path: Path, flags: tuple):
    outcome = command("fit", "regression1d", *TINY, *flags)
    assert outcome.code == 1
    assert len(outcome.lines) == 1
    assert outcome.error.startswith("error: expected")
    assert not (tmp_path / "runs").exists()


def test_one_function_has_no_standard_error(command, tmp_path: Path):
    outcome = command("fit", "regression1d", *TINY, "--functions", 1)
    assert outcome.code == 1
    assert "expected at least 2 functions, for a standard error, got 1" in outcome.lines[-1]
    assert not (tmp_path / "runs").exists()


def test_functions_are_drawn_given_observations(command, functions_file: Path, tmp_path: Path):
    seen = tmp_path / "seen.csv"
    seen.write_text("x,y,noise\n0.0,1.0,0.0\n0.7,-0.2,0.1\n")
    outcome = command(
        "condition", functions_file, "--observations", seen, "--members", 3, "--points", 7
    )
    assert outcome.code == 0
    table = np.loadtxt(tmp_path / "posterior" / "posterior.csv", delimiter=",", skiprows=1)
    assert table.shape == (7, 4)
    assert (tmp_path / "posterior" / "posterior.png").stat().st_size > 5000


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("x\n0.0\n", "expected columns x, y, and noise where it is known, got x"),
        ("x,y,noise\n0,1,-1\n", "expected variances of at least 0 in the column noise, got -1"),
        ("x,y\n0,one\n", "expected finite numbers in the column y, got one in row 1"),
        ("x,y\n0,1\n0,2\n", "expected one value at each location"),
    ],
)
def test_observations_that_make_no_sense(
    command, functions_file: Path, tmp_path: Path, text: str, part: str
):
    seen = tmp_path / "seen.csv"
    seen.write_text(text)
    outcome = command("condition", functions_file, "--observations", seen)
    assert outcome.code == 1
    assert part in outcome.lines[-1]
    assert not (tmp_path / "posterior").exists()
