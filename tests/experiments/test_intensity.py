"""Wind and pressure beside positions: from the data through a model to files and scores."""

import csv
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import jax.flatten_util
import jax.numpy as jnp
import numpy as np
import pytest
from tiny_models import WALK, tiny_process
from tracks_by_hand import Displaced, track_on_the_equator

import geomndp as gn
from geomndp.data import Track, scaled_intensity, wind_and_pressure
from geomndp.experiments import (
    cyclone_model,
    forecast_cases,
    forecast_track,
    sample_tracks,
    score_intensity,
    score_log_likelihoods,
    synthetic_season,
    tell_case,
    track_field,
    track_fields,
)

METHOD = gn.sampling.Amortised(WALK)
KEY = jax.random.key(0)


def storm(n: int = 24, *, id: str = "E", season: int = 2020) -> Track:
    """Five knots more a day, and no pressure at the last six fixes."""
    bare = track_on_the_equator(n, id=id, season=season)
    wind = 40.0 + 5 * bare.days
    pressure = np.where(np.arange(n) < n - 6, 1000.0 - 4 * bare.days, np.nan)
    time, latitude, longitude = bare.time, bare.latitude, bare.longitude
    return Track(id, "", season, "WP", time, latitude, longitude, wind, pressure)


class Steady(gn.sampling.AbstractConditionalMethod):
    """The truth of `storm` with the wind `off` knots too high, members 2 knots to either side."""

    off: float = 0.0

    def sample(self, noising, score, context, x, mask, *, n_samples, observation_noise=0.0, key):
        assert x is not None
        of_place = Displaced().sample(
            noising, score, context, x, mask, n_samples=n_samples, key=key
        )
        sides = 2.0 * (-1.0) ** np.arange(n_samples)[:, None]
        wind = 40 + 5 * np.asarray(x[:, 0]) + self.off + sides
        pressure = 1000 - 4 * np.asarray(x[:, 0]) + sides
        scaled = np.stack([(wind - 60) / 400, (pressure - 980) / 400], -1)
        return jnp.concatenate([of_place, jnp.asarray(scaled, of_place.dtype)], -1)


@pytest.fixture(scope="module")
def strong() -> gn.TrainedProcess:
    return tiny_process(cyclone_model(values="intensity", width=8, n_layers=1))


def test_what_no_storm_has_and_long_gaps_are_missing():
    bare = track_on_the_equator(9)
    parts = bare.time, bare.latitude, bare.longitude
    wind = [30.0, *[np.nan] * 3, 90.0, np.nan, 100.0, np.nan, 1e6]
    track = Track("X", "", 2020, "WP", *parts, wind, [1e7] * 9)
    assert scaled_intensity(track).known.sum(0).tolist() == [3, 0]
    (told,) = gn.experiments.resampled_tracks([track[:8]], 15)  # every three hours
    # Nothing in the day from the first to the second; a line over the twelve hours after it.
    expected = [True, *[False] * 7, *[True] * 5, False, False]
    assert np.isfinite(told.wind).tolist() == expected
    np.testing.assert_allclose(told.wind[8:13], [90, 92.5, 95, 97.5, 100], atol=1e-6)


def test_intensity_is_scaled_and_back():
    track = storm()
    values, known = scaled_intensity(track)
    assert known.sum(0).tolist() == [24, 18]
    assert (values[~known] == 0).all()
    wind, pressure = wind_and_pressure(values)
    np.testing.assert_allclose(wind, track.wind)
    np.testing.assert_allclose(pressure[:18], track.pressure[:18])
    assert wind_and_pressure(np.array([[-1.0, 0.0]]))[0].tolist() == [0.0]  # no negative wind


def test_fields_have_intensity_and_say_where_it_is_missing(strong: gn.TrainedProcess):
    field = track_field(strong.model, storm())
    assert field.covariates is not None
    assert (field.y.shape, field.covariates.shape) == ((24, 5), (24, 11))
    np.testing.assert_array_equal(field.covariates[:, -2:], scaled_intensity(storm()).known)
    alone = cyclone_model(values="intensity", covariates=False)
    of_intensity = track_field(alone, storm()).covariates
    assert of_intensity is not None
    assert of_intensity.shape == (24, 2)
    assert track_fields(strong.model, [storm(), storm(9)]).y.shape == (2, 24, 5)
    with pytest.raises(ValueError, match="symmetry 'none' for values 'intensity', got 'axial'"):
        cyclone_model(values="intensity", symmetry="axial")


def test_nothing_is_learned_from_missing_pressure(strong: gn.TrainedProcess):
    """Whatever stands in its place, gradients are the same; those of known pressure are others."""
    field = track_field(strong.model, storm())
    other = eqx.tree_at(lambda f: f.y, field, field.y.at[-6:, 4].set(0.1))
    assert field.covariates is not None
    known = eqx.tree_at(lambda f: f.covariates, field, field.covariates.at[-6:, -1].set(1.0))

    @jax.jit
    def gradient(field: gn.FieldSample) -> Any:
        flat, unravel = jax.flatten_util.ravel_pytree(strong.params)
        return jax.grad(lambda p: strong.model.loss(unravel(p), field, 0.3, key=KEY))(flat)

    expected, same, different = (np.asarray(gradient(each)) for each in (field, other, known))
    size = np.abs(expected).max()
    np.testing.assert_allclose(same, expected, rtol=0, atol=1e-4 * size)
    assert np.abs(different - expected).max() > 0.01 * size


def test_files_of_a_forecast_have_wind_and_pressure(strong: gn.TrainedProcess, tmp_path: Path):
    forecast = forecast_track(strong, storm(12), hours=24, n_members=4, method=METHOD, key=KEY)
    assert forecast.wind is not None
    assert forecast.wind.shape == (4, 4)
    names = [path.name for path in forecast.save(tmp_path)]
    assert names == ["forecast.png", "forecast.csv", "forecast.geojson", "intensity.png"]
    assert (tmp_path / "intensity.png").stat().st_size > 5000
    with (tmp_path / "forecast.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["member", "time", "latitude", "longitude", "wind", "pressure"]
    wind = np.array([float(row["wind"]) for row in rows]).reshape(4, 4)
    np.testing.assert_allclose(wind, forecast.wind, atol=0.051)
    positions = forecast_track(
        tiny_process(), storm(12), hours=24, n_members=4, method=METHOD, key=KEY
    )
    assert positions.wind is None
    assert len(positions.save(tmp_path)) == 3


def test_samples_and_seasons_have_wind_and_pressure(strong: gn.TrainedProcess, tmp_path: Path):
    drawn = sample_tracks(strong, days=1.0, n_tracks=2, key=KEY)
    assert drawn.wind is not None
    drawn.save(tmp_path)
    assert "wind,pressure" in (tmp_path / "samples.csv").read_text().splitlines()[0]
    past = gn.data.Tracks([storm(5, id=str(n), season=2010) for n in range(4)])
    season = synthetic_season(strong, past, 2031, method=Steady(), key=KEY)
    for made_up in season:
        assert made_up.wind[0] == pytest.approx(40.0, abs=1e-3)  # as the parent's at birth
        np.testing.assert_allclose(made_up.wind[1:], 40 + 5 * made_up.days[1:], atol=2.1)
        assert np.isnan(made_up.pressure).tolist() == [True, *[False] * (len(made_up) - 1)]
    bare = gn.data.Tracks([track_on_the_equator(5, id=str(n), season=2010) for n in range(4)])
    for made_up in synthetic_season(strong, bare, 2031, method=Steady(), key=KEY):
        assert np.isnan(made_up.wind).tolist() == [True, False, False, False, False][: len(made_up)]


@pytest.mark.parametrize("off", [0.0, 10.0])
def test_scores_of_a_known_ensemble(strong: gn.TrainedProcess, off: float):
    """Two halves at 2 to either side: the mean is off by `off`, and the pairs differ by 2.

    Fair CRPS: E|Y - y| less half of the mean distance of two different members.
    """
    tracks = [storm(id=id) for id in "ABC"]
    cases = forecast_cases(tracks)
    models = {"model": strong, "again": strong}
    report = score_intensity(models, cases, n_members=8, method=Steady(off), key=KEY)
    assert set(report) == {"24h", "48h", "72h"}
    for lead, parts in report.items():
        figures = parts["wind"]["model"]
        assert figures["error"]["mean"] == pytest.approx(off, abs=2e-3)
        expected = (abs(off - 2) + abs(off + 2)) / 2 - 0.5 * 4 * 4 / 7
        assert figures["crps"]["mean"] == pytest.approx(expected, abs=2e-3)
        # Regions are of ranks, of which an ensemble of 8 has few: the lowest counts as a chance.
        assert (figures["coverage_90"]["mean"] > 0.8) == (off == 0)
        assert figures["error"]["n"] == 3
        days = float(lead[:-1]) / 24
        rule = parts["wind"]["last value"]["error"]
        assert rule["mean"] == pytest.approx(5 * days, abs=1e-6)
        assert rule["n"] == 3, "once for each storm, however many models there are"
    # The truth of the pressure is not known at the last six fixes.
    assert "pressure" in report["24h"]
    assert "pressure" not in report["72h"]


def test_models_of_positions_have_no_score_of_intensity(strong: gn.TrainedProcess):
    cases = forecast_cases([storm(id=id) for id in "AB"])
    assert score_intensity({"model": tiny_process()}, cases, key=KEY) == {}
    task = gn.experiments.TrackTask(cases, {}, ())
    tasks: Any = {"extrapolation-50": task}
    assert score_log_likelihoods({"model": strong}, tasks, n_storms=2, key=KEY) == {}


def test_a_case_is_told_with_intensity(strong: gn.TrainedProcess):
    (case,) = forecast_cases([storm()])
    told = tell_case(strong, case, n_members=3, method=Steady(), key=KEY)
    assert told.wind is not None
    np.testing.assert_allclose(np.mean(told.wind[:2], 0), case.track.wind[case.hidden], atol=1e-3)
    assert told.positions.shape == (3, len(case.hidden), 3)
