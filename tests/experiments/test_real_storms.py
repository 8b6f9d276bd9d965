"""Rules scored on the storms of the test seasons, against formulas of spherical trigonometry."""

import json
from importlib.resources import files

import jax
import numpy as np
import pytest

from geomndp.data import Tracks
from geomndp.experiments import (
    TrackCase,
    TrackTask,
    forecast_baselines,
    forecast_cases,
    gap_baselines,
    gap_cases,
    score_tracks,
    summary,
)

EARTH_RADIUS_KM = 6371.0088


def km_between(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """By the cross product, which is exact at small angles."""
    sine = np.linalg.norm(np.cross(a, b), axis=-1)
    return EARTH_RADIUS_KM * np.arctan2(sine, np.sum(a * b, -1))


def along_great_circle(a: np.ndarray, b: np.ndarray, fraction: np.ndarray) -> np.ndarray:
    """Points on the great circle from a to b, by Shoemake's formula, also outside of [0, 1]."""
    angle = np.arctan2(np.linalg.norm(np.cross(a, b)), a @ b)
    if angle == 0:
        return np.broadcast_to(a, (len(fraction), 3))
    weights = np.sin(np.stack([1 - fraction, fraction], -1) * angle) / np.sin(angle)
    return weights @ np.stack([a, b])


def persistence_km(case: TrackCase, hours: float) -> float:
    at = case.lead(hours)
    assert at is not None
    x, y = (np.asarray(part, np.float64) for part in (case.context.x[:, 0], case.context.y))
    ahead = float(case.target.x[at, 0])
    fraction = np.array([(ahead - x[-2]) / (x[-1] - x[-2])])
    guess = along_great_circle(y[-2], y[-1], fraction)
    return float(km_between(guess[0], np.asarray(case.target.y[at], np.float64)))


def great_circle_km(case: TrackCase) -> float:
    x, y = (np.asarray(part, np.float64) for part in (case.context.x[:, 0], case.context.y))
    hidden, truth = (np.asarray(p, np.float64) for p in (case.target.x[:, 0], case.target.y))
    after = int(np.searchsorted(x, hidden[0]))
    fraction = (hidden - x[after - 1]) / (x[after] - x[after - 1])
    return km_between(along_great_circle(y[after - 1], y[after], fraction), truth).mean()


@pytest.fixture(scope="module")
def cases(storms: Tracks) -> tuple[list[TrackCase], list[TrackCase]]:
    test = storms.split().test
    return forecast_cases(test), gap_cases(test)


def test_how_many_storms_are_long_enough(cases):
    forecasts, gaps = cases
    assert (len(forecasts), len(gaps)) == (520, 592)


def test_persistence_after_48_hours(cases):
    errors = np.array([persistence_km(case, 48.0) for case in cases[0]])
    standard_error = errors.std(ddof=1) / np.sqrt(len(errors))
    assert standard_error == pytest.approx(15, abs=1.5)
    assert abs(errors.mean() - 485) < 3 * 15


def test_great_circles_over_gaps(cases):
    errors = np.array([great_circle_km(case) for case in cases[1]])
    standard_error = errors.std(ddof=1) / np.sqrt(len(errors))
    assert standard_error == pytest.approx(2.4, abs=0.3)
    assert abs(errors.mean() - 87) < 3 * 2.4


def test_scores_are_those_of_the_formulas(cases):
    """On storms with the same numbers of fixes, which is faster."""
    sizes = (20, 20), (20, 7)
    forecasts, gaps = (
        [c for c in part if (c.context.n_points, c.target.n_points) == size][::4][:8]
        for part, size in zip(cases, sizes, strict=True)
    )
    tasks = {
        "forecast": TrackTask(forecasts, forecast_baselines()),
        "gap": TrackTask(gaps, gap_baselines(), (), "2d"),
    }
    scores = summary(score_tracks({}, tasks, key=jax.random.key(0)))
    found = scores["forecast"]["48h"]["persistence"]["error_km"]
    expected = np.array([persistence_km(case, 48.0) for case in forecasts])
    # Velocities are differences of positions in float32, 0.4 m apart.
    assert found["mean"] == pytest.approx(expected.mean(), abs=1)
    assert found["standard_error"] == pytest.approx(
        expected.std(ddof=1) / np.sqrt(len(expected)), abs=1
    )
    found = scores["gap"]["2d"]["great_circle"]["error_km"]
    assert found["mean"] == pytest.approx(np.mean([great_circle_km(c) for c in gaps]), abs=1)
    assert found["n"] == len(gaps) == 8


def test_the_card_of_the_shipped_model_has_the_same_rules(cases):
    """So its figures are of the same storms: all that are long enough."""
    card = json.loads((files("geomndp") / "pretrained" / "cyclones.json").read_text())
    assert (card["storms"]["forecast"], card["storms"]["gap"]) == (520, 592)
    persistence = card["scores"]["forecast"]["48h"]["persistence"]["error_km"]
    expected = np.mean([persistence_km(case, 48.0) for case in cases[0]])
    assert persistence["mean"] == pytest.approx(expected, abs=1)
    great_circle = card["scores"]["gap"]["2d"]["great_circle"]["error_km"]
    expected = np.mean([great_circle_km(case) for case in cases[1]])
    assert great_circle["mean"] == pytest.approx(expected, abs=1)
