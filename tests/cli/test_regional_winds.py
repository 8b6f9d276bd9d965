"""The commands on models of winds, after one run that they share."""

import json
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from tiny_winds import BRIEFLY, fit_tiny, save_region

import geomndp as gn
from geomndp.cli.draw_told_winds import draw_each_time

PNG = b"\x89PNG\r\n\x1a\n"
SMALL = ("--tasks", 2, "--members", 3)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_region(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, data: Path) -> Path:
    return fit_tiny(data, tmp_path_factory.mktemp("runs") / "tiny", "--group", "none")


@pytest.fixture
def stations(tmp_path: Path) -> Path:
    path = tmp_path / "stations.csv"
    path.write_text(
        "station,lat,lon,speed,direction,time\nA,21.5,86.5,10,270,2024-02-28T06:00\n"
        "B,23,88,0,,2024-02-28T06:30\n"
    )
    return path


def test_fit(run: Path, data: Path):
    config = json.loads((run / "config.json").read_text())
    assert {"experiment": "winds", "group": "none", "width": 8}.items() <= config.items()
    assert config["data"] == str(data)
    assert (run / "model.geomndp").exists()
    assert not (run / "metrics.json").exists()
    residual = gn.load(run / "model.geomndp").model.parametrisation
    assert isinstance(residual, gn.parametrisations.GaussianResidual)


def test_evaluate_elsewhere(
    command, run: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("geomndp.experiments.wind_processes._ON_A_MAP", BRIEFLY)
    monkeypatch.setattr("geomndp.experiments.spectra_of_winds._N_SIDE", 4)
    words = "--data", data, "--elsewhere", data, "--points", 8, "--given", 3, *SMALL, "--spectra"
    outcome = command("evaluate", run, *words, "--out", tmp_path)
    assert outcome.code == 0, outcome.error
    assert "3 winds given, 5 to tell" in " ".join(outcome.error.split())
    report = json.loads((tmp_path / "metrics.json").read_text())
    assert set(report["scores"]) == {"held-out times", "held-out region"}
    scores = report["scores"]["held-out times"]
    assert tuple(scores) == ("tiny, amortised", "isotropic GP", "Helmholtz GP", "nearest wind")
    assert scores["tiny, amortised"]["energy_score"]["n"] == report["n_fields"] == 2
    assert report["n_times"]["held-out region"] == 24
    assert set(report["spectra"]) == {"data", "tiny", "isotropic GP", "Helmholtz GP", "units"}
    for name in ("errors_by_place", "spectra"):
        assert (tmp_path / "figures" / f"{name}.png").read_bytes().startswith(PNG)


def test_condition(command, run: Path, data: Path, stations: Path, tmp_path: Path):
    words = "--observations", stations, "--at", data, "--units", "knots", "--members", 3
    out = tmp_path / "new" / "posterior.nc"
    outcome = command("condition", run, *words, "--every", 2, "--out", out)
    assert outcome.code == 0, outcome.error
    assert "winds in training" not in outcome.error  # they are no more than there
    with xr.open_dataset(out, engine="h5netcdf") as posterior:
        assert dict(posterior.eastward_wind.sizes) == {
            "member": 3, "time": 1, "latitude": 3, "longitude": 3,
        }  # fmt: skip
        assert posterior.time.values[0] == np.datetime64("2024-02-28T06:30")
        np.testing.assert_array_equal(posterior.latitude, [20.0, 22.0, 24.0])
        # A wind from the west blows to the east.
        np.testing.assert_allclose(posterior.observed_eastward_wind, [5.1444, 0], atol=1e-3)
        np.testing.assert_allclose(posterior.observed_northward_wind, [0, 0], atol=1e-9)
    drawn = out.with_suffix(".png").read_bytes()
    assert drawn.startswith(PNG)
    outcome = command("plot", out, "--members", 2, "--out", tmp_path)
    assert outcome.code == 0, outcome.error
    assert (tmp_path / "figures" / "posterior.png").read_bytes() == drawn
    assert (tmp_path / "figures" / "posterior-members.png").read_bytes().startswith(PNG)
    outcome = command("plot", out, "--members", 4)
    assert outcome.code == 1
    assert "expected from 1 to 3 members to draw" in outcome.lines[-1]


def test_a_fine_grid_is_told_whole(
    command, run: Path, data: Path, stations: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("geomndp.experiments.told_winds.MOST_PLACES", 9)
    words = "--observations", stations, "--at", data, "--members", 3, "--out", tmp_path / "a.nc"
    outcome = command("condition", run, *words)
    assert outcome.code == 0, outcome.error
    assert "9 are told by the model, and those between" in " ".join(outcome.error.split())
    with xr.open_dataset(tmp_path / "a.nc", engine="h5netcdf") as posterior:
        wind = posterior.eastward_wind.to_numpy()
    assert wind.shape[-2:] == (5, 5)
    assert np.isfinite(wind).all()


def test_a_file_of_winds_that_are_no_ensemble(command, data: Path):
    outcome = command("plot", data)
    assert outcome.code == 1
    assert "expected at least 2 members, for a spread, got 1" in outcome.lines[-1]


def test_a_file_without_observations(command, tmp_path: Path):
    axes = ["2024-01-01T00", "2024-01-01T06"], [50.0, 51.0, 52.0], [8.0, 9.0]
    wind = np.random.default_rng(0).normal(size=(3, 2, 3, 2, 2))
    gn.data.save_winds(gn.data.wind_ensemble(wind, *axes), tmp_path / "a.zarr")
    outcome = command("plot", "a.zarr", "--lazy", "--members", 3)
    assert outcome.code == 0, outcome.error
    pictures = {path.name for path in tmp_path.glob("*.png")}
    hours = "2024-01-01T0000", "2024-01-01T0600"
    assert pictures == {f"{stem}-{hour}.png" for stem in ("a", "a-members") for hour in hours}


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("--units", "furlongs"), "expected a unit of speed"),
        (("--time", "2024-02-29T00"), "expected an observation between"),
        (("--members", 1), "expected members >= 2"),
    ],
)
def test_stations_that_make_no_sense(
    command, run: Path, data: Path, stations: Path, words: tuple, part: str
):
    outcome = command("condition", run, "--observations", stations, "--at", data, *words)
    assert outcome.code == 1
    assert part in outcome.lines[-1]


def test_stations_of_several_times(command, run: Path, data: Path, stations: Path):
    stations.write_text(stations.read_text().replace("06:30", "18:30"))
    outcome = command("condition", run, "--observations", stations, "--at", data)
    assert outcome.code == 1
    assert "choose those of one hour by --time" in outcome.lines[-1]


def test_a_grid_without_winds_or_time(command, run: Path, stations: Path, tmp_path: Path):
    grid = tmp_path / "grid.nc"
    xr.Dataset(coords={"lat": [20.0, 22.0], "lon": [85.0, 87.0]}).to_netcdf(grid, engine="h5netcdf")
    stations.write_text("lat,lon,u,v\n21.5,86.5,1,2\n")
    outcome = command("condition", run, "--observations", stations, "--at", grid)
    assert outcome.code == 1
    assert "expected a time, got none; give the time" in outcome.lines[-1]


def test_the_stations_that_are_drawn_are_of_the_time(tmp_path: Path):
    """Also where one time of several of a model in time is told."""
    times = np.datetime64("2024-01-01T00") + np.arange(3) * np.timedelta64(3, "h")
    seen = gn.data.WindObservations([50.2] * 3, [8.1, 8.2, 8.3], np.ones((3, 2)), time=times)
    told = gn.data.wind_ensemble(np.ones((3, 1, 2, 2, 2)), times[1:2], [50.0, 51.0], [8.0, 9.0])
    drawn = []

    class Figure:
        def savefig(self, path: Path, **_: object) -> None:
            path.write_bytes(PNG)

    def draw(_: gn.data.Winds, beside: gn.data.WindObservations | None) -> Figure:
        drawn.append(beside)
        return Figure()

    (picture,) = draw_each_time(told, seen, tmp_path / "a.nc", draw)
    assert picture == tmp_path / "a.png"
    assert [each.longitude.tolist() for each in drawn] == [[8.2]]
