"""The commands on a model of winds with a pressure beside, after one run that they share."""

import json
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from mixed_winds import save_geostrophic
from tiny_winds import BRIEFLY, fit_tiny


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_geostrophic(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, data: Path) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "tiny"
    return fit_tiny(data, folder, "--group", "none", "--with", "msl")


def condition(command, run: Path, data: Path, tmp_path: Path, *rows: str):
    stations, out = tmp_path / "stations.csv", tmp_path / "posterior.nc"
    stations.write_text("\n".join(rows) + "\n")
    words = "--observations", stations, "--at", data, "--members", 3, "--every", 2, "--out", out
    return command("condition", run, *words), out


def test_what_stands_beside_is_written_down(run: Path):
    assert json.loads((run / "config.json").read_text())["with"] == ["msl"]


@pytest.mark.parametrize(
    "rows",
    [
        ("lat,lon,u,v,msl", "50,8,3,4,101400", "51,9,,,101200", "52,10,1,2,"),
        ("lat,lon,u,v", "50,8,3,4"),
        ("lat,lon,air_pressure_at_mean_sea_level", "50,8,101400"),
    ],
    ids=["either", "winds", "pressures"],
)
def test_condition(command, run: Path, data: Path, tmp_path: Path, rows: tuple[str, ...]):
    outcome, out = condition(command, run, data, tmp_path, *rows)
    assert outcome.code == 0, outcome.error
    with xr.open_dataset(out, engine="h5netcdf") as told:
        assert told.msl.units == "Pa"
        assert told.msl.standard_name == "air_pressure_at_mean_sea_level"
        assert dict(told.msl.sizes) == {"member": 3, "time": 1, "latitude": 3, "longitude": 3}
        assert abs(float(told.msl.mean()) - 101300.0) < 3000.0
        assert told.observed_msl.dims == ("observation",)
        assert np.isfinite(told.eastward_wind).all()
    assert out.with_suffix(".png").exists()


def test_stations_in_another_unit(command, run: Path, data: Path, tmp_path: Path):
    outcome, _ = condition(command, run, data, tmp_path, "lat,lon,msl", "50,8,1014")
    assert outcome.code == 1
    assert "is it of another unit?" in outcome.lines[-1]


def test_evaluate(command, run: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("geomndp.experiments.wind_processes._ON_A_MAP", BRIEFLY)
    words = "--data", data, "--points", 8, "--given", 3, "--tasks", 2, "--members", 3
    outcome = command("evaluate", run, *words, "--out", tmp_path)
    assert outcome.code == 0, outcome.error
    assert "told beside the winds: msl" in " ".join(outcome.error.split())
    report = json.loads((tmp_path / "metrics.json").read_text())
    assert report["units"] == {"msl": "Pa"}
    assert set(report["scores"]) == {"held-out times", "held-out times, given msl alone"}
    for scores in report["scores"].values():
        assert tuple(scores) == ("tiny, amortised", "independent GP", "coupled GP", "nearest wind")
        assert scores["tiny, amortised"]["crps_msl"]["n"] == 2
        assert "crps_msl" in scores["tiny, amortised"]["difference_from_coupled GP"]
        assert "coverage_90_msl" in scores["coupled GP"]


def test_plot(command, run: Path, data: Path, tmp_path: Path):
    outcome = command("plot", run, "--data", data, "--out", tmp_path)
    assert outcome.code == 0, outcome.error
    assert (tmp_path / "figures" / "fields.png").exists()


def test_refusals(command, run: Path, data: Path, tmp_path: Path):
    outcome = command("sample", run)
    assert "expected a model of winds alone, got one that tells msl" in " ".join(outcome.lines)
    fit = "fit", "winds", "--data", data, "--out", tmp_path / "new"
    outcome = command(*fit, "--with", "t2m")
    assert "expected t2m beside the winds" in " ".join(outcome.lines)
    outcome = command(*fit, "--with", "msl", "--globe")
    assert "expected winds alone on the globe, got msl" in " ".join(outcome.lines)
    alone = tmp_path / "alone.nc"
    with xr.open_dataset(data, engine="h5netcdf") as both:
        both.drop_vars("msl").to_netcdf(alone, engine="h5netcdf")
    outcome = command("evaluate", run, "--data", alone)
    assert "expected msl beside the winds" in " ".join(outcome.lines)
    outcome = command("evaluate", run, "--data", data, "--spectra", "--points", 8, "--given", 3)
    assert "expected models of winds alone, for spectra" in " ".join(outcome.lines)
