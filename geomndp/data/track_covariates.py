"""What a storm's calendar and basin say of it, as numbers for a network."""

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from geomndp.data.basins import BASINS
from geomndp.data.track import Track

TRACK_COVARIATES = ("cosine of the season", "sine of the season", *BASINS)
"""What the covariates of a track are, in order."""

_YEAR = 365.2425  # days


def track_covariates(track: Track, days: ArrayLike | None = None) -> Float[np.ndarray, "n dim_c"]:
    """The season at each time, and the basin, of one storm.

    The season is the angle of the time of the year, from the hemisphere's own midwinter (1 January
    in the north, half a year later in the south), as its cosine and sine; the hemisphere is that
    of the first fix. The basin is a one for its code, as in `BASINS`, and all zeros if unknown.

    Arguments:
        track: The storm.
        days: Times in days since its first fix; those of its fixes when left out.

    Returns:
        Covariates in the order of `TRACK_COVARIATES`, in float32.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> time = np.datetime64("2024-08-01T00") + np.timedelta64(6, "h") * np.arange(2)
        >>> north = gn.data.Track("X", "", 2024, "WP", time, [10.0, 10.0], [150.0, 149.0])
        >>> gn.data.track_covariates(north).round(2).tolist()[0]
        [-0.87, -0.5, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0]
        >>> gn.data.track_covariates(north, [0.0, 1.0, 2.0]).shape
        (3, 9)
    """
    days = track.days if days is None else np.asarray(days, np.float64)
    start = track.time[0]
    year = start.astype("datetime64[Y]").astype(start.dtype)
    into_year = (start - year) / np.timedelta64(1, "D") + days
    half = 0.5 if track.latitude[0] < 0 else 0.0
    angle = 2 * np.pi * (into_year / _YEAR + half)
    basin = np.array([code == track.basin for code in BASINS], np.float64)
    of_basin = np.broadcast_to(basin, (len(days), len(basin)))
    covariates = np.concatenate([np.cos(angle)[:, None], np.sin(angle)[:, None], of_basin], -1)
    return covariates.astype(np.float32)
