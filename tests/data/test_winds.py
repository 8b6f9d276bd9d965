"""Winds by place and time: fields, parts, batches."""

import datetime
import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from winds_by_hand import HOUR, TIME, assert_true, gridded, tangent_at, wind_at

import geomndp as gn
from geomndp.data import Region, Winds, load_winds, split_by_time, wind_batches
from geomndp.data.globe import distance_km, to_degrees, to_unit_vectors
from geomndp.training.check_fields import check_fields

GLOBE = gn.data.UnitSphere()
AROUND = np.linspace(-90.0, 90.0, 13), np.arange(0.0, 360.0, 15.0)


@pytest.fixture(scope="module")
def globe() -> Winds:
    return load_winds(gridded(*AROUND, hours=[0, 6, 12]))


def assert_true_in_space(x: Any, y: Any, hours: Any) -> None:
    latitude, longitude = to_degrees(np.asarray(x, np.float64))
    np.testing.assert_allclose(y, tangent_at(hours, latitude, longitude), atol=1e-6)


def test_fields_on_the_globe_are_tangent_vectors_with_each_pole_once(globe: Winds):
    fields = globe.fields(GLOBE)
    assert fields.x.shape == (3, 11 * 24 + 2, 3)
    assert fields.mask.all()
    assert_true_in_space(fields.x, fields.y, np.array([[0.0], [6.0], [12.0]]))
    assert len(np.unique(np.asarray(fields.x[0]).round(9), axis=0)) == fields.n_points


def test_fields_on_a_map(globe: Winds):
    part = globe.within(Region(south=30.0, north=60.0, west=-31.0, east=31.0))
    chart = gn.data.AzimuthalEquidistant.centred_on(*part.places)
    fields = part.fields(chart)
    back = chart.places(fields.x[0])
    np.testing.assert_allclose(chart.winds(*back, fields.y), part.wind(), atol=1e-9)
    np.testing.assert_allclose(np.stack(back), np.stack(part.places), atol=1e-9)


def test_missing_values_become_padding():
    data = gridded(hours=[0, 6])
    data["u10"][0, 0, 1:3] = np.nan
    data["v10"][1, 2, 3] = np.nan
    fields = load_winds(data).fields(GLOBE)
    assert fields.mask.sum(-1).tolist() == [10, 11]
    assert np.isfinite(np.asarray(fields.y)).all()
    assert_true_in_space(fields.x, fields.y, np.array([[0.0], [6.0]]))  # padding repeats a point
    for row, n in zip(fields.mask, (10, 11), strict=True):
        assert row[:n].all()


@pytest.mark.parametrize(
    ("region", "longitudes"),
    [
        (Region(south=-90.0, north=0.0, west=0.0, east=30.0), [0, 15, 30]),
        (Region(south=-90.0, north=0.0, west=165.0, east=-150.0), [165, 180, 195, 210]),
        (Region(south=-90.0, north=0.0, west=345.0, east=375.0 - 360.0), [-15, 0, 15]),
        (Region(south=-90.0, north=0.0, west=-180.0, east=180.0), [*range(-165, 181, 15)]),
    ],
)
def test_a_region_of_a_grid(globe: Winds, region: Region, longitudes: list[float]):
    part = globe.within(region)
    assert part.dataset["longitude"].to_numpy().tolist() == longitudes
    assert part.dataset["latitude"].to_numpy().tolist() == [-90, -75, -60, -45, -30, -15, 0]
    assert_true(part)


def test_inside_and_outside_are_all_there_is(globe: Winds):
    region = Region(south=20.0, north=70.0, west=160.0, east=-130.0)
    inside, outside = globe.within(region), globe.outside(region)
    assert len(inside.places[0]) + len(outside.places[0]) == len(globe.places[0])
    assert_true(outside)
    far = globe.outside(region, margin_km=3000.0)
    latitude, longitude = far.places
    edge = np.meshgrid(np.linspace(20, 70, 101), np.linspace(160, 230, 141), indexing="ij")
    box = to_unit_vectors(*(degrees.ravel() for degrees in edge))
    nearest = [
        distance_km(np.broadcast_to(y, box.shape), box).min()
        for y in to_unit_vectors(latitude, longitude)
    ]
    assert min(nearest) > 2990.0
    assert far.outside(region, margin_km=3000.0).dataset.identical(far.dataset)
    scattered = outside.within(Region(south=0.0, north=90.0, west=-10.0, east=10.0))
    assert not scattered.is_grid
    assert_true(scattered)


def test_distances_from_a_region_are_those_of_its_nearest_point():
    region = Region(south=-10.0, north=75.0, west=170.0, east=-120.0)
    edge = np.meshgrid(np.linspace(-10, 75, 341), np.linspace(170, 240, 281), indexing="ij")
    box = to_unit_vectors(*(degrees.ravel() for degrees in edge))
    latitude, longitude = to_degrees(np.random.default_rng(0).normal(size=(40, 3)))
    places = to_unit_vectors(latitude, longitude)
    brute = [distance_km(np.broadcast_to(y, box.shape), box).min() for y in places]
    distance = region.distance_km(latitude, longitude)
    inside = region.contains(latitude, longitude)
    assert 0 < inside.sum() < 40
    assert (distance[inside] == 0).all()
    assert (np.array(brute)[~inside] - distance[~inside] >= -1e-6).all()
    np.testing.assert_allclose(distance[~inside], np.array(brute)[~inside], atol=20.0)


def test_regions_and_parts_without_anything_are_refused(globe: Winds):
    with pytest.raises(ValueError, match="no latitude is left"):
        globe.within(Region(south=1.0, north=2.0, west=0.0, east=90.0))
    with pytest.raises(ValueError, match="no time is left"):
        globe.between("2023-01-01", "2023-02-01")
    with pytest.raises(ValueError, match="no point is left"):
        globe.outside(Region(south=-90.0, north=90.0, west=-180.0, east=180.0))
    with pytest.raises(ValueError, match="expected latitudes with -90 <= south <= north <= 90"):
        Region(south=3.0, north=2.0, west=0.0, east=1.0)
    with pytest.raises(ValueError, match="expected longitudes from -360 to 360"):
        Region(south=1.0, north=2.0, west=0.0, east=np.nan)
    with pytest.raises(ValueError, match="expected eastward_wind and northward_wind along"):
        Winds(gridded())


def test_blocks_of_time_keep_their_distance():
    hours = np.delete(np.arange(0, 24 * 60, 3), np.s_[80:160])  # with ten days missing
    winds = load_winds(gridded([0.0], [0.0], hours))
    gap = datetime.timedelta(hours=30)
    split = split_by_time(winds, block=datetime.timedelta(days=4), gap=gap, seed=3)
    times = [part.times for part in split]
    assert len(set(np.concatenate(times))) == sum(map(len, times)) <= len(hours)
    for one, other in itertools.combinations(times, 2):
        assert np.abs(one[:, None] - other).min() >= np.timedelta64(30, "h")
    assert all(len(part) >= 20 for part in times)
    assert_true(split.test)
    other = split_by_time(winds, block=datetime.timedelta(days=4), gap=gap, seed=4)
    assert set(other.test.times) != set(split.test.times)
    with pytest.raises(ValueError, match="expected 0 <= gap < block"):
        split_by_time(winds, block=gap, gap=gap)
    with pytest.raises(ValueError, match="expected at least 3 blocks of time"):
        split_by_time(winds, block=datetime.timedelta(days=40), gap=gap)
    with pytest.raises(ValueError, match="expected positive shares"):
        split_by_time(winds, block=datetime.timedelta(days=4), gap=gap, test=0.9)


def test_batches_are_true_reproducible_and_of_one_shape():
    data = gridded(*AROUND, hours=[0, 6])
    data["u10"][0, :, 3:] = np.nan
    ocean = (("latitude", "longitude"), np.cos(np.deg2rad(AROUND[0]))[:, None] * np.ones(24))
    data = data.assign(lsm=(*ocean, {"units": "1"}))
    make: Any = lambda seed: wind_batches(  # noqa: E731
        load_winds(data), GLOBE, n_points=50, batch_size=6, seed=seed
    )
    batches, again = make(0), make(0)
    counts = set()
    for _ in range(3):
        batch, same = next(batches), next(again)
        assert (batch.x.shape, batch.y.shape) == ((6, 50, 3), (6, 50, 3))
        np.testing.assert_array_equal(batch.x, same.x)
        # The velocity of the axis grows by 1 % an hour: which time it is shows in the values.
        for x, y, mask, c in zip(
            *map(np.asarray, (batch.x, batch.y, batch.mask)), batch.covariates, strict=True
        ):
            latitude, longitude = to_degrees(x.astype(float))
            off = [np.abs(y - tangent_at(h, latitude, longitude)).max() for h in (0.0, 6.0)]
            assert min(off) < 1e-6
            assert mask.sum() == (33 if off[0] < off[1] else 50)
            np.testing.assert_allclose(c[:, 0], np.cos(np.deg2rad(latitude)), atol=1e-6)
            counts.add(int(mask.sum()))
            assert len(np.unique(x[mask].round(9), axis=0)) == mask.sum()
    assert counts == {33, 50}
    assert not np.array_equal(next(make(1)).x, next(make(0)).x)


def test_points_are_uniform_over_the_globe(globe: Winds):
    """The sine of latitude of a uniform point has mean 0 and mean square 1/3."""
    batch = next(wind_batches(globe, GLOBE, n_points=10, batch_size=150, seed=0))
    height = np.asarray(batch.x)[..., 2].ravel()
    error = np.array([np.sqrt(1 / 3), np.sqrt(4 / 45)]) / np.sqrt(1500)
    assert abs(height.mean()) < 4 * error[0]
    assert abs((height**2).mean() - 1 / 3) < 4 * error[1] + 0.005  # and the error of the grid


@pytest.mark.parametrize("kind", [gn.data.AzimuthalEquidistant, gn.data.AzimuthalEqualArea])
def test_patches_are_discs_with_maps_of_their_own(globe: Winds, kind: Any):
    patches = wind_batches(globe, kind, n_points=20, batch_size=30, seed=0, radius_km=2500.0)
    batch = next(patches)
    far = np.linalg.norm(batch.x, axis=-1)
    assert far.max() <= 2500.0 + 1e-6
    assert (far.min(-1) < 1e-6).mean() > 0.3  # the centre may be one of the points drawn
    assert not batch.mask.all()
    speed = np.linalg.norm(batch.y, axis=-1)
    assert speed.std() > 1.0
    on_globe = wind_batches(globe, GLOBE, n_points=20, batch_size=30, seed=0, radius_km=2500.0)
    tangent = next(on_globe)
    np.testing.assert_allclose(np.linalg.norm(tangent.y, axis=-1), speed, atol=1e-6)
    assert_patch(np.asarray(tangent.x))


def assert_patch(x: np.ndarray) -> None:
    cosines = np.einsum("bni,bmi->bnm", x, x)
    assert np.arccos(cosines.clip(-1, 1)).max() <= 5000.0 / gn.manifolds.EARTH_RADIUS_KM + 1e-6


def test_batches_from_a_disk_are_those_of_memory(tmp_path: Path):
    data = gridded(*AROUND, hours=range(0, 60, 6)).chunk(time=1)
    data.to_zarr(tmp_path / "a.zarr", consolidated=False)
    lazy, eager = load_winds(tmp_path / "a.zarr", chunks={}), load_winds(tmp_path / "a.zarr")
    pair = [next(wind_batches(w, GLOBE, n_points=9, batch_size=4, seed=5)) for w in (lazy, eager)]
    np.testing.assert_array_equal(pair[0].y, pair[1].y)
    assert lazy.dataset["eastward_wind"].chunks is not None


def test_a_model_trains_on_batches(globe: Winds):
    kind = gn.FieldType(gn.groups.SE(2), gn.representations.Vector(2))
    check_fields(
        next(wind_batches(globe, gn.data.AzimuthalEquidistant, n_points=8, batch_size=4, seed=0,
                          radius_km=2000.0)), kind
    )  # fmt: skip


def test_settings_of_batches_are_checked(globe: Winds):
    with pytest.raises(ValueError, match="expected positive n_points"):
        wind_batches(globe, GLOBE, n_points=0, batch_size=1, seed=0)
    with pytest.raises(ValueError, match="expected coordinates, got .*; give radius_km"):
        wind_batches(globe, gn.data.AzimuthalEquidistant, n_points=1, batch_size=1, seed=0)


def test_members_are_fields_of_their_own():
    wind = np.arange(12.0).reshape(3, 2, 2)[..., None] * np.ones(2)
    winds = gn.data.wind_ensemble(wind, TIME + np.arange(2) * HOUR, [0.0, 1.0], [0.0, 1.0])
    np.testing.assert_array_equal(winds.wind(), wind.reshape(6, 2, 2))
    np.testing.assert_array_equal(winds.wind(np.array([5, 0, 5])), wind.reshape(6, 2, 2)[[5, 0, 5]])
    assert repr(winds) == "Winds(3 members, 2 times 2024-02-28T00:00 to 2024-02-28T01:00, 2 points)"


def test_helpers_see_wrong_winds():
    """What the tests of loading assert can fail."""
    data = gridded()
    for wrong in (data.isel(longitude=[1, 0, 2, 3]), -data, data.isel(latitude=[2, 1, 0])):
        values = {n: (data[n].dims, wrong[n].to_numpy(), {"units": "m/s"}) for n in data}
        with pytest.raises(AssertionError):
            assert_true(load_winds(xr.Dataset(values, data.coords)))
    assert_true(load_winds(data))
    assert wind_at(0.0, 0.0, 0.0).shape == (2,)
