"""The commands on models of winds in space and time, after one run that they share."""

import json
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from tiny_winds import BRIEFLY, fit_tiny, save_region

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_region(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, data: Path) -> Path:
    return fit_tiny(
        data, tmp_path_factory.mktemp("runs") / "tiny", "--group", "SE2xT", "--hours", 3
    )


@pytest.fixture
def stations(tmp_path: Path) -> Path:
    path = tmp_path / "stations.csv"
    path.write_text(
        "station,lat,lon,u,v,time\nA,21.5,86.5,10,2,2024-02-28T04:00\n"
        "B,23,88,0,1,2024-02-28T06:00\nC,22,87,1,0,2024-02-28T06:00\n"
    )
    return path


def test_fit(run: Path):
    config = json.loads((run / "config.json").read_text())
    assert {"group": "SE2xT", "hours": 3.0}.items() <= config.items()


def test_condition_at_several_times(command, run: Path, data: Path, stations: Path, tmp_path: Path):
    out = tmp_path / "posterior.nc"
    words = "--observations", stations, "--at", data, "--members", 3, "--every", 2, "--out", out
    outcome = command("condition", run, *words, "--time", "2024-02-28T06", "2024-02-28T09")
    assert outcome.code == 0, outcome.error
    with xr.open_dataset(out, engine="h5netcdf") as posterior:
        assert posterior.eastward_wind.dims == ("member", "time", "latitude", "longitude")
        assert posterior.eastward_wind.shape == (3, 2, 3, 3)
        hours = posterior.time.values.astype("datetime64[h]").astype(str)
        assert hours.tolist() == ["2024-02-28T06", "2024-02-28T09"]
        assert posterior.observation_time.size == 3  # of all times
    for hour in ("0600", "0900"):
        picture = tmp_path / f"posterior-2024-02-28T{hour}.png"
        assert picture.read_bytes().startswith(PNG)


def test_condition_at_the_last_time_of_the_stations(
    command, run: Path, data: Path, stations: Path, tmp_path: Path
):
    out = tmp_path / "posterior.nc"
    words = "--observations", stations, "--at", data, "--members", 2, "--every", 4, "--out", out
    outcome = command("condition", run, *words)
    assert outcome.code == 0, outcome.error
    with xr.open_dataset(out, engine="h5netcdf") as posterior:
        assert posterior.time.values.tolist() == [np.datetime64("2024-02-28T06", "ns").astype(int)]
    assert out.with_suffix(".png").exists()


@pytest.mark.slow
def test_evaluate_with_spectra(
    command, run: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("geomndp.experiments.wind_processes._ON_A_MAP", BRIEFLY)
    monkeypatch.setattr("geomndp.experiments.spectra_of_winds._N_SIDE", 4)
    words = "--data", data, "--hours", 3, "--points", 8, "--given", 3, "--tasks", 2
    outcome = command("evaluate", run, *words, "--members", 3, "--spectra", "--out", tmp_path)
    assert outcome.code == 0, outcome.error
    assert "in windows of 3 hours" in " ".join(outcome.error.split())
    report = json.loads((tmp_path / "metrics.json").read_text())
    assert set(report["scores"]) == {"held-out times", "held-out times, forecast"}
    assert "tiny, amortised" in report["scores"]["held-out times, forecast"]
    assert {"tiny", "space-time Helmholtz GP"} < set(report["spectra"])


@pytest.mark.slow
def test_pictures_and_samples(command, run: Path, data: Path, tmp_path: Path):
    outcome = command("plot", run, "--data", data, "--hours", 3, "--out", tmp_path)
    assert outcome.code == 0, outcome.error
    assert (tmp_path / "figures" / "fields.png").read_bytes().startswith(PNG)
    outcome = command("sample", run, "--fields", 1, "--points", 9, "--out", tmp_path)
    assert outcome.code == 0, outcome.error
    assert (tmp_path / "samples.csv").read_text().startswith("member,x1,x2,y1,y2")


def test_hours_without_a_group_of_time(command, data: Path, tmp_path: Path):
    words = "--data", data, "--group", "SE2", "--hours", 6, "--out", tmp_path / "run"
    outcome = command("fit", "winds", *words)
    assert outcome.code == 1
    assert "expected no --hours with the group SE2" in outcome.lines[-1]
