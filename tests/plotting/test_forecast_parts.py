"""What goes into a map of a forecast: regions, and the order of points in time."""

import numpy as np
import pytest

from geomndp.plotting.forecast_path import ForecastPath
from geomndp.plotting.regions import central_ellipse, ensemble_mean


def gaussian_cloud(n: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    points = np.array([0.0, 0.6, 0.8]) + rng.normal(size=(n, 3)) * np.array([0.06, 0.02, 0.02])
    return points / np.linalg.norm(points, axis=-1, keepdims=True)


def share_inside(outline: np.ndarray, points: np.ndarray, pole: np.ndarray) -> float:
    """Share of points inside an outline, seen in the gnomonic projection about a pole."""
    from matplotlib.path import Path

    frame = np.linalg.svd(pole[None])[2][1:]

    def flat(y: np.ndarray) -> np.ndarray:
        return y @ frame.T / (y @ pole[:, None])

    return float(Path(flat(outline)).contains_points(flat(points)).mean())


@pytest.mark.parametrize("level", [0.5, 0.9])
def test_an_ellipse_holds_its_share_of_the_points_and_of_their_law(level: float):
    points = gaussian_cloud(500)
    mean = ensemble_mean(points[:, None])[0]
    outline = central_ellipse(points, level)
    assert outline is not None
    assert np.allclose(np.linalg.norm(outline, axis=-1), 1)
    assert share_inside(outline, points, mean) == pytest.approx(level, abs=0.01)
    assert share_inside(outline, gaussian_cloud(4000, 1), mean) == pytest.approx(level, abs=0.05)
    assert share_inside(outline, gaussian_cloud(50) @ np.diag([1, 1, -1]), mean) == 0


def test_an_ellipse_is_longest_where_the_points_are():
    outline = central_ellipse(gaussian_cloud(500), 0.9)
    assert outline is not None
    assert np.ptp(outline[:, 0]) > 2 * np.ptp(outline[:, 1])


@pytest.mark.parametrize(
    "points",
    [
        pytest.param(gaussian_cloud(2), id="two"),
        pytest.param(np.concatenate([np.eye(3), -np.eye(3)]), id="all-round"),
    ],
)
def test_points_that_span_no_region_have_none(points: np.ndarray):
    assert central_ellipse(points, 0.9) is None


def test_points_in_one_place_have_a_small_region_there():
    outline = central_ellipse(np.tile([0.0, 0.0, 1.0], (5, 1)), 0.9)
    assert outline is not None
    assert np.abs(outline - np.array([0.0, 0.0, 1.0])).max() < 1e-5


def at(times: list[float]) -> np.ndarray:
    """Points that can be told apart by their first coordinate, the time."""
    return np.stack([np.array(times), np.zeros(len(times)), np.ones(len(times))], -1)


@pytest.mark.parametrize(
    ("known", "predicted", "runs", "known_runs", "junctions"),
    [
        ([0, 1], [2, 3], [[1, 2, 3]], [[0, 1]], [1]),
        ([0, 1, 4, 5], [2, 3], [[1, 2, 3, 4]], [[0, 1], [4, 5]], [1, 2]),
        ([2, 3], [0, 1], [[0, 1, 2]], [[2, 3]], [0]),
        ([0, 2, 4], [3, 1], [[0, 1, 2], [2, 3, 4]], [[0], [2], [4]], [0, 1, 2]),
    ],
)
def test_runs_of_a_path(
    known: list[float],
    predicted: list[float],
    runs: list[list[float]],
    known_runs: list[list[float]],
    junctions: list[int],
):
    path = ForecastPath(np.array(known, float), np.array(predicted, float))
    found = path.unknown_runs(at(known), at(predicted))
    assert [run[:, 0].tolist() for run in found] == runs
    assert [run[:, 0].tolist() for run in path.known_runs(at(known))] == known_runs
    assert path.junctions() == junctions


@pytest.mark.parametrize(
    ("known", "predicted", "marked"),
    [
        ([0.0], np.arange(1, 13) / 4, [(3, 1.0), (7, 2.0), (11, 3.0)]),
        ([0.0], np.arange(1, 21) / 4, [(7, 2.0), (15, 4.0)]),
        ([0.0], np.array([0.25, 0.5]), [(1, 0.5)]),
        ([0.0, 2.0], np.arange(1, 8) / 4, [(3, 1.0)]),
        ([5.0], np.array([1.0, 2.0]), []),
    ],
)
def test_whole_days_are_marked(known: list[float], predicted: np.ndarray, marked: list):
    assert ForecastPath(np.array(known), predicted).marked_times() == marked


def test_hours_of_choice_are_marked():
    path = ForecastPath(np.array([0.0, 3.0]), 3 + np.arange(1, 21) / 4)
    marked = path.marked_times(hours=(120.0, 24.0, 72.0))
    assert marked == [(3, 1.0), (11, 3.0), (19, 5.0)]
    with pytest.raises(
        ValueError, match="expected marks at hours that are told, 6, .*, got 24, 25"
    ):
        path.marked_times(hours=(24.0, 25.0))
