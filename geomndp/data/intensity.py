"""How strong a storm is, as numbers of the size of its movements."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float
from numpy.typing import ArrayLike

from geomndp.data.track import Track

INTENSITY = ("wind", "pressure")
"""What the intensity of a storm is: maximum sustained wind in knots, sea-level pressure in hPa."""

_CENTRE = np.array([60.0, 980.0])
_UNIT = 400.0
"""In knots and in hPa: a change of 4 in six hours then is as a move by 64 km on the unit sphere."""


class Intensity(NamedTuple):
    """Scaled wind and pressure, and where they are known.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> gn.data.Intensity(np.zeros((1, 2)), np.ones((1, 2), bool)).known.tolist()
        [[True, True]]
    """

    values: Float[np.ndarray, "n_points 2"]
    """Of order 0.1, and 0 where it is not known."""
    known: Bool[np.ndarray, "n_points 2"]


def scaled_intensity(track: Track) -> Intensity:
    """Wind and pressure of a storm at its fixes, as a network takes them: see `INTENSITY`.

    Numbers that no storm has, more than 400 from the middle, count as missing.

    Arguments:
        track: The storm.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> time = np.datetime64("2024-08-01T00") + np.timedelta64(6, "h") * np.arange(2)
        >>> track = gn.data.Track("X", "", 2024, "WP", time, [10, 10], [150, 149], [60, 100])
        >>> values, known = gn.data.scaled_intensity(track)
        >>> values.tolist(), known.tolist()
        ([[0.0, 0.0], [0.1, 0.0]], [[True, False], [True, False]])
    """
    raw = np.stack([track.wind, track.pressure], -1)
    scaled = (raw - _CENTRE) / _UNIT
    known = np.abs(scaled) < 1  # False of NaN too
    return Intensity(np.where(known, scaled, 0.0), known)


def wind_and_pressure(
    values: ArrayLike,
) -> tuple[Float[np.ndarray, "*batch"], Float[np.ndarray, "*batch"]]:
    """Wind in knots, at least 0, and pressure in hPa, of scaled values on the last axis.

    Arguments:
        values: As `Intensity.values`.

    Example:
        >>> import geomndp as gn
        >>> wind, pressure = gn.data.wind_and_pressure([[0.1, -0.1]])
        >>> wind.tolist(), pressure.tolist()
        ([100.0], [940.0])
    """
    raw = np.asarray(values, np.float64) * _UNIT + _CENTRE
    return np.maximum(raw[..., 0], 0.0), raw[..., 1]
