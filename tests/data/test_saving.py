"""Files that the library writes."""

import csv
import json
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest

from geomndp.data import (
    Track,
    TrackEnsemble,
    Tracks,
    load_cyclones,
    save_ensemble_csv,
    save_ensemble_geojson,
    save_tracks,
)
from geomndp.data.globe import to_degrees, to_unit_vectors


def random_track(id: str, seed: int, name: str = "") -> Track:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 30))
    seconds = np.cumsum(rng.integers(7200, 50_000, n)).astype("timedelta64[s]")
    latitude = np.cumsum(rng.normal(size=n)) / 3.0
    longitude = 180.0 + np.cumsum(rng.normal(size=n)) / 3.0
    wind = np.where(rng.random(n) < 0.5, np.nan, rng.uniform(1.0, 100.0, n))
    start = np.datetime64("2024-02-28T00:00:00")
    return Track(id, name, 2024, "NA", start + seconds, latitude, longitude, wind, wind * 9.0)


def make_ensemble(n_members: int = 3, n_points: int = 4) -> TrackEnsemble:
    longitude = np.linspace(178.0, 182.0, n_points) + np.arange(n_members)[:, None] / 10
    y = to_unit_vectors(np.full_like(longitude, 15.0), longitude)
    return TrackEnsemble("X", "2024-08-31T18", 0.25 * np.arange(n_points), y)


@pytest.mark.parametrize("name", ["tracks.csv", "tracks.csv.gz"])
def test_tracks_are_read_back_exactly(tmp_path: Path, name: str):
    names = ["", 'Ana, or "Anna"', "NA", "two\nlines", "José"]
    tracks = Tracks(random_track(f"S{n}", n, name) for n, name in enumerate(names))
    save_tracks(tracks, tmp_path / name)
    loaded = load_cyclones(tmp_path / name)
    assert loaded == tracks
    assert not loaded.report.entries
    assert list(tmp_path.iterdir()) == [tmp_path / name]


def test_real_tracks_are_read_back_exactly(tmp_path: Path):
    tracks = load_cyclones().select(season=range(2020, 2025))
    save_tracks(tracks, tmp_path / "tracks.csv.gz")
    assert load_cyclones(tmp_path / "tracks.csv.gz") == tracks


def test_a_track_of_one_fix_and_one_at_the_pole(tmp_path: Path):
    time = np.array(["2024-01-01T00:00:01"], "datetime64[s]")
    track = Track("P", "", 2024, "", time, np.array([90.0]), np.array([-0.0]))
    save_tracks(track, tmp_path / "track.csv")
    assert load_cyclones(tmp_path / "track.csv", min_fixes=1)[0] == track


def test_bad_input_leaves_the_file_as_it_was(tmp_path: Path):
    path = tmp_path / "tracks.csv"
    save_tracks(random_track("A", 0), path)
    before = path.read_bytes()
    with pytest.raises(ValueError, match="several with the id 'A'"):
        save_tracks([random_track("A", 0), random_track("A", 1)], path)
    with pytest.raises(ValueError, match="expected an id of every track"):
        save_tracks([random_track("", 0)], path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_write_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "tracks.csv"
    path.write_text("before")

    def fail(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError, match="no space left"):
        save_tracks(random_track("A", 0), path)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_is_named(tmp_path: Path):
    with pytest.raises(FileNotFoundError, match=r"expected a folder .*none; make it first"):
        save_tracks(random_track("A", 0), tmp_path / "missing" / "tracks.csv")


def test_ensemble_csv(tmp_path: Path):
    ensemble = make_ensemble()
    save_ensemble_csv(ensemble, tmp_path / "ensemble.csv")
    with (tmp_path / "ensemble.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["member", "time", "latitude", "longitude"]
    assert [row["member"] for row in rows] == [str(m) for m in range(3) for _ in range(4)]
    assert rows[1]["time"] == "2024-09-01T00:00:00Z"
    position = np.array([[float(row["latitude"]), float(row["longitude"])] for row in rows])
    assert (np.abs(position[:, 1]) <= 180.0).all()
    y = to_unit_vectors(position[:, 0], position[:, 1]).reshape(3, 4, 3)
    np.testing.assert_allclose(y, ensemble.y, atol=2e-7)


def test_ensemble_geojson(tmp_path: Path):
    time = np.array(["2024-08-31T12", "2024-08-31T18"], "datetime64[s]")
    observed = Track("X", "ANA", 2024, "WP", time, [15.0, 15.0], [177.0, 178.0])
    path = tmp_path / "ensemble.geojson"
    save_ensemble_geojson(make_ensemble(), path, observed=observed)
    collection = json.loads(path.read_text())
    assert collection["type"] == "FeatureCollection"
    context, *members = collection["features"]
    assert context["properties"]["kind"] == "observed"
    assert context["properties"]["name"] == "ANA"
    assert context["properties"]["times"] == ["2024-08-31T12:00:00Z", "2024-08-31T18:00:00Z"]
    assert context["geometry"]["coordinates"] == [[177.0, 15.0], [178.0, 15.0]]
    assert [member["properties"]["member"] for member in members] == [0, 1, 2]
    for feature in members:
        assert feature["properties"]["storm"] == "X"
        check_geometry(feature)
        assert feature["geometry"]["type"] == "MultiLineString"
        west, east = feature["geometry"]["coordinates"]
        assert west[-1][0] == 180.0
        assert east[0] == [-180.0, west[-1][1]]


def check_geometry(feature: dict) -> None:
    """Lines of two positions or more, longitude first, no long step, a time per position."""
    lines, times = feature["geometry"]["coordinates"], feature["properties"]["times"]
    if feature["geometry"]["type"] == "LineString":
        lines, times = [lines], [times]
    for line, of_line in zip(lines, times, strict=True):
        assert len(line) == len(of_line) >= 2
        assert of_line == sorted(of_line)
        longitude, latitude = np.array(line).T
        assert (np.abs(longitude) <= 180.0).all()
        assert (np.abs(latitude) <= 90.0).all()
        assert (np.abs(np.diff(longitude)) < 180.0).all()


@pytest.mark.parametrize("seed", range(8))
def test_geometry_of_wild_members(tmp_path: Path, seed: int):
    y = np.random.default_rng(seed).normal(size=(5, 20, 3))
    y /= np.linalg.norm(y, axis=-1, keepdims=True)
    ensemble = TrackEnsemble("X", "2024-01-01", np.arange(20.0), y)
    save_ensemble_geojson(ensemble, tmp_path / "e.geojson")
    for feature in json.loads((tmp_path / "e.geojson").read_text())["features"]:
        check_geometry(feature)


def test_a_single_time_is_a_point(tmp_path: Path):
    save_ensemble_geojson(make_ensemble(1, 1), tmp_path / "e.geojson")
    (feature,) = json.loads((tmp_path / "e.geojson").read_text())["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [178.0, 15.0]}
    assert feature["properties"]["times"] == ["2024-08-31T18:00:00Z"]


def test_an_ensemble_of_jax_arrays_is_normalised():
    y = jnp.asarray(make_ensemble().y, jnp.float32) * jnp.float32(1.0001)
    ensemble = TrackEnsemble("X", np.datetime64("2024-01-01"), jnp.arange(4.0), y)
    np.testing.assert_allclose(np.linalg.norm(ensemble.y, axis=-1), 1.0, rtol=1e-12)
    assert len(ensemble) == 3
    np.testing.assert_allclose(to_degrees(ensemble.y)[0], ensemble.latitude)


@pytest.mark.parametrize(
    ("days", "y", "message"),
    [
        (np.arange(4.0), np.full((1, 4, 3), np.nan), "expected unit vectors, got .* member 0"),
        (np.arange(4.0), np.full((1, 4, 3), 1.0), "expected unit vectors, got .*diverged"),
        (np.arange(4.0), make_ensemble().y[:, :3], r"expected y of shape \(n_members, 4, 3\)"),
        (np.arange(4.0), make_ensemble().y[:0], "none of them empty"),
        (np.zeros(4), make_ensemble().y, "increasing days"),
        (np.array([0, 1, 2, np.inf]), make_ensemble().y, "increasing days"),
    ],
    ids=["nan", "length", "shape", "empty", "order", "infinite"],
)
def test_what_is_no_ensemble_is_refused(days: np.ndarray, y: np.ndarray, message: str):
    with pytest.raises(ValueError, match=message):
        TrackEnsemble("X", "2024-01-01", days, y)
