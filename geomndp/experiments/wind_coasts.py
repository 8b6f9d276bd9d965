"""Coasts on maps of winds."""

import numpy as np
from jaxtyping import Float

from geomndp.data import AbstractEarthCoordinates
from geomndp.data.globe import wrap_longitude
from geomndp.plotting import coastlines


def coasts_near(
    coordinates: AbstractEarthCoordinates, places: tuple[np.ndarray, np.ndarray]
) -> list[Float[np.ndarray, "_ 2"]]:
    """Coasts near some places of a region, as lines on its map."""
    latitude, longitude = places
    centre = longitude[0]
    east = wrap_longitude(longitude - centre)
    margins = [0.5 * np.ptp(part) + 1.0 for part in (latitude, east)]
    found: list[np.ndarray] = []
    for line in coastlines("i"):
        across = wrap_longitude(line[:, 0] - centre)
        inside = (line[:, 1] > latitude.min() - margins[0]) & (across > east.min() - margins[1])
        inside &= (line[:, 1] < latitude.max() + margins[0]) & (across < east.max() + margins[1])
        ends = np.flatnonzero(np.diff(inside)) + 1
        pieces = [
            part for part in np.split(line, ends)[0 if inside[0] else 1 :: 2] if len(part) > 1
        ]
        found += [coordinates.locations(part[:, 1], part[:, 0]) for part in pieces]
    return found
