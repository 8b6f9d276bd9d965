"""Scores of ensembles of which every figure is known."""

import json

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from tiny_models import WALK, tiny_process
from tracks_by_hand import Displaced, track_on_the_equator

import geomndp as gn
from geomndp.data import Tracks
from geomndp.experiments import (
    TrackTask,
    evaluate_cyclones,
    forecast_baselines,
    gap_baselines,
    gap_cases,
    score_tracks,
    summary,
    track_tasks,
)
from geomndp.experiments.track_scores import Scores, _figures

N_MEMBERS = 8
TRACKS = [track_on_the_equator(n, id=str(n)) for n in (16, 17, 45)]


def scores_of(method: Displaced, **settings) -> Scores:
    rows = score_tracks(
        {"model": tiny_process()},
        track_tasks(Tracks(TRACKS), ("forecast", "gap")),
        n_members=N_MEMBERS,
        method=method,
        key=jax.random.key(0),
        **settings,
    )
    return summary(rows)


def means(scores: Scores, task: str, part: str, name: str = "model") -> dict[str, float]:
    figures = scores[task][part][name].items()
    return {figure: value["mean"] for figure, value in figures if figure != "pit"}


@pytest.fixture(scope="module")
def exact() -> Scores:
    return scores_of(Displaced())


def test_an_ensemble_that_is_the_truth(exact: Scores):
    for task, part in (("forecast", "24h"), ("forecast", "48h"), ("gap", "2d")):
        found = means(exact, task, part)
        assert found["error_km"] == pytest.approx(0, abs=2)  # positions are in float32
        assert found["energy_score_km"] == pytest.approx(0, abs=2)


def test_parts_with_less_than_two_storms_have_no_figures(exact: Scores):
    """Only the longest storm goes on for 72 hours."""
    assert set(exact["forecast"]) == {"24h", "48h"}
    assert exact["forecast"]["48h"]["model"]["error_km"]["n"] == 3


def test_a_displaced_ensemble_has_that_error():
    scores = scores_of(Displaced(constant_km=123.0))
    for task, part in (("forecast", "24h"), ("forecast", "48h"), ("gap", "2d")):
        found = means(scores, task, part)
        assert found["error_km"] == pytest.approx(123, abs=2)
        assert found["energy_score_km"] == pytest.approx(123, abs=2)
        assert found["coverage_50"] == 0
        # The truth is the last of nine by centrality: 0.9 of nine places is one tenth of it.
        assert found["coverage_90"] == pytest.approx(0.1, abs=1e-6)


def test_each_lead_time_is_scored_by_its_own_fix():
    """A hundred kilometres more for each day after the first fix told, which is at six hours."""
    scores = scores_of(Displaced(north_km=100.0))
    for hours in (24, 48):
        found = means(scores, "forecast", f"{hours}h")["error_km"]
        assert found == pytest.approx(100 * (hours - 6) / 24, abs=2)
    # Over the fixes of a gap, from 0 to 36 hours after its first.
    assert means(scores, "gap", "2d")["error_km"] == pytest.approx(100 * 0.75, abs=2)


def test_a_spread_ensemble_is_forgiven_its_spread():
    """Half of the members 90 km to the east, half to the west: the mean is right."""
    found = means(scores_of(Displaced(apart_km=90.0)), "forecast", "48h")
    assert found["error_km"] == pytest.approx(0, abs=2)
    # Of the seven others of a member four are on the other side, 180 km away.
    assert found["energy_score_km"] == pytest.approx(90 - 0.5 * 180 * 4 / 7, abs=2)
    assert found["coverage_50"] == 1  # in the middle


def test_rules_are_exact_on_a_great_circle(exact: Scores):
    for task, part, rules in (
        ("forecast", "48h", forecast_baselines()),
        ("gap", "2d", gap_baselines()),
    ):
        for name in rules:
            assert set(exact[task][part][name]) == {"error_km"}
            assert means(exact, task, part, name)["error_km"] == pytest.approx(0, abs=15)


def test_every_figure_has_its_number_of_storms_and_standard_error(exact: Scores):
    figures = [
        figure
        for parts in exact.values()
        for predictors in parts.values()
        for values in predictors.values()
        for name, figure in values.items()
        if name != "pit"
    ]
    assert len(figures) == 2 * (4 + 2) + 4 + 3
    for figure in figures:
        assert set(figure) == {"mean", "standard_error", "n"}
        assert figure["n"] == 3
        assert figure["standard_error"] >= 0


def test_progress_is_told_for_every_model_and_rule():
    told = []
    scores_of(Displaced(), progress=lambda *record: told.append(record))
    assert told[:3] == [("model: forecast", done, 3) for done in (1, 2, 3)]
    assert told[-1] == ("geodesic_regression: gap", 3, 3)
    assert len(told) == 3 * (1 + len(forecast_baselines()) + 1 + len(gap_baselines()))


def test_a_model_may_not_be_named_as_a_rule():
    with pytest.raises(ValueError, match="expected names of models, got 'persistence'"):
        score_tracks(
            {"persistence": tiny_process()}, track_tasks(Tracks(TRACKS)), key=jax.random.key(0)
        )


def test_ensembles_repeat_themselves_with_the_key_and_differ_between_storms():
    method = gn.sampling.Amortised(WALK)
    # The same storm twice: what differs is the noise.
    task = TrackTask(gap_cases([TRACKS[0]]) * 2, {}, (), "2d")

    def figures(key: int) -> dict[str, dict[str, float]]:
        rows = score_tracks(
            {"model": tiny_process()},
            {"gap": task},
            n_members=2,
            method=method,
            key=jax.random.key(key),
        )
        return summary(rows)["gap"]["2d"]["model"]

    assert figures(0) == figures(0)
    assert figures(0) != figures(1)
    assert figures(0)["error_km"]["standard_error"] > 1


def test_a_report_says_how_it_was_made():
    report = evaluate_cyclones({}, Tracks(TRACKS), n_members=7, n_steps=9, seed=5)
    settings = {name: report[name] for name in ("n_members", "n_steps", "seed")}
    assert settings == {"n_members": 7, "n_steps": 9, "seed": 5}
    assert report["versions"]["jax"] == jax.__version__
    assert json.loads(json.dumps(report)) == report


@pytest.mark.parametrize("season", [2015, 2018])
def test_only_the_test_seasons_are_scored(season: int):
    tracks = Tracks([*TRACKS, track_on_the_equator(30, id="early", season=season)])
    report = evaluate_cyclones({}, tracks)
    assert report["storms"] == {"forecast": 3, "gap": 3}
    assert report["n_test_storms"] == 3
    assert report["scores"]["gap"]["2d"]["great_circle"]["error_km"]["n"] == 3


@pytest.mark.parametrize("n", [2, 3, 5, 7])
def test_storms_are_spread_over_the_seasons(n: int):
    tracks = Tracks(
        track_on_the_equator(20, id=str(season), season=season) for season in range(2019, 2026)
    )
    report = evaluate_cyclones({}, tracks, n_storms=n)
    assert report["storms"]["forecast"] == n
    assert evaluate_cyclones({}, tracks, n_storms=70)["storms"]["forecast"] == 7


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"n_storms": 1}, "expected at least 2 storms, for a standard error, got 1"),
        ({"n_storms": -5}, "got -5; leave the number out to score all"),
        ({"n_members": 1}, "expected ensembles of at least 2 members, got 1"),
    ],
)
def test_evaluations_too_small_are_refused(settings: dict, message: str):
    with pytest.raises(ValueError, match=message):
        evaluate_cyclones({}, Tracks(TRACKS), **settings)


def test_no_test_season_gives_no_scores():
    report = evaluate_cyclones({}, Tracks([track_on_the_equator(30, season=2010)]))
    assert report["scores"] == {}
    assert np.array(list(report["storms"].values())).sum() == 0


def test_processes_are_fitted_to_the_training_seasons_alone(monkeypatch: pytest.MonkeyPatch):
    seasons = []

    def fitted(train: Tracks) -> dict:
        seasons.extend(track.season for track in train)
        return {}

    monkeypatch.setattr("geomndp.experiments.cyclone_scores.fitted_baselines", fitted)
    all_seasons = [track_on_the_equator(17, id=str(s), season=s) for s in (2014, 2017, 2019, 2020)]
    evaluate_cyclones({}, Tracks(all_seasons), gaussian_processes=True, n_members=2)
    assert seasons == [2014]


def test_the_rank_of_the_truth_is_that_by_mean_distance():
    """By hand, on the equator: among five places the truth is the most central, or the least."""
    for degree, rank in ((5.0, 1), (4.5, 1), (90.0, 5), (11.0, 2)):
        degrees = np.array([0.0, 4.0, 10.0, 13.0, degree])
        apart = np.abs(degrees[:, None] - degrees[None]).sum(1)
        assert np.sum(apart <= apart[-1]) == rank
        places = gn.manifolds.from_geographic(jnp.zeros(5), jnp.asarray(degrees))
        figures = _figures(places[:4, None], places[4:])
        assert figures["pit_lower"] == pytest.approx((rank - 1) / 5)
        assert figures["pit_upper"] == pytest.approx(rank / 5)
