"""Each command does its work, from a file to files."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tracks_by_hand import track_on_the_equator

import geomndp as gn

PNG = b"\x89PNG\r\n\x1a\n"


def assert_estimates(scores: dict) -> int:
    """Every figure has its standard error and number of storms; returns how many there are."""
    count = 0
    for parts in scores.values():
        for predictors in parts.values():
            for figures in predictors.values():
                for name, figure in figures.items():
                    if name == "pit":
                        assert sum(figure) == pytest.approx(1)
                        continue
                    assert set(figure) == {"mean", "standard_error", "n"}
                    assert figure["n"] >= 2
                    count += 1
    return count


@pytest.mark.usefixtures("no_network")
def test_condition(command, model_file: Path, observations: Path, tmp_path: Path):
    outcome = command(
        "condition", model_file, "--observations", observations, "--hours", 12, "--members", 5
    )
    assert outcome.code == 0, outcome.error
    folder = tmp_path / "forecasts" / "dorian"
    names = ["forecast.csv", "forecast.geojson", "forecast.png"]
    assert sorted(path.name for path in folder.iterdir()) == names
    with (folder / "forecast.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 5 * 2
    assert {row["time"] for row in rows} == {"2019-08-28T18:00:00Z", "2019-08-29T00:00:00Z"}
    features = json.loads((folder / "forecast.geojson").read_text())["features"]
    assert len(features) == 1 + 5
    assert features[0]["geometry"]["coordinates"][0] == [-64.1, 16.7]
    assert (folder / "forecast.png").read_bytes().startswith(PNG)
    assert outcome.lines[0].startswith("dorian.csv: 1 storm, 3 fixes")
    assert [line.split()[0] for line in outcome.lines[1:]] == 3 * ["wrote"]


def test_an_id_that_is_a_path_does_not_lead_out(
    command, model_file: Path, observations: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    lines = observations.read_text().splitlines()
    rows = ["sid," + lines[0], *(f"../../evil/x,{line}" for line in lines[1:])]
    observations.write_text("\n".join(rows) + "\n")
    outcome = command(
        "condition", model_file, "--observations", observations, "--hours", 12, "--members", 2
    )
    assert outcome.code == 0
    assert (tmp_path / "forecasts" / "_evil_x" / "forecast.csv").is_file()


def test_condition_repeats_itself_with_the_seed(
    command, model_file: Path, observations: Path, tmp_path: Path
):
    texts = []
    for folder, seed in (("a", 0), ("b", 0), ("c", 1)):
        words = "--hours", 12, "--members", 5, "--seed", seed, "--out", tmp_path / folder
        outcome = command("condition", model_file, "--observations", observations, *words)
        assert outcome.code == 0
        texts.append((tmp_path / folder / "forecast.csv").read_text())
    assert texts[0] == texts[1] != texts[2]


def test_one_of_several_storms(command, model_file: Path, tmp_path: Path):
    gn.data.save_tracks([track_on_the_equator(3, id=id) for id in "AB"], tmp_path / "storms.csv")
    words = "--observations", tmp_path / "storms.csv", "--hours", 12, "--members", 5
    assert command("condition", model_file, *words, "--storm", "B").code == 0
    assert [path.name for path in (tmp_path / "forecasts").iterdir()] == ["B"]
    assert (tmp_path / "forecasts" / "B" / "forecast.csv").exists()


def test_sample(command, model_file: Path, tmp_path: Path):
    outcome = command("sample", model_file, "--tracks", 3, "--days", 1.5)
    assert outcome.code == 0, outcome.error
    folder = tmp_path / "samples"
    names = ["samples.csv", "samples.geojson", "samples.png"]
    assert sorted(path.name for path in folder.iterdir()) == names
    assert len((folder / "samples.csv").read_text().splitlines()) == 1 + 3 * 7
    assert len(json.loads((folder / "samples.geojson").read_text())["features"]) == 3
    assert (folder / "samples.png").read_bytes().startswith(PNG)


def test_evaluate(command, model_file: Path, tracks_file: Path, tmp_path: Path):
    words = "--data", tracks_file, "--tasks", 3, "--members", 4, "--steps", 4
    outcome = command("evaluate", model_file, *words, "--out", tmp_path / "scores")
    assert outcome.code == 0, outcome.error
    report = json.loads((tmp_path / "scores" / "metrics.json").read_text())
    assert assert_estimates(report["scores"]) >= 10
    assert report["storms"] == {"forecast": 3, "gap": 3}
    names = ["calibration.png", "errors_by_place.png"]
    assert sorted(path.name for path in (tmp_path / "scores" / "figures").iterdir()) == names
    rows = list(csv.DictReader((tmp_path / "scores" / "scores.csv").read_text().splitlines()))
    assert {row["storm"] for row in rows} == {"S2019", "S2020", "S2021"}
    (of_model,) = set(report["scores"]["gap"]["2d"]) - set(gn.experiments.gap_baselines())
    assert of_model == model_file.name
    assert report["scores"]["gap"]["2d"][of_model]["coverage_90"]["n"] == 3
    for word in ("forecast", "48h", "persiste", "great_cir", "90 %"):
        assert word in outcome.error


def test_evaluate_without_test_seasons(command, model_file: Path, tmp_path: Path, tracks_file):
    early = gn.data.load_cyclones(tracks_file).select(season=range(2009, 2016))
    gn.data.save_tracks(early, tmp_path / "early.csv")
    outcome = command("evaluate", model_file, "--data", tmp_path / "early.csv")
    assert outcome.code == 0
    assert outcome.lines[-2].startswith("no scores: the tracks have less than two storms")


@pytest.mark.slow
@pytest.mark.usefixtures("no_network")
def test_plot(command, model_file: Path, tracks_file: Path, tmp_path: Path):
    outcome = command("plot", model_file, "--data", tracks_file)
    assert outcome.code == 0, outcome.error
    drawn = sorted((tmp_path / "figures").iterdir())
    assert [path.name for path in drawn] == ["forecasts.png", "gaps.png", "tracks.png"]
    assert all(path.read_bytes().startswith(PNG) for path in drawn)


TINY = ("--width", 8, "--n-layers", 1, "--steps", 6, "--batch-size", 4, "--checkpoint-every", 2)


@pytest.fixture
def fit(command, tracks_file: Path) -> Callable:
    """A run with few steps, without scores and figures unless asked for."""
    words = "--data", tracks_file, *TINY, "--storms", 0, "--no-figures"
    return lambda *more: command("fit", "cyclones", *words, *more)


def test_fit_and_what_comes_after(fit: Callable, command, tmp_path: Path):
    """One run, since it takes long: its files, its refusals, its continuation."""
    outcome = fit()
    assert outcome.code == 0, outcome.error
    folder = tmp_path / "runs" / "cyclones"
    config = json.loads((folder / "config.json").read_text())
    expected = {"experiment": "cyclones", "steps": 6, "width": 8, "seed": 0, "batch_size": 4}
    assert expected.items() <= config.items()
    assert {"versions", "hardware", "date", "data"} <= set(config)
    history = [json.loads(line) for line in (folder / "history.jsonl").read_text().splitlines()]
    assert history[-1]["step"] == 6
    assert np.isfinite(history[-1]["loss"])
    model = (folder / "model.geomndp").read_bytes()
    small = gn.experiments.cyclone_model(width=8, n_layers=1).trained_with(20)
    assert gn.load(folder / "model.geomndp").model == small
    for part in ("10 storms, 160 fixes", "training", "6/6", "loss", "done: everything is in runs"):
        assert part in outcome.error
    assert "of 6: loss" not in outcome.error  # lines of a log are a minute apart

    refused = fit()
    assert refused.code == 1
    assert "runs/cyclones, which holds a run; go on with it (--resume)" in refused.lines[-1]
    for flags, part in (
        (("--seed", 1), "seed (key) was [0, 0], is [0, 1]"),
        (("--steps", 7), "n_steps was 6, is 7"),
        (("--width", 16), "model.network.width was 8, is 16"),
    ):
        refused = fit("--resume", *flags)
        assert refused.code == 1
        assert part in refused.lines[-1]
    assert fit("--resume").code == 0
    assert (folder / "model.geomndp").read_bytes() == model
    # A run folder names its model.
    assert command("sample", folder, "--tracks", 2, "--days", 1).code == 0


@pytest.mark.slow
@pytest.mark.usefixtures("no_network")
def test_fit_with_scores_and_figures(fit: Callable, tmp_path: Path):
    outcome = fit("--storms", 2, "--members", 2, "--figures", "--out", tmp_path / "run")
    assert outcome.code == 0, outcome.error
    scores = json.loads((tmp_path / "run" / "metrics.json").read_text())["scores"]
    names = {"this run", "shipped model", *gn.experiments.forecast_baselines()}
    assert set(scores["forecast"]["48h"]) == names
    assert assert_estimates(scores) >= 10
    drawn = {path.name for path in (tmp_path / "run" / "figures").iterdir()}
    assert drawn == {"forecasts.png", "gaps.png", "tracks.png", "history.png"}


@pytest.mark.slow
def test_data_without_test_seasons_can_be_fitted(fit: Callable, tmp_path: Path, tracks_file: Path):
    early = gn.data.load_cyclones(tracks_file).select(season=range(2009, 2016))
    gn.data.save_tracks(early, tmp_path / "early.csv")
    outcome = fit("--data", tmp_path / "early.csv", "--steps", 1, "--storms", 2)
    assert outcome.code == 0, outcome.error
    assert "no scores: the tracks have less than two storms" in outcome.error


def test_a_forecast_marked_at_hours_of_choice(command, model_file: Path, observations: Path):
    words = "condition", model_file, "--observations", observations, "--hours", 12, "--members", 5
    assert command(*words, "--marks", 6, 12).code == 0
    refused = command(*words, "--marks", 24)
    assert refused.code != 0
    assert "expected marks at hours that are told, 6, 12, got 24" in refused.error


def test_a_whole_season(command, model_file: Path, tracks_file: Path, tmp_path: Path):
    words = "--season", 2030, "--data", tracks_file, "--seed", 1
    outcome = command("sample", model_file, *words)
    assert outcome.code == 0, outcome.error
    storms = gn.data.load_cyclones(tmp_path / "samples" / "season.csv")
    assert {len(storm) for storm in storms} == {16}
    for name in ("season.png", "density.png"):
        assert (tmp_path / "samples" / name).read_bytes().startswith(PNG)
