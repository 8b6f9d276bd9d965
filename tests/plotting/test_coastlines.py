"""Coastlines that a package carries."""

import importlib.util
from typing import get_args

import numpy as np
import pytest

from geomndp.plotting import coastlines
from geomndp.plotting.coastlines import Resolution, Shore, shores
from geomndp.plotting.polylines import split_at_meridian, to_polyline, to_vectors


def km_to_coast(lines: list[np.ndarray], longitude: float, latitude: float) -> float:
    """Distance from a place to the nearest point of a coastline."""
    place = to_vectors(np.array([[longitude, latitude]]))[0]
    points = to_vectors(np.concatenate(lines))
    return 6371.0 * float(np.linalg.norm(points - place, axis=-1).min())


@pytest.mark.parametrize(("resolution", "tolerance"), [("c", 60.0), ("l", 12.0), ("i", 3.0)])
def test_known_places_lie_on_a_coast(resolution: Resolution, tolerance: float):
    lines = coastlines(resolution)
    for longitude, latitude in [
        (-5.716, 50.066),  # Land's End
        (18.474, -34.357),  # the Cape of Good Hope
        (130.66, 30.99),  # Cape Sata, Japan
    ]:
        assert km_to_coast(lines, longitude, latitude) < tolerance


def test_mid_ocean_and_mid_continent_lie_on_none():
    lines = coastlines("l")
    assert km_to_coast(lines, -123.39, -48.88) > 2500  # Point Nemo
    assert km_to_coast(lines, 86.67, 45.28) > 2000  # the Eurasian pole of inaccessibility


@pytest.mark.parametrize("resolution", get_args(Resolution))
def test_lines_stay_on_the_globe_and_never_follow_the_seams_of_the_data(resolution: Resolution):
    for line in coastlines(resolution):
        assert line.ndim == 2
        assert len(line) > 1
        assert np.abs(line[:, 0]).max() <= 180
        assert np.abs(line[:, 1]).max() < 89
        assert np.abs(np.diff(line[:, 0])).max() < 180
        on_seam = np.abs(line[:, 0]) == 180
        assert not (on_seam[1:] & on_seam[:-1]).any()


def test_the_seams_are_cut_and_nothing_else():
    square = np.array([[170.0, 0.0], [180.0, 0.0], [180.0, 10.0], [170.0, 10.0]])
    (line,) = Shore(True, 1e6, square).lines()
    assert line.tolist() == [[180.0, 10.0], [170.0, 10.0], [170.0, 0.0], [180.0, 0.0]]
    island = square - np.array([20.0, 0.0])
    (line,) = Shore(True, 1e6, island).lines()
    assert line.tolist() == [*island.tolist(), island[0].tolist()]


def test_areas_of_continents():
    land = [shore for shore in shores("l") if shore.is_land]
    # Of the globe's 510 million km² land is 149; the rings of Antarctica count its ice shelves.
    halves = {shore.area for shore in land if shore.area > 1e6}
    assert 1.3e8 < sum(halves) < 1.6e8


def test_without_the_package_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    shores.cache_clear()
    with pytest.raises(ModuleNotFoundError, match=r'pip install "geomndp\[cyclones\]"'):
        coastlines("c")


def test_vectors_and_degrees_are_inverse():
    line = np.array([[-179.0, -80.0], [0.0, 0.0], [120.0, 45.0]])
    assert np.allclose(to_polyline(to_vectors(line)), line)


@pytest.mark.parametrize("centre", [0.0, 100.0, -165.0])
def test_a_line_twice_around_the_globe_is_cut_at_every_crossing(centre: float):
    longitude = np.arange(0.0, 721.0, 10.0) + 3.0
    line = np.stack([(longitude + 180) % 360 - 180, np.linspace(-40, 40, longitude.size)], -1)
    pieces = split_at_meridian(line, centre)
    assert len(pieces) == 3
    assert sum(len(piece) for piece in pieces) == len(line) + 4
    for piece in pieces:
        assert np.abs(piece[:, 0]).max() <= 180
        assert np.abs(np.diff(piece[:, 0])).max() < 11
    ends = [piece[-1] for piece in pieces[:-1]], [piece[0] for piece in pieces[1:]]
    for end, start in zip(*ends, strict=True):
        assert end[0] == 180
        assert start[0] == -180
        assert end[1] == start[1]
