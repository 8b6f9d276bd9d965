"""How the commands read winds: by other names and units, from addresses, and in pieces."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from jax import tree
from tiny_winds import BRIEFLY, fit_tiny, save_region

import geomndp as gn
from geomndp.cli import main
from geomndp.cli.wind_files import WindFiles, key_and_value

IN_KNOTS = "--names", "a", "b", "--units", "knots", "--lazy"
SMALL = "--points", 8, "--given", 3, "--tasks", 2, "--members", 3
PNG = b"\x89PNG\r\n\x1a\n"
Scores = dict[str, dict[str, dict[str, Any]]]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_region(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def in_knots(data: Path) -> xr.Dataset:
    """The same winds in knots, under names that say nothing and without a unit."""
    with xr.open_dataset(data, engine="h5netcdf") as winds:
        return (winds / (1852 / 3600)).drop_attrs().rename(u10="a", v10="b").load()


@pytest.fixture(scope="module", params=["zarr", "netcdf"])
def elsewhere(
    in_knots: xr.Dataset, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> str:
    """The address of a Zarr store with them, or the path of a file that holds them in one piece."""
    folder = tmp_path_factory.mktemp("knots")
    if request.param == "netcdf":
        in_knots.to_netcdf(folder / "a.nc", engine="h5netcdf")
        return str(folder / "a.nc")
    in_knots.chunk(time=5).to_zarr(folder / "a.zarr", consolidated=False)
    return f"file://{folder / 'a.zarr'}"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, data: Path) -> Path:
    return fit_tiny(data, tmp_path_factory.mktemp("runs") / "tiny", "--group", "none")


@pytest.fixture(scope="module")
def scores(run: Path, data: Path, tmp_path_factory: pytest.TempPathFactory) -> Scores:
    """Those on the winds as they are."""
    return scores_of(run, str(data), tmp_path_factory.mktemp("scores"))


def scores_of(run: Path, data: str, out: Path, *words: str) -> Scores:
    command = "evaluate", run, "--data", data, "--elsewhere", data, *words, *SMALL, "--out", out
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("geomndp.experiments.wind_processes._ON_A_MAP", BRIEFLY)
        assert main([str(word) for word in command]) == 0
    return json.loads((out / "metrics.json").read_text())["scores"]


def test_training_is_the_same(run: Path, elsewhere: str, tmp_path: Path):
    again = fit_tiny(elsewhere, tmp_path / "again", "--group", "none", *IN_KNOTS)
    parameters = [gn.load(each / "model.geomndp").params for each in (run, again)]
    tree.map(lambda *both: np.testing.assert_allclose(*both, rtol=1e-5, atol=1e-7), *parameters)
    config = json.loads((again / "config.json").read_text())
    told = {"data": elsewhere, "names": ["a", "b"], "units": "knots", "lazy": True}
    assert told.items() <= config.items()


def test_scores_and_pictures(command, run: Path, scores: Scores, elsewhere: str, tmp_path: Path):
    assert set(scores) == {"held-out times", "held-out region"}
    found = scores_of(run, elsewhere, tmp_path, *IN_KNOTS)
    for part, predictors in scores.items():
        for name, figures in predictors.items():
            expected = figures["energy_score"]["mean"]
            assert found[part][name]["energy_score"]["mean"] == pytest.approx(expected, 1e-4)
    outcome = command("plot", run, "--data", elsewhere, *IN_KNOTS, "--out", tmp_path)
    assert outcome.code == 0, outcome.error
    assert (tmp_path / "figures" / "fields.png").read_bytes().startswith(PNG)


def test_a_grid_at_an_address(command, run: Path, elsewhere: str, tmp_path: Path):
    (tmp_path / "stations.csv").write_text("lat,lon,u,v\n21.5,86.5,1,2\n")
    words = "--observations", "stations.csv", "--at", elsewhere, "--members", 2, "--every", 3
    outcome = command("condition", run, *words)
    assert outcome.code == 0, outcome.error
    assert gn.data.load_winds("posterior.nc").n_members == 2


def test_nothing_is_read_that_is_not_wanted(command, in_knots: xr.Dataset, tmp_path: Path):
    """A run without scores reads none of the test part, which here has numbers of no winds."""
    winds = gn.data.load_winds(in_knots, names=("a", "b"), units="knots")
    never = gn.experiments.split_winds(winds).test.times
    path = tmp_path / "a.nc"
    in_knots.where(~in_knots.time.isin(never), 9e9).to_netcdf(path, engine="h5netcdf")
    *how, lazy = IN_KNOTS
    fit_tiny(path, tmp_path / "lazy", "--group", "none", *how, lazy)
    outcome = command("fit", "winds", "--data", path, *how, "--out", tmp_path / "at-once")
    assert outcome.code == 1
    assert "expected winds below 200 m/s" in outcome.lines[-1]


@pytest.mark.parametrize("lazy", [True, False])
def test_lazy_winds_are_of_dask(elsewhere: str, lazy: bool):
    winds = WindFiles(("a", "b"), "knots", lazy).load(elsewhere)
    assert (winds.dataset["eastward_wind"].chunks is not None) == lazy


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ((), "expected eastward and northward wind, by a usual name"),
        (("--names", "a", "c", "--units", "knots"), "wind as a and c, as was asked for, got the"),
        (("--names", "c", "d"), "wind as c and d, as was asked for, got the variables a, b"),
        (("--names", "a", "b"), "expected a unit of a"),
        (("--names", "a", "b", "--units", "furlongs"), "expected a unit of a"),
        (("--names", "a", "b", "--units", "knots", "--with", "msl"), "expected msl beside"),
    ],
)
@pytest.mark.parametrize("lazy", ["--lazy", "--no-lazy"])
def test_what_makes_no_sense(command, elsewhere: str, words: tuple, part: str, lazy: str):
    outcome = command("fit", "winds", "--data", elsewhere, *words, lazy)
    assert outcome.code == 1
    assert part in outcome.lines[-1]
    assert elsewhere in outcome.lines[-1]


@pytest.mark.parametrize("word", ["evaluate", "plot"])
def test_a_unit_that_is_not_that_of_the_file(command, run: Path, data: Path, word: str):
    outcome = command(word, run, "--data", data, "--units", "knots")
    assert outcome.code == 1
    assert "expected knots, as units= says, got u10 in m s-1" in outcome.lines[-1]


@pytest.mark.parametrize("flag", ["--data", "--elsewhere"])
def test_an_address_that_is_not_there_is_told_as_it_was_written(command, run: Path, flag: str):
    outcome = command("evaluate", run, "--data", "memory://a/b.zarr", flag, "memory://a/b.zarr")
    assert outcome.code == 1
    assert "memory://a/b.zarr: expected a file of winds" in outcome.lines[-1]


def test_numbers_among_keys_are_whole_but_for_ranges():
    assert key_and_value("level=10") == ("level", 10)
    assert key_and_value("stepRange=6") == ("stepRange", "6")
    assert key_and_value("typeOfLevel=surface") == ("typeOfLevel", "surface")
