"""Lines on the globe, in degrees."""

import itertools
from typing import TypeAlias

import numpy as np
from jaxtyping import Array, Float

Polyline: TypeAlias = Float[np.ndarray, "_ 2"]
"""Longitude and latitude of points along a line, in degrees."""

Vectors: TypeAlias = Float[Array | np.ndarray, "_ 3"]
"""Unit vectors of points along a line."""


def to_polyline(y: Float[Array | np.ndarray, "n_points 3"]) -> Polyline:
    """Longitude in (-180, 180] and latitude of unit vectors, in degrees.

    Example:
        >>> import numpy as np
        >>> to_polyline(np.array([[0.0, 1.0, 0.0]])).tolist()
        [[90.0, 0.0]]
    """
    y = np.asarray(y, np.float64)
    latitude = np.arctan2(y[:, 2], np.hypot(y[:, 0], y[:, 1]))
    return np.rad2deg(np.stack([np.arctan2(y[:, 1], y[:, 0]), latitude], -1))


def to_vectors(line: Polyline) -> Float[np.ndarray, "n_points 3"]:
    """Unit vectors of positions in degrees.

    Example:
        >>> import numpy as np
        >>> to_vectors(np.array([[0.0, 90.0]])).round(9).tolist()
        [[0.0, 0.0, 1.0]]
    """
    longitude, latitude = np.deg2rad(line.T)
    across = np.cos(latitude)
    return np.stack([across * np.cos(longitude), across * np.sin(longitude), np.sin(latitude)], -1)


def split_at_meridian(line: Polyline, central_longitude: float) -> list[Polyline]:
    """A line cut where it crosses the meridian opposite to the centre of a map.

    A step goes the shorter way round. At a crossing both pieces get a point on the edge, at the
    latitude at which the straight line in degrees passes it.

    Arguments:
        line: The line.
        central_longitude: The middle of the map, in degrees east.

    Returns:
        Pieces, with longitudes from -180 to 180 relative to the centre.

    Example:
        >>> import numpy as np
        >>> pieces = split_at_meridian(np.array([[170.0, 0.0], [-170.0, 2.0]]), 0.0)
        >>> [piece.tolist() for piece in pieces]
        [[[170.0, 0.0], [180.0, 1.0]], [[-180.0, 1.0], [-170.0, 2.0]]]
    """
    longitude = (line[:, 0] - central_longitude + 180) % 360 - 180
    line = np.stack([longitude, line[:, 1]], -1)
    pieces, rest = [], []
    for start, end in itertools.pairwise(line):
        rest.append(start)
        if abs(end[0] - start[0]) <= 180:
            continue
        edge = 180.0 if start[0] > 0 else -180.0
        fraction = (edge - start[0]) / (end[0] + 2 * edge - start[0])
        latitude = start[1] + fraction * (end[1] - start[1])
        pieces.append(np.stack([*rest, [edge, latitude]]))
        rest = [np.array([-edge, latitude])]
    return [*pieces, np.stack([*rest, line[-1]])]
