"""Models that the library ships, by name."""

import json
from importlib.resources import files
from pathlib import Path

import pytest
from tiny_models import tiny_process

import geomndp as gn


def test_shipped_models_load():
    names = gn.model.pretrained_names()
    assert "cyclones" in names
    for name in names:
        assert isinstance(gn.load(name), gn.TrainedProcess)


def test_a_name_that_is_not_shipped():
    with pytest.raises(
        gn.model.ModelFileError, match=r"\(.*cyclones.*\), got 'nope', which is nei"
    ):
        gn.load("nope")


def test_a_folder_is_no_model(tmp_path: Path):
    with pytest.raises(gn.model.ModelFileError, match="expected a model file or the name of"):
        gn.load(tmp_path)


def test_a_shipped_model_goes_before_a_file_of_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    tiny_process().save("cyclones")
    assert gn.load("cyclones").model != tiny_process().model
    assert gn.load("./cyclones").model == tiny_process().model


def test_every_shipped_model_has_a_card():
    for name in gn.model.pretrained_names():
        card = files("geomndp") / "pretrained" / f"{name}.json"
        assert json.loads(card.read_text())["scores"]
