"""Seasons that never were: how many storms, where and when born, for how long."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from tiny_models import WALK, tiny_process
from tracks_by_hand import track_on_the_equator

import geomndp as gn
from geomndp.data import Tracks
from geomndp.experiments import synthetic_season, track_density
from geomndp.experiments.synthetic_seasons import _born
from geomndp.metrics import great_circle_km

METHOD = gn.sampling.Amortised(WALK)
PAST = Tracks(
    track_on_the_equator(5, id=f"{season}-{n}", season=season)
    for season in (2010, 2011)
    for n in range(6)
)


@pytest.fixture(scope="module")
def season() -> Tracks:
    return synthetic_season(tiny_process(), PAST, 2031, method=METHOD, key=jax.random.key(3))


def test_as_many_storms_as_in_past_seasons(season: Tracks):
    """Poisson with mean 6: from 1 to 14 in all but one of a thousand."""
    assert 1 <= len(season) <= 14
    assert {(storm.season, storm.basin) for storm in season} == {(2031, "WP")}


def test_births_are_near_those_of_the_past(season: Tracks):
    born = PAST[0].field().y[0]
    for storm in season:
        assert great_circle_km(storm.field().y[0], born) < 5 * 150
        days = (storm.time[0] - np.datetime64("2031-08-01T00:00:00")) / np.timedelta64(1, "D")
        assert abs(days) < 5 * 5
        assert (4 * days) % 1 == 0  # at synoptic hours


def test_lives_are_as_long_as_in_the_past(season: Tracks):
    for storm in season:
        np.testing.assert_allclose(storm.days, PAST[0].days, atol=1e-6)


def test_a_life_longer_than_a_piece_is_told_in_pieces():
    past = Tracks([track_on_the_equator(40, season=2010)])
    key = next(key for key in jax.random.split(jax.random.key(0), 20) if _n_storms(past, key) == 1)
    (storm,) = synthetic_season(tiny_process(), past, 2031, method=METHOD, key=key)
    assert len(storm) == 40
    assert np.isfinite(storm.latitude).all()


def _n_storms(past: Tracks, key: jax.Array) -> int:
    """As many as are drawn: found with lives of two fixes, which need one piece each."""
    short = Tracks([past[0][:2]])
    try:
        return len(synthetic_season(tiny_process(), short, 2031, method=METHOD, key=key))
    except ValueError:
        return 0


def test_it_repeats_itself_with_the_key():
    seasons = [
        synthetic_season(tiny_process(), PAST[:6], 2031, method=METHOD, key=jax.random.key(key))
        for key in (1, 1, 2)
    ]
    assert seasons[0] == seasons[1] != seasons[2]


def test_basins_without_a_past():
    with pytest.raises(ValueError, match="expected past storms of NA, got none"):
        synthetic_season(tiny_process(), PAST, 2031, basins=("NA",), key=jax.random.key(0))


def test_the_density_counts_storms_of_a_season_where_they_pass():
    density = track_density(PAST, radius_km=250.0)
    equator, cells = density[24], np.arange(0, 360, 2.5)
    assert density.max() == pytest.approx(6)  # of each season, all at the same place
    passed = cells[equator == 6]
    # From 170 to 172 degrees east, and a radius of 2.2 degrees to either side.
    np.testing.assert_array_equal(passed, [170.0, 172.5])
    assert not density[:20].any()


@pytest.mark.parametrize("radius", [250.0, 3000.0])
def test_the_density_is_that_of_all_pairs_of_storms_and_places(radius: float):
    """With long steps, over the date line, and with more than one size of storms."""
    far = track_on_the_equator(3, id="far", season=2010, hours=[0, 300, 700])
    storms = Tracks([*PAST[:2], track_on_the_equator(40, id="long", season=2011), far])
    latitude, longitude = np.meshgrid(
        np.arange(-60, 60.1, 2.5), np.arange(0, 360, 2.5), indexing="ij"
    )
    places = gn.manifolds.from_geographic(*(jnp.asarray(a.ravel()) for a in (latitude, longitude)))
    fields = storms.fields()
    passed = gn.metrics.passes_within(
        fields.y, places.astype(jnp.float32), jnp.float32(radius), fields.mask
    )
    expected = np.asarray(passed).sum(0).reshape(latitude.shape) / 2
    np.testing.assert_array_equal(track_density(storms, radius_km=radius), expected)


def test_a_life_goes_on_from_the_twenty_positions_before(monkeypatch: pytest.MonkeyPatch):
    given = []
    condition = gn.TrainedProcess.condition

    def spied(self, context, **settings):
        given.append(context.n_points)
        return condition(self, context, **settings)

    monkeypatch.setattr(gn.TrainedProcess, "condition", spied)
    past = Tracks([track_on_the_equator(80, season=2010)])
    key = next(key for key in jax.random.split(jax.random.key(0), 20) if _n_storms(past, key) == 1)
    given.clear()
    synthetic_season(tiny_process(), past, 2031, method=METHOD, key=key)
    assert given == [1, 20, 20]


@pytest.mark.parametrize(("date", "latitude"), [("2010-11-20", -12.0), ("2011-02-03", -12.0)])
def test_a_season_of_the_south_spans_two_years(date: str, latitude: float):
    """One born in November is of the season of the year after."""
    time = np.datetime64(f"{date}T00:00:00") + 6 * 3600 * np.arange(4).astype("timedelta64[s]")
    parent = gn.data.Track("S", "", 2011, "SI", time, np.full(4, latitude), np.full(4, 80.0))
    random = np.random.default_rng(0)
    for _ in range(20):
        born = _born(parent, 2031, random)
        expected = np.datetime64(date) + np.timedelta64(20 * 365 + 5, "D")
        assert abs((born - expected) / np.timedelta64(1, "D")) < 30
        assert gn.data.season_of(born, latitude) == 2031
