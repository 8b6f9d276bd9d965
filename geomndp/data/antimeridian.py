"""Lines on the globe cut where a map of longitudes is cut."""

from itertools import pairwise

import numpy as np
from jaxtyping import Float

_POLE = 1e-9  # degrees from a pole, or from 180 degrees of longitude

Vertex = tuple[float, float, float]
"""Longitude and latitude in degrees, and days."""


def cut_at_antimeridian(
    latitude: Float[np.ndarray, " n_points"],
    longitude: Float[np.ndarray, " n_points"],
    days: Float[np.ndarray, " n_points"],
) -> list[list[Vertex]]:
    """Parts of a line of great circles, none of which crosses 180 degrees of longitude.

    Where the line crosses it, both parts get the crossing, once at 180 and once at -180 degrees
    (RFC 7946, section 3.1.9), with the time between. Where it goes over a pole, one part ends at
    the pole on its own meridian and the next begins there on the other.

    Arguments:
        latitude: Degrees north.
        longitude: Degrees east, in (-180, 180].
        days: Times of the points.

    Example:
        >>> import numpy as np
        >>> one, two = cut_at_antimeridian(np.zeros(2), np.array([179.0, -179.0]), np.arange(2.0))
        >>> one, two
        ([(179.0, 0.0, 0.0), (180.0, 0.0, 0.5)], [(-180.0, 0.0, 0.5), (-179.0, 0.0, 1.0)])
    """
    points = list(zip(longitude.tolist(), latitude.tolist(), days.tolist(), strict=True))
    off_pole = [point for point in points if not _is_pole(point)]
    if _is_pole(points[0]) and off_pole:
        points[0] = (off_pole[0][0], *points[0][1:])
    parts = [[points[0]]]
    for point in points[1:]:
        last = parts[-1][-1]
        if _is_pole(point):
            point = (last[0], *point[1:])
        for end, begin in _cuts(last, point):
            parts[-1].append(end)
            parts.append([begin])
        parts[-1].append(point)
    parts = [_without_repeats(part) for part in parts]
    return [part for part in parts if len(part) > 1] or [parts[0]]


def _is_pole(vertex: Vertex) -> bool:
    return 90.0 - abs(vertex[1]) < _POLE


def _cuts(a: Vertex, b: Vertex) -> list[tuple[Vertex, Vertex]]:
    """Where to end one part and begin the next between two vertices, if anywhere."""
    turn = b[0] - a[0]
    if _is_pole(a):
        return [] if abs(turn) < _POLE else [(a, (b[0], a[1], a[2]))]
    if abs(turn) < 180.0 - _POLE:
        return []
    if abs(turn) <= 180.0 + _POLE:
        sign = 1.0 if a[1] + b[1] >= 0.0 else -1.0
        share = (90.0 - sign * a[1]) / (180.0 - sign * (a[1] + b[1]))
        pole, day = 90.0 * sign, a[2] + share * (b[2] - a[2])
        return [((a[0], pole, day), (b[0], pole, day))]
    ya, yb = (_vector(vertex) for vertex in (a, b))
    share = ya[1] / (ya[1] - yb[1]) if ya[1] != yb[1] else 0.5
    crossing = ya + share * (yb - ya)
    latitude = float(np.rad2deg(np.arctan2(crossing[2], abs(crossing[0]))))
    day = a[2] + float(share) * (b[2] - a[2])
    side = 180.0 if a[0] > 0.0 else -180.0
    return [((side, latitude, day), (-side, latitude, day))]


def _vector(vertex: Vertex) -> np.ndarray:
    lam, phi = np.deg2rad(vertex[0]), np.deg2rad(vertex[1])
    sine = 0.0 if abs(vertex[0]) == 180.0 else np.sin(lam)
    return np.array([np.cos(phi) * np.cos(lam), np.cos(phi) * sine, np.sin(phi)])


def _without_repeats(part: list[Vertex]) -> list[Vertex]:
    kept = part[:1]
    kept += [vertex for before, vertex in pairwise(part) if vertex != before]
    return kept
