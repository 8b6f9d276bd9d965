"""The commands on models of vector fields, after one run that they share."""

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from geomndp.cli import main
from geomndp.cli.laws import law_of

PNG = b"\x89PNG\r\n\x1a\n"
TINY = ("--width", 8, "--n-layers", 1, "--points", 4, "--steps", 2, "--batch-size", 2)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run, scored without the shipped model, which takes longer to compile."""
    folder = tmp_path_factory.mktemp("runs") / "tiny"
    words = "--kernel", "curl-free", "--group", "none", *TINY, "--fields", 2, "--out", folder
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("geomndp.cli.scoring.pretrained_names", tuple)
        assert main([str(word) for word in ("fit", "gp-fields", *words)]) == 0
    return folder


def test_fit(run: Path):
    config = json.loads((run / "config.json").read_text())
    expected = {"experiment": "gp-fields", "kernel": "curl-free", "group": "none", "width": 8}
    assert expected.items() <= config.items()
    history = [json.loads(line) for line in (run / "history.jsonl").read_text().splitlines()]
    assert history[-1]["step"] == 2
    report = json.loads((run / "metrics.json").read_text())
    assert (report["n_fields"], report["n_points"], report["kernel"]) == (2, 4, "curl-free")
    assert set(report["scores"]["moved"]) == {"oracle", "this run"}
    assert report["scores"]["moved"]["this run"]["difference_from_oracle"]["n"] == 2
    assert {path.name for path in (run / "figures").iterdir()} == {"fields.png", "history.png"}


def test_another_group_is_another_run(command, run: Path):
    words = "fit", "gp-fields", "--kernel", "curl-free", "--group", "T2", *TINY, "--out", run
    assert "holds a run; go on with it (--resume)" in command(*words).lines[-1]
    refused = command(*words, "--resume", "--fields", 0, "--no-figures")
    assert refused.code == 1
    assert "another" in refused.lines[-1]


def test_sample(command, run: Path, tmp_path: Path):
    outcome = command("sample", run, "--fields", 2, "--points", 6, "--radius", 3)
    assert outcome.code == 0, outcome.error
    with (tmp_path / "samples" / "samples.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["member"] for row in rows] == [*5 * "0", *5 * "1"]
    assert set(rows[0]) == {"member", "x1", "x2", "y1", "y2"}
    assert sorted(float(row["x1"]) for row in rows[:5]) == [-3, 0, 0, 0, 3]
    assert (tmp_path / "samples" / "samples.png").read_bytes().startswith(PNG)


def test_evaluate(command, run: Path, tmp_path: Path):
    words = "--kernel", "divergence-free", "--tasks", 2, "--points", 4, "--out", tmp_path
    outcome = command("evaluate", run, *words)
    assert outcome.code == 0, outcome.error
    assert "Log-likelihood of 2 fields of the law divergence-free" in " ".join(
        outcome.error.split()
    )
    report = json.loads((tmp_path / "metrics.json").read_text())
    assert (report["kernel"], report["n_points"]) == ("divergence-free", 4)
    assert set(report["scores"]["in the disc"]) == {"oracle", run.name}


def test_evaluate_given_points_with_probes(command, run: Path, tmp_path: Path):
    """As large fields are scored; with other probes alone the figures move a little."""
    words = "evaluate", run, "--conditional", "--tasks", 2, "--points", 3, "--given", 2
    found = []
    for number, probes in enumerate(((), ("--probes", 1))):
        outcome = command(*words, *probes, "--out", tmp_path / str(number))
        assert outcome.code == 0, outcome.error
        found.append(json.loads((tmp_path / str(number) / "metrics.json").read_text()))
    assert [(report["n_given"], report["n_probes"]) for report in found] == [(2, None), (2, 1)]
    exact, estimated = (report["scores"]["2 points given, normalised"] for report in found)
    assert exact["oracle"] == estimated["oracle"]
    difference = exact[run.name]["mean"] - estimated[run.name]["mean"]
    assert 1e-6 < abs(difference) < 0.5


@pytest.mark.parametrize("words", [("--kernel", "curl-free"), ()])
def test_plot(command, run: Path, words: tuple, tmp_path: Path):
    outcome = command("plot", run, *words, "--out", tmp_path)
    assert outcome.code == 0, outcome.error
    assert (tmp_path / "figures" / "fields.png").read_bytes().startswith(PNG)


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("evaluate", "--kernel", "curl-free", "--tasks", 1), "expected at least 2 fields"),
        (("sample", "--fields", 0), "expected at least 1 field, got 0"),
        (("sample", "--radius", 0), "expected at least 1 point and a positive radius"),
    ],
)
def test_what_makes_no_sense(command, run: Path, words: tuple, part: str):
    word, *flags = words
    outcome = command(word, run, *flags)
    assert outcome.code == 1
    assert part in outcome.lines[-1]


def test_the_law_of_a_run_is_known_and_of_a_file_it_is_asked_for(command, run: Path, tmp_path):
    assert law_of(str(run), "kernel") == law_of(f"{run}/model.geomndp", "kernel") == "curl-free"
    assert law_of("gp-fields-div-free", "kernel") == "divergence-free"
    assert law_of(str(run), "process") is None
    shutil.copy(run / "model.geomndp", tmp_path / "other.geomndp")
    shutil.copy(run / "config.json", tmp_path / "config.json")
    outcome = command("evaluate", tmp_path / "other.geomndp")
    assert outcome.code == 1
    assert "expected --kernel, the law that the fields to score are of" in outcome.lines[-1]


def test_one_field_has_no_standard_error(command, tmp_path: Path):
    outcome = command("fit", "gp-fields", *TINY, "--fields", 1)
    assert outcome.code == 1
    assert "expected at least 2 fields, for a standard error, got 1" in outcome.lines[-1]
    assert not (tmp_path / "runs").exists()


def test_fields_are_drawn_given_observations(command, run: Path, tmp_path: Path):
    seen = tmp_path / "seen.csv"
    seen.write_text("x1,x2,y1,y2\n0,1,0.5,-0.2\n")
    outcome = command(
        "condition", run, "--observations", seen, "--members", 2, "--points", 5, "--out", tmp_path
    )
    assert outcome.code == 0
    table = np.loadtxt(tmp_path / "posterior.csv", delimiter=",", skiprows=1)
    assert table.shape == (10, 5)
    assert (tmp_path / "posterior.png").stat().st_size > 5000
