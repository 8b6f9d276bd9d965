"""What a user can mend is told in one line, with exit status 1 and without a traceback."""

from pathlib import Path

import pytest
from tracks_by_hand import track_on_the_equator

from geomndp.cli import main
from geomndp.data import save_tracks

HEADER = "time,latitude,longitude"
TWO_FIXES = f"{HEADER}\n2020-01-01 00:00,10,20\n2020-01-01 06:00,10,21\n"


def assert_refused(outcome, *parts: str):
    assert outcome.code == 1
    *report, line = outcome.lines
    assert line.startswith("error: ")
    assert all(not word.startswith("error") for word in report)
    assert "Traceback" not in outcome.error
    for part in parts:
        assert part in line


@pytest.mark.parametrize("word", ["sample", "evaluate", "plot"])
def test_a_model_that_is_not_there(command, word: str):
    assert_refused(command(word, "nope"), "or the name of a shipped model (", "'nope'")


@pytest.mark.parametrize("word", ["sample", "evaluate", "plot"])
def test_a_model_file_that_is_damaged(command, word: str, model_file: Path, tmp_path: Path):
    damaged = tmp_path / "damaged.geomndp"
    damaged.write_bytes(model_file.read_bytes()[:1000])
    assert_refused(command(word, damaged), f"{damaged}: expected a whole model file", "again")


def test_a_path_with_brackets_is_shown_as_it_is(command):
    assert_refused(command("sample", "[bold]no[/such] model"), "'[bold]no[/such] model'")


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        (None, ["observations.csv: expected a file of tracks", "check the path"]),
        ("", ["observations.csv"]),
        (f"{HEADER}\n", ["observations.csv"]),
        (f"{HEADER}\n2020-01-01,10,20\n", ["observations.csv", "fix"]),
        (f"{HEADER}\n2020-01-01,95,20\n2020-01-02,9,20\n", ["observations.csv", "95"]),
        (f"{HEADER}\nyesterday,9,20\n2020-01-02,9,20\n", ["observations.csv", "yesterday"]),
        ("a,b\n1,2\n", ["observations.csv", "time"]),
    ],
    ids=["missing", "empty", "no-rows", "one-fix", "latitude", "time", "columns"],
)
def test_observations_that_cannot_be_read(
    command, model_file: Path, tmp_path: Path, content: str | None, parts: list[str]
):
    path = tmp_path / "observations.csv"
    if content is not None:
        path.write_text(content)
    assert_refused(command("condition", model_file, "--observations", path), *parts)


def test_several_storms_in_the_observations(command, model_file: Path, tracks_file: Path):
    words = "condition", model_file, "--observations", tracks_file
    assert_refused(command(*words), "expected one storm in", "got 10", "--storm")
    assert_refused(command(*words, "--storm", "nope"), "got 0")


@pytest.mark.parametrize(
    ("flags", "part"),
    [
        (["--hours", "0"], "expected 0 < step_hours <= hours"),
        (["--hours", "3"], "expected 0 < step_hours <= hours"),
        (["--step-hours", "-1"], "expected 0 < step_hours <= hours"),
        (["--members", "0"], "expected at least 1 member, got 0"),
    ],
)
def test_forecasts_that_make_no_sense(
    command, model_file: Path, observations: Path, flags: list[str], part: str
):
    outcome = command("condition", model_file, "--observations", observations, *flags)
    assert_refused(outcome, part)


@pytest.mark.parametrize(
    ("flags", "part"),
    [
        (["--tracks", "0"], "at least 1 track"),
        (["--days", "0"], "expected 0 < step_hours <= 24 days"),
        (["--step-hours", "0"], "expected 0 < step_hours <= 24 days"),
    ],
)
def test_samples_that_make_no_sense(command, model_file: Path, flags: list[str], part: str):
    assert_refused(command("sample", model_file, *flags), part)


@pytest.mark.parametrize(
    ("flags", "part"),
    [
        (["--tasks", "1"], "expected at least 2 storms, for a standard error, got 1"),
        (["--tasks", "0"], "expected at least 2 storms"),
        (["--members", "1"], "at least 2 members, got 1"),
        (["--steps", "1"], "expected at least 2 steps, got n_steps=1"),
    ],
)
def test_evaluations_that_make_no_sense(
    command, model_file: Path, tracks_file: Path, flags: list[str], part: str
):
    assert_refused(command("evaluate", model_file, "--data", tracks_file, *flags), part)


@pytest.mark.parametrize("word", ["evaluate", "plot"])
def test_data_that_are_not_there(command, model_file: Path, word: str):
    assert_refused(command(word, model_file, "--data", "nope.csv"), "nope.csv: expected a file of")


def test_nothing_to_draw(command, model_file: Path, tmp_path: Path):
    save_tracks(track_on_the_equator(20, season=2010), tmp_path / "old.csv")
    outcome = command("plot", model_file, "--data", tmp_path / "old.csv")
    assert_refused(outcome, "expected storms of the test seasons, from 2019 on, to draw, got none")


@pytest.mark.parametrize(
    ("flags", "part"),
    [
        (["--data", "nope.csv"], "nope.csv: expected a file of tracks"),
        (["--storms", "1"], "expected at least 2 storms"),
        (["--members", "0"], "at least 2 members"),
        (["--width", "50"], "expected a width that is a multiple of n_heads, got width=50"),
        (["--steps", "0"], "expected n_steps > 0, got 0"),
        (["--batch-size", "0"], "expected batch_size > 0, got 0"),
        (["--learning-rate", "-1"], "expected learning_rate > 0, got -1"),
        (["--max-minutes", "0"], "expected max_minutes > 0"),
        (["--checkpoint-every", "0"], "expected checkpoint_every > 0"),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, list) else "",
)
def test_runs_that_make_no_sense(command, tracks_file: Path, flags: list[str], part: str):
    # Few steps, should it begin.
    few = "--steps", 1, "--no-figures"
    outcome = command("fit", "cyclones", "--data", tracks_file, *few, *flags)
    assert_refused(outcome, part)


def test_no_season_to_train_on(command, tmp_path: Path):
    save_tracks(track_on_the_equator(20, season=2020), tmp_path / "new.csv")
    outcome = command("fit", "cyclones", "--data", tmp_path / "new.csv")
    assert_refused(outcome, "expected storms of the seasons to 2015 to train on, got none")


def test_a_folder_that_cannot_be_written(command, tracks_file: Path, tmp_path: Path):
    (tmp_path / "file").write_text("not a folder")
    outcome = command("fit", "cyclones", "--data", tracks_file, "--out", tmp_path / "file")
    assert_refused(outcome, str(tmp_path / "file"))


def test_an_interrupt(command, monkeypatch: pytest.MonkeyPatch):
    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("geomndp.cli.sample.load_model", interrupt)
    outcome = command("sample", "cyclones")
    assert (outcome.code, outcome.error) == (130, "interrupted\n")


def test_an_error_of_ours_is_not_hidden(monkeypatch: pytest.MonkeyPatch):
    def fail(_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("geomndp.cli.sample.load_model", fail)
    with pytest.raises(RuntimeError, match="a bug"):
        main(["sample", "cyclones"])
