"""The commands on models of winds of the globe, after one run that they share."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from tiny_winds import BRIEFLY

import geomndp as gn
from geomndp.cli import main

TINY = ("--width", 8, "--n-layers", 1, "--points", 6, "--n-context", 3, "--steps", 2,
        "--batch-size", 2, "--fields", 0, "--no-figures", "--no-gaussian-process")  # fmt: skip


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Winds of a globe that turns: to the east everywhere, from pole to pole."""
    path = tmp_path_factory.mktemp("data") / "gfs.nc"
    latitude, longitude = np.linspace(-90, 90, 7), np.arange(0.0, 360.0, 60.0)
    east = np.broadcast_to(10 * np.cos(np.deg2rad(latitude))[:, None], (24, 7, 6))
    axes = ("time", "latitude", "longitude")
    time = np.datetime64("2024-02-28T00", "ns") + np.arange(24) * np.timedelta64(3600 * 10**9, "ns")
    xr.Dataset(
        {"u10": (axes, east, {"units": "m s-1"}), "v10": (axes, 0 * east, {"units": "m s-1"})},
        {"time": time, "latitude": latitude, "longitude": longitude},
    ).to_netcdf(path, engine="h5netcdf")
    return path


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, data: Path) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "tiny"
    words = "fit", "winds", "--data", data, "--globe", "--group", "O3", *TINY, "--out", folder
    assert main([str(word) for word in words]) == 0
    return folder


def test_a_run_on_the_globe(run: Path):
    model: Any = gn.load(run / "model.geomndp").model
    assert model.network.field_type.group == gn.groups.O(3)
    # Half of the mean over the sphere of the squared speed, 100 (1 - z²), is 33.
    assert 20.0 < model.parametrisation.data_variance < 45.0


def test_winds_are_told_from_pole_to_pole(command, run: Path, data: Path, tmp_path: Path):
    stations, out = tmp_path / "stations.csv", tmp_path / "posterior.nc"
    stations.write_text("lat,lon,u,v\n0.5,179.9,10,0\n0.5,-179.9,10,0\n90,30,3,4\n-89,0,1,1\n")
    words = "--observations", stations, "--at", data, "--members", 3, "--out", out
    outcome = command("condition", run, *words)
    assert outcome.code == 0, outcome.error
    assert "up to 3 winds in training, and is given 4 here" in " ".join(outcome.error.split())
    drawn = out.with_suffix(".png").read_bytes()
    outcome = command("plot", out, "--members", 2)
    assert outcome.code == 0, outcome.error
    assert out.with_suffix(".png").read_bytes() == drawn  # on the globe too
    assert out.with_name("posterior-members.png").stat().st_size > 10_000
    with xr.open_dataset(out, engine="h5netcdf") as posterior:
        u, v = (posterior[name].values[:, 0] for name in ("eastward_wind", "northward_wind"))
        longitude = posterior.longitude.values
    assert u.shape == (3, 7, 6)
    # At a pole there is one wind, whose components turn with the meridian.
    for row, sign in ((0, -1), (-1, 1)):
        turned = (u[:, row] + 1j * v[:, row]) * np.exp(sign * 1j * np.deg2rad(longitude))
        np.testing.assert_allclose(turned, turned[:, :1] * np.ones(6), atol=1e-3)


def test_winds_are_drawn(command, run: Path, data: Path, tmp_path: Path):
    outcome = command("sample", run, "--fields", 2, "--points", 5, "--out", tmp_path)
    assert outcome.code == 0, outcome.error
    table = np.genfromtxt(tmp_path / "samples.csv", delimiter=",", names=True)
    assert table["member"].tolist() == [0] * 5 + [1] * 5
    np.testing.assert_allclose(np.sin(np.deg2rad(table["latitude"][:5])), [0.8, 0.4, 0, -0.4, -0.8],
                               atol=1e-6)  # fmt: skip
    outcome = command("plot", run, "--data", data, "--out", tmp_path)
    assert outcome.code == 0, outcome.error
    for picture in ("samples.png", "figures/fields.png"):
        assert (tmp_path / picture).stat().st_size > 10_000


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("fit", "winds", "--data", "x.nc", "--globe", "--group", "SE2"), "leave --globe out"),
        (("fit", "winds", "--data", "x.nc", "--group", "O3"), "winds of the globe need --globe"),
        (("condition", "RUN", "--observations", "x.csv"), "expected --at, a file"),
        (("evaluate", "RUN"), "expected --data, a file of winds"),
        (("sample", "RUN", "--fields", 0), "expected at least 1 field, got 0"),
        (("plot", "RUN"), "expected --data, a file of winds to draw"),
    ],
)
def test_what_does_not_go_together(command, run: Path, words: tuple, part: str):
    outcome = command(*(run if word == "RUN" else word for word in words))
    assert outcome.code == 1
    assert part in outcome.lines[-1]


@pytest.mark.parametrize(("words", "group"), [((), "SE2"), (("--globe",), "mirror")])
def test_the_usual_group(
    command, data: Path, tmp_path: Path, monkeypatch, words: tuple, group: str
):
    def stop(*_, group: str, **__):
        raise ValueError(f"the group is {group}")

    monkeypatch.setattr("geomndp.cli.fit_winds.fit_winds", stop)
    outcome = command("fit", "winds", "--data", data, *words, "--out", tmp_path / "run")
    assert outcome.lines[-1].endswith(f"the group is {group}")


@pytest.fixture(scope="module")
def from_a_process(tmp_path_factory: pytest.TempPathFactory, data: Path) -> Path:
    """A run that begins from a Gaussian process, as runs do where nothing else is asked for."""
    folder = tmp_path_factory.mktemp("runs") / "residual"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("geomndp.experiments.wind_processes._ON_THE_GLOBE", BRIEFLY)
        words = ("fit", "winds", "--data", data, "--globe", *TINY[:-1], "--out", folder)
        assert main([str(word) for word in words]) == 0
    return folder


@pytest.mark.slow
def test_a_run_from_a_process_is_scored_and_has_spectra(
    command, from_a_process: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("geomndp.experiments.wind_processes._ON_THE_GLOBE", BRIEFLY)
    monkeypatch.setattr("geomndp.experiments.spectra_of_winds._N_LATITUDES", 6)
    residual = gn.load(from_a_process / "model.geomndp").model.parametrisation
    assert isinstance(residual, gn.parametrisations.GaussianResidual)
    words = "--data", data, "--points", 8, "--given", 3, "--tasks", 2, "--members", 3
    outcome = command("evaluate", from_a_process, *words, "--spectra", "--out", tmp_path)
    assert outcome.code == 0, outcome.error
    report = json.loads((tmp_path / "metrics.json").read_text())
    scores = report["scores"]["held-out times"]
    assert set(scores) == {"residual, amortised", "Hodge GP", "nearest wind"}
    assert set(report["spectra"]) == {"data", "residual", "Hodge GP", "units"}
    assert report["spectra"]["units"]["spectra"] == "s-2"
    # Air that turns with the globe has the vorticity 2 v / r times the sine of the latitude.
    data_spectra = report["spectra"]["data"]
    assert data_spectra["wavenumber"] == [1.0, 2.0, 3.0]
    expected = (2 * 10 / 6371.0088e3) ** 2 / 3
    assert data_spectra["vorticity"][0] == pytest.approx(expected, rel=0.1)
    assert max(data_spectra["divergence"]) < 1e-3 * expected
    for name in ("errors_by_place", "spectra"):
        assert (tmp_path / "figures" / f"{name}.png").stat().st_size > 10_000
