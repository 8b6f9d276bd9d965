"""What a storm's calendar and basin say of it, as numbers for a network."""

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from geomndp.data.basins import BASINS, basin_at
from geomndp.data.track import Track

TRACK_COVARIATES = ("cosine of the season", "sine of the season", *BASINS)
"""What the covariates of a track are, in order."""

SOUTHERN = ("SI", "SP", "SA")
"""The basins of the Southern Hemisphere."""

_YEAR = 365.2425  # days


def track_covariates(track: Track, days: ArrayLike | None = None) -> Float[np.ndarray, "n dim_c"]:
    """The season at each time, and the basin, of one storm.

    The season is the angle of the time of the year, from the hemisphere's own midwinter (1 January
    in the north, half a year later in the south), as its cosine and sine; the hemisphere is that
    of the first fix. The basin is a one for its code, as in `BASINS`; of a storm that has none it
    is that of its first fix, by `basin_at`.

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
    latitude, longitude = float(track.latitude[0]), float(track.longitude[0])
    basin = track.basin if track.basin in BASINS else basin_at(latitude, longitude)
    return season_and_basin(track.time[0], days, basin, southern=latitude < 0)


def season_and_basin(
    start: np.datetime64 | str, days: ArrayLike, basin: str, *, southern: bool | None = None
) -> Float[np.ndarray, "n dim_c"]:
    """What `track_covariates` gives, for a storm of which only the beginning is known.

    Arguments:
        start: Time of the first fix, UTC.
        days: Times in days since then.
        basin: Code of the basin, as in `BASINS`, or "".
        southern: Whether the storm is of the Southern Hemisphere; as the basin when left out.

    Raises:
        ValueError: If there is no basin of that code.

    Example:
        >>> import geomndp as gn
        >>> gn.data.season_and_basin("2024-01-01", [0.0], "SI").round(2).tolist()[0][:2]
        [-1.0, 0.0]
    """
    if basin and basin not in BASINS:
        raise ValueError(f"expected a basin, one of {', '.join(BASINS)}, got {basin!r}")
    southern = basin in SOUTHERN if southern is None else southern
    time = np.array(start, "datetime64[s]")
    into_year = (time - time.astype("datetime64[Y]")) / np.timedelta64(1, "D") + np.asarray(days)
    angle = 2 * np.pi * (into_year / _YEAR + 0.5 * southern)
    codes = np.array([code == basin for code in BASINS], np.float64)
    parts = [np.cos(angle)[:, None], np.sin(angle)[:, None]]
    parts.append(np.broadcast_to(codes, (len(angle), len(codes))))
    return np.concatenate(parts, -1).astype(np.float32)
