"""Fixtures of the tests of the command line."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from tiny_models import tiny_process
from tracks_by_hand import track_on_the_equator

from geomndp.cli import main
from geomndp.data import save_tracks
from geomndp.experiments import cyclone_model


@pytest.fixture(scope="package", autouse=True)
def _compile_once(compile_once: None) -> None:
    """Runs that are the same compile once."""


class Outcome(NamedTuple):
    """What a command left in the terminal."""

    code: int
    error: str

    @property
    def lines(self) -> list[str]:
        return self.error.splitlines()


@pytest.fixture(scope="session")
def tracks_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Storms to train on and, of the last three seasons, to score."""
    path = tmp_path_factory.mktemp("data") / "tracks.csv"
    seasons = *range(2009, 2016), *range(2019, 2022)
    tracks = [track_on_the_equator(16, id=f"S{season}", season=season) for season in seasons]
    save_tracks(tracks, path)
    return path


@pytest.fixture(scope="session")
def model_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small model of cyclones with random parameters."""
    path = tmp_path_factory.mktemp("model") / "small.geomndp"
    tiny_process(cyclone_model(width=8, n_layers=1)).save(path)
    return path


@pytest.fixture
def observations(tmp_path: Path) -> Path:
    """The least that a forecast needs."""
    path = tmp_path / "dorian.csv"
    path.write_text(
        "time,latitude,longitude\n"
        "2019-08-28 00:00,16.7,-64.1\n"
        "2019-08-28 06:00,17.3,-64.6\n"
        "2019-08-28 12:00,17.8,-65.0\n"
    )
    return path


@pytest.fixture
def command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Outcome]:
    """Runs a command in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*words: object) -> Outcome:
        capsys.readouterr()
        code = main([str(word) for word in words])
        return Outcome(code, capsys.readouterr().err)

    return run
