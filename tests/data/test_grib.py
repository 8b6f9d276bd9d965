"""Winds in GRIB, in files that eccodes writes and cfgrib reads."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from grib_by_hand import LATITUDE, LONGITUDE, wind_fields, write_grib
from winds_by_hand import HOUR, TIME, assert_true, gridded

import geomndp as gn
from geomndp.cli.wind_files import WindFiles
from geomndp.data import WindFileError, load_winds

TOLERANCE = 2e-5  # of numbers packed in 24 bits
AT_10_M = {"typeOfLevel": "heightAboveGround", "level": 10}


def upper_air(level: int = 850) -> list[dict[str, Any]]:
    """Other winds, on a level of pressure."""
    fields = wind_fields(names="uv", typeOfLevel="isobaricInhPa", level=level)
    return [field | {"values": 2.0 * field["values"]} for field in fields]


def temperature() -> list[dict[str, Any]]:
    return [f | {"shortName": "2t", "values": 0 * f["values"] + 280.0} for f in wind_fields()[::2]]


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """Temperature at 2 m, with which winds at 10 m are no dataset, and winds above."""
    return write_grib(tmp_path / "mixed.grib", temperature() + wind_fields() + upper_air())


@pytest.mark.parametrize("step", [0, 6], ids=["analysis", "forecast"])
@pytest.mark.parametrize("members", [(), (1, 2, 5)], ids=["one", "ensemble"])
@pytest.mark.parametrize("chunks", [None, {}], ids=["at-once", "dask"])
def test_winds_are_read(step: int, members: tuple, chunks: Any, tmp_path: Path):
    """Their times are those for which they are, whenever they were forecast."""
    path = write_grib(tmp_path / "a.grib", wind_fields((6, 0, 12), members, step))
    winds = load_winds(path, chunks=chunks)
    assert winds.times.tolist() == (TIME + np.array([0, 6, 12]) * HOUR).tolist()
    assert winds.dataset["latitude"].to_numpy().tolist() == LATITUDE[::-1].tolist()
    expected = sorted(LONGITUDE - 360.0 * (LONGITUDE > 180.0))
    assert winds.dataset["longitude"].to_numpy().tolist() == expected
    assert winds.n_members == max(len(members), 1)
    if members:
        assert winds.dataset["member"].to_numpy().tolist() == list(members)
    assert (winds.dataset["eastward_wind"].chunks is None) == (chunks is None)
    assert_true(winds, atol=TOLERANCE)
    assert list(tmp_path.iterdir()) == [path]  # no index beside


def test_members_keep_apart(tmp_path: Path):
    fields = wind_fields(members=(1, 2))
    fields = [field | {"values": field["number"] * field["values"]} for field in fields]
    wind = load_winds(write_grib(tmp_path / "a.grib", fields)).wind()
    np.testing.assert_allclose(wind[2:], 2.0 * wind[:2], atol=4 * TOLERANCE)


@pytest.mark.parametrize("keys", [AT_10_M, {"level": 10}, {"shortName": ["10u", "10v"]}], ids=str)
def test_some_of_the_fields_of_a_file(mixed: Path, keys: dict[str, Any]):
    assert_true(load_winds(mixed, filter_by_keys=keys), atol=TOLERANCE)


def test_winds_above_by_their_level(mixed: Path):
    at_10_m = load_winds(mixed, filter_by_keys=AT_10_M).wind()
    above = load_winds(mixed, filter_by_keys={"typeOfLevel": "isobaricInhPa"}).wind()
    np.testing.assert_allclose(above, 2.0 * at_10_m, atol=4 * TOLERANCE)


def test_fields_that_do_not_fit_are_refused_and_not_left_out(mixed: Path):
    """Without those at 10 m the winds above would be taken for them."""
    with pytest.raises(WindFileError, match="fit in one dataset") as refused:
        load_winds(mixed)
    message = str(refused.value)
    assert message.startswith(str(mixed))
    assert "heightAboveGround" in message
    assert "by filter_by_keys, for example {'typeOfLevel'" in message


def test_fields_at_several_heights_of_one_kind_are_refused(tmp_path: Path):
    surface = wind_fields(names="uv", typeOfLevel="surface", level=0)
    path = write_grib(tmp_path / "a.grib", surface + upper_air())
    with pytest.raises(WindFileError, match="by filter_by_keys"):
        load_winds(path)
    winds = load_winds(path, filter_by_keys={"typeOfLevel": "surface"})
    assert_true(winds, atol=TOLERANCE)


def test_keys_that_no_field_has(mixed: Path):
    with pytest.raises(WindFileError, match=r"expected fields with \{'level': 11\}, got none"):
        load_winds(mixed, filter_by_keys={"level": 11})


def test_keys_are_of_grib_alone(tmp_path: Path):
    gridded().to_netcdf(tmp_path / "a.nc", engine="h5netcdf")
    with pytest.raises(WindFileError, match=r"a.nc: expected a GRIB file, for filter_by_keys="):
        load_winds(tmp_path / "a.nc", filter_by_keys=AT_10_M)
    with pytest.raises(WindFileError, match="dataset: expected a GRIB file, for filter_by_keys"):
        load_winds(gridded(), filter_by_keys=AT_10_M)


def test_the_command_line_takes_keys(mixed: Path):
    files = WindFiles(keys=("typeOfLevel=heightAboveGround", "level=10"))
    assert_true(files.load(str(mixed)), atol=TOLERANCE)
    with pytest.raises(ValueError, match="expected keys with values, .* got 'level'"):
        WindFiles(keys=("level",)).load(str(mixed))


def test_places_are_those_of_any_field(mixed: Path):
    grid = gn.data.load_wind_places(mixed)
    assert len(grid.places[0]) == len(LATITUDE) * len(LONGITUDE)
    assert grid.times.tolist() == [TIME.astype("int64")]


@pytest.mark.parametrize("kept", [0.3, 0.99])
def test_a_file_cut_short(tmp_path: Path, kept: float):
    path = write_grib(tmp_path / "a.grib", wind_fields())
    content = path.read_bytes()
    path.write_bytes(content[: int(kept * len(content))])
    with pytest.raises(WindFileError, match="damaged or cut short"):
        load_winds(path)


def test_projections_are_known_after_a_file_was_read(tmp_path: Path):
    """In a process of its own, which ends in good order."""
    path = write_grib(tmp_path / "a.grib", wind_fields())
    program = (
        "import sys, numpy as np, geomndp as gn; gn.data.load_winds(sys.argv[1]);"
        "print(gn.data.MapProjection('EPSG:3035').locations(np.array([52.0]), np.array([10.0])))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, path], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("[[4321")  # the false easting of this projection's centre, in km
