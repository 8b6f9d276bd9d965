"""Forecasts and made-up storms, and the files of both."""

import csv
import json
from pathlib import Path
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from tiny_models import WALK, tiny_process
from tracks_by_hand import Displaced, track_on_the_equator

import geomndp as gn
from geomndp.experiments import Forecast, TrackSamples, forecast_track, sample_tracks

KEY = jax.random.key(0)
PNG = b"\x89PNG\r\n\x1a\n"


def forecast_of(n_fixes: int, **settings) -> Forecast:
    settings = {"n_members": 4, "method": Displaced(), **settings}
    return forecast_track(tiny_process(), track_on_the_equator(n_fixes), key=KEY, **settings)


def assert_is_a_picture(path: Path):
    content = path.read_bytes()
    assert content.startswith(PNG)
    assert len(content) > 5000


@pytest.mark.parametrize(
    ("settings", "n"),
    [
        ({}, 20),
        ({"hours": 48.0}, 8),
        ({"hours": 50.0}, 8),
        ({"hours": 24.0, "step_hours": 24.0}, 1),
        ({"hours": 1.0, "step_hours": 0.1}, 10),
    ],
    ids=str,
)
def test_times_are_even_after_the_last_fix(settings: dict, n: int):
    forecast = forecast_of(5, **settings)
    step = settings.get("step_hours", 6.0)
    expected = 24.0 + step * np.arange(1, n + 1)
    np.testing.assert_allclose(24 * np.asarray(forecast.x[:, 0]), expected, atol=1e-4)
    assert forecast.members.shape == (4, n, 3)


class Recording(gn.sampling.AbstractConditionalMethod):
    """Keeps the contexts that it was given."""

    contexts: ClassVar[list[Any]] = []

    def sample(self, noising, score, context, x, mask, *, n_samples, observation_noise=0.0, key):
        self.contexts.append(context)
        return Displaced().sample(noising, score, context, x, mask, n_samples=n_samples, key=key)


@pytest.mark.parametrize(("n_fixes", "n_given"), [(2, 2), (20, 20), (30, 20)])
def test_the_last_twenty_fixes_are_given(n_fixes: int, n_given: int):
    Recording.contexts.clear()
    forecast = forecast_of(n_fixes, method=Recording())
    (context,) = Recording.contexts
    given = np.asarray(context.x[context.mask][:, 0])
    days = forecast.track.days[-n_given:]
    np.testing.assert_allclose(given, days - days[0], atol=1e-6)  # counted from the first given


def test_a_model_is_asked_where_no_method_is_given():
    """By the score of the model: another model forecasts another thing."""
    method = gn.sampling.Amortised(WALK)
    one = forecast_of(5, hours=12.0, method=method)
    again = forecast_of(5, hours=12.0, method=method)
    np.testing.assert_array_equal(one.members, again.members)
    lengths = np.linalg.norm(np.asarray(one.members, float), axis=-1)
    assert np.abs(lengths - 1).max() < 1e-6
    assert np.abs(np.diff(np.asarray(one.members), axis=0)).max() > 1e-3


@pytest.mark.parametrize(
    ("n_fixes", "settings", "message"),
    [
        (1, {}, "at least 2 fixes, got 1; one does not tell its motion"),
        (5, {"hours": 0.0}, "expected 0 < step_hours <= hours, got step_hours=6.0, hours=0.0"),
        (5, {"hours": -24.0}, "expected 0 < step_hours <= hours"),
        (5, {"step_hours": 0.0}, "expected 0 < step_hours <= hours"),
        (5, {"hours": float("nan")}, "expected 0 < step_hours <= hours"),
        (5, {"hours": 3.0}, "expected 0 < step_hours <= hours"),
        (5, {"n_members": 0}, "expected at least 1 member, got 0"),
    ],
    ids=str,
)
def test_forecasts_that_make_no_sense_are_refused(n_fixes: int, settings: dict, message: str):
    with pytest.raises(ValueError, match=message):
        forecast_of(n_fixes, **settings)


@pytest.mark.usefixtures("no_network")
def test_the_files_of_a_forecast(tmp_path: Path):
    """Of a storm on its way over 180 degrees of longitude, which it crosses at day 5."""
    forecast = forecast_of(5, method=Displaced(constant_km=50.0, apart_km=10.0))
    written = forecast.save(tmp_path / "new" / "folder")
    assert [path.name for path in written] == ["forecast.png", "forecast.csv", "forecast.geojson"]
    assert sorted(written) == sorted((tmp_path / "new" / "folder").iterdir())
    picture, table, features = written
    assert_is_a_picture(picture)

    with table.open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 4 * 20
    assert rows[0]["time"] == "2020-08-02T06:00:00Z"
    assert rows[-1]["time"] == "2020-08-07T00:00:00Z"
    assert {row["member"] for row in rows} == {"0", "1", "2", "3"}
    longitude = np.array([float(row["longitude"]) for row in rows])
    assert longitude.min() < -177
    assert longitude.max() > 179
    latitude = np.array([float(row["latitude"]) for row in rows])
    np.testing.assert_allclose(latitude, np.rad2deg(50 / 6371), atol=1e-3)

    collection = json.loads(features.read_text())
    kinds = [feature["properties"]["kind"] for feature in collection["features"]]
    assert kinds == ["observed", *4 * ["member"]]
    assert {f["geometry"]["type"] for f in collection["features"][1:]} == {"MultiLineString"}


@pytest.mark.usefixtures("no_network")
def test_a_forecast_near_the_pole(tmp_path: Path):
    time = np.datetime64("2020-08-01T00") + np.timedelta64(6, "h") * np.arange(3)
    track = gn.data.Track("P", "", 2020, "NA", time, [88.0, 89.0, 89.9], [10.0, 10.0, 10.0])
    members = Forecast(track, np.array([[0.75]]), np.array([[[0.0, 0.0, 1.0]], [[0.0, 0.6, 0.8]]]))
    for path in members.save(tmp_path):
        assert path.stat().st_size > 0


@pytest.mark.usefixtures("no_network")
def test_made_up_storms_and_their_files(tmp_path: Path):
    samples = sample_tracks(tiny_process(), days=1.0, step_hours=6.0, n_tracks=3, key=KEY)
    assert samples.y.shape == (3, 5, 3)
    np.testing.assert_allclose(samples.x[:, 0], [0, 0.25, 0.5, 0.75, 1])
    picture, table, features = samples.save(tmp_path)
    assert [p.name for p in (picture, table, features)] == [
        "samples.png",
        "samples.csv",
        "samples.geojson",
    ]
    assert_is_a_picture(picture)
    assert len(table.read_text().splitlines()) == 1 + 3 * 5
    assert len(json.loads(features.read_text())["features"]) == 3


def test_lengths_that_are_no_multiple_of_the_step():
    samples = TrackSamples(np.zeros((1, 1)), np.ones((1, 1, 3)))
    assert samples.y.shape == (1, 1, 3)
    samples = sample_tracks(tiny_process(), days=1.1, step_hours=6.0, n_tracks=3, key=KEY)
    assert samples.x.shape == (5, 1)


@pytest.mark.parametrize(
    "settings",
    [
        {"days": 0.0},
        {"days": -1.0},
        {"days": 0.1},
        {"step_hours": 0.0},
        {"n_tracks": 0},
        {"days": float("nan")},
    ],
    ids=str,
)
def test_storms_that_cannot_be_made_up(settings: dict):
    with pytest.raises(ValueError, match="expected 0 < step_hours <= 24 days and at least 1 track"):
        sample_tracks(tiny_process(), key=KEY, **settings)


def test_a_storm_strikes_where_it_is_last_seen(monkeypatch: pytest.MonkeyPatch):
    """Though members are a thousand kilometres away six hours later."""
    drawn = {}

    def plot(longitude, latitude, probability, **_):
        drawn.update(longitude=longitude, latitude=latitude, probability=probability)

    monkeypatch.setattr("geomndp.experiments.track_maps.plot_strike_probability", plot)
    track = track_on_the_equator(4)
    ahead = gn.manifolds.from_geographic(jnp.array([10.0, 12.0]), jnp.array([171.5, 171.5]))
    x = track.days[-1] + np.array([[0.25], [0.5]])
    gn.experiments.plot_strikes(gn.experiments.Forecast(track, x, ahead[None]))
    row = np.argmin(np.abs(drawn["latitude"] - track.latitude[-1]))
    column = np.argmin(np.abs(drawn["longitude"] - track.longitude[-1]))
    assert drawn["probability"][row, column] == 1
