"""Scalars beside winds: read with their units, drawn with them, written, and missing at places."""

from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from mixed_winds import PRESSURE, geostrophic, save_geostrophic

import geomndp as gn
from geomndp.data import WindFileError, WindObservations, load_stations, load_winds

NAN = float("nan")
CHART = gn.data.AzimuthalEqualArea(51.0, 9.5)


@pytest.mark.parametrize("name", ["msl", "MSL", "air_pressure_at_mean_sea_level", PRESSURE])
def test_a_scalar_is_found_by_its_names_and_keeps_its_unit(tmp_path: Path, name: Any):
    data = geostrophic(2)
    data.to_netcdf(tmp_path / "era5.nc", engine="h5netcdf")
    winds = load_winds(tmp_path / "era5.nc", scalars=[name])
    (found,) = winds.quantities
    called = name.name if isinstance(name, gn.fields.Quantity) else name
    assert (found.name, found.units, found.standard_name) == (
        called, "Pa", "air_pressure_at_mean_sea_level",
    )  # fmt: skip
    np.testing.assert_allclose(winds.values([found])[..., 2].ravel(), data.msl.values.ravel())
    assert repr(winds).endswith(f", {called})")


def test_a_variable_of_another_name_is_found_by_the_standard_name_of_a_quantity():
    winds = load_winds(geostrophic(1).rename(msl="prmsl"), scalars=[PRESSURE])
    assert winds.quantities[0].name == "msl"


def test_winds_alone_are_as_they_were():
    data = geostrophic(2)
    alone, both = load_winds(data), load_winds(data, scalars=["msl"])
    assert alone.quantities == ()
    assert "msl" not in alone.dataset
    np.testing.assert_array_equal(alone.values(), both.wind())
    for winds in (alone, both):
        fields = winds.fields(CHART)
        assert fields.y.shape == (2, 25, 2)
        assert fields.covariates is None


def test_values_are_counted_from_the_offset_in_the_scale():
    data = geostrophic(3)
    winds = load_winds(data, scalars=["msl"])
    fields = winds.fields(CHART, [PRESSURE])
    expected = (data.msl.values.reshape(3, -1) - 101300.0) / 100.0
    np.testing.assert_allclose(fields.y[..., 2], expected, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(fields.y[..., :2], winds.fields(CHART).y)
    assert fields.covariates is not None
    assert fields.covariates.shape == (3, 25, 2)
    assert bool(jnp.all(fields.covariates == 1))


def test_points_without_the_scalar_are_padding_and_are_not_drawn():
    data = geostrophic(2)
    data.msl[0] = NAN
    data.msl[1, :, :3] = NAN
    winds = load_winds(data, scalars=["msl"])
    assert int(winds.fields(CHART).mask.sum()) == 50
    some = winds.at_times(np.array([1])).fields(CHART, [PRESSURE])
    assert int(some.mask.sum()) == 10
    sizes = {"n_points": 12, "batch_size": 4, "seed": 0}
    batch = next(gn.data.wind_batches(winds, CHART, **sizes, quantities=[PRESSURE]))
    assert batch.mask.sum(-1).tolist() == [10] * 4
    assert bool(jnp.isfinite(batch.y).all())


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (lambda data: data.drop_vars("msl"), "expected msl beside the winds, .* got the variables"),
        (lambda data: data.assign(msl=data.msl.drop_attrs()), "expected a unit of msl"),
        (lambda data: data.assign(msl=data.msl.isel(valid_time=0, drop=True)), "without time"),
        (lambda data: data.assign(msl=data.msl.astype(str)), "expected msl as numbers"),
    ],
)
def test_scalars_that_are_refused(change: Any, part: str):
    with pytest.raises(WindFileError, match=part):
        load_winds(change(geostrophic(2)), scalars=["msl"])


def test_another_unit_than_that_of_a_quantity_is_refused():
    data = geostrophic(1)
    data.msl.attrs["units"] = "hPa"
    winds = load_winds(data, scalars=["msl"])
    with pytest.raises(WindFileError, match="expected msl in Pa, .* got it in hPa"):
        winds.fields(CHART, [PRESSURE])
    with pytest.raises(WindFileError, match="expected msl beside the winds"):
        load_winds(geostrophic(1)).fields(CHART, [PRESSURE])


@pytest.mark.parametrize("suffix", [".nc", ".zarr"])
def test_written_and_read_again(tmp_path: Path, suffix: str):
    winds = load_winds(geostrophic(2), scalars=["msl"])
    seen = WindObservations(
        [50.0, 51.0], [8.0, 9.0], [[1, 2], [NAN, NAN]], quantities=[PRESSURE],
        scalars=[[NAN], [101000.0]],
    )  # fmt: skip
    path = tmp_path / f"both{suffix}"
    gn.data.save_winds(winds, path, observations=seen)
    again = load_winds(path, scalars=["air_pressure_at_mean_sea_level"])
    np.testing.assert_array_equal(again.values(again.quantities), winds.values(winds.quantities))
    assert again.quantities[0].units == "Pa"
    import xarray as xr

    with xr.open_dataset(path, engine="zarr" if suffix == ".zarr" else "h5netcdf") as data:
        np.testing.assert_array_equal(data.observed_msl, [NAN, 101000.0])
        assert data.observed_msl.units == data.msl.units == "Pa"


def test_an_ensemble_goes_back_to_the_unit():
    winds = load_winds(geostrophic(1), scalars=["msl"])
    y = winds.fields(CHART, [PRESSURE]).y
    told = gn.data.wind_ensemble_like(winds, y[:, None], CHART, winds.times, quantities=[PRESSURE])
    np.testing.assert_allclose(told.values(told.quantities), winds.values(winds.quantities))
    assert told.dataset.msl.attrs == {"units": "Pa", "standard_name": PRESSURE.standard_name}


def test_observations_of_which_either_is_missing():
    seen = WindObservations(
        [50.0, 51.0, 52.0], [8.0, 9.0, 9.5], [[1, 2], [NAN, NAN], [3, 4]], [0.5, NAN, 1.0],
        quantities=[PRESSURE], scalars=[[101400.0], [101200.0], [NAN]],
    )  # fmt: skip
    field = seen.field(CHART)
    np.testing.assert_allclose(field.y[:, 2], [1.0, -1.0, 0.0], atol=1e-9)
    assert field.covariates is not None
    assert field.covariates.tolist() == [[1, 1], [0, 1], [1, 0]]
    assert field.y[1, :2].tolist() == [0, 0]
    assert repr(seen) == "WindObservations(2 winds, with errors, 2 of msl)"
    assert len(seen[1:]) == 2
    alone = seen.of()
    assert (len(alone), alone.quantities, alone.field(CHART).y.shape) == (2, (), (2, 2))
    temperature = gn.fields.Quantity("t2m", "K")
    other = seen.of([temperature, PRESSURE])
    assert np.isnan(other.scalars[:, 0]).all()
    np.testing.assert_array_equal(other.scalars[:, 1], seen.scalars[:, 0])


def test_observations_that_make_no_sense():
    with pytest.raises(ValueError, match="finite winds, or NaN where a scalar is known"):
        WindObservations([50.0], [8.0], [[NAN, NAN]], quantities=[PRESSURE], scalars=[[NAN]])
    with pytest.raises(ValueError, match="expected scalars of shape"):
        WindObservations([50.0], [8.0], [[1.0, 2.0]], scalars=[[1.0]])
    hpa = gn.fields.Quantity("msl", "hPa")
    seen = WindObservations([50.0], [8.0], [[1.0, 2.0]], quantities=[hpa], scalars=[[1013.0]])
    with pytest.raises(ValueError, match="expected msl in Pa, .* got it in hPa"):
        seen.of([PRESSURE])
    only = WindObservations([50.0], [8.0], [[NAN, NAN]], quantities=[hpa], scalars=[[1013.0]])
    with pytest.raises(ValueError, match="expected observed winds, got none"):
        only.of()


def test_stations_report_either(tmp_path: Path):
    path = tmp_path / "stations.csv"
    rows = "50,8,10,270,101400", "51,9,,,101200", "52,9.5,5,180,", "53,9,,,"
    path.write_text("\n".join(["lat,lon,speed,direction,MSL", *rows]) + "\n")
    seen = load_stations(path, units="m s-1", quantities=[PRESSURE])
    np.testing.assert_array_equal(seen.scalars[:, 0], [101400.0, 101200.0, NAN])
    np.testing.assert_allclose(seen.wind, [[10, 0], [NAN, NAN], [0, 5]], atol=1e-12)
    assert seen.remarks == ("Rows without anything observed, left out: 1",)
    assert len(load_stations(path, units="m s-1")) == 2


def test_stations_without_winds_or_without_scalars(tmp_path: Path):
    path = save_geostrophic(tmp_path).with_name("stations.csv")
    path.write_text("lat,lon,air_pressure_at_mean_sea_level\n50,8,101400\n")
    seen = load_stations(path, units="m s-1", quantities=[PRESSURE])
    assert np.isnan(seen.wind).all()
    assert seen.scalars.tolist() == [[101400.0]]
    path.write_text("lat,lon,u,v\n50,8,1,2\n")
    seen = load_stations(path, units="m s-1", quantities=[PRESSURE])
    assert np.isnan(seen.scalars).all()
    path.write_text("lat,lon,t2m\n50,8,280\n")
    with pytest.raises(WindFileError, match="u and v, or speed and direction, or msl, got lat"):
        load_stations(path, units="m s-1", quantities=[PRESSURE])
