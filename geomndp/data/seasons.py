"""The season to which a storm belongs."""

from datetime import datetime

import numpy as np


def season_of(time: np.datetime64 | datetime | str, latitude: float) -> int:
    """Season of a storm that begins at this time and latitude.

    It is the calendar year in the Northern Hemisphere. In the Southern Hemisphere seasons run
    from July to June and carry the later year.

    Arguments:
        time: Time of the first fix, UTC.
        latitude: Latitude of the first fix, degrees north.

    Example:
        >>> import geomndp as gn
        >>> gn.data.season_of("2015-12-31", latitude=-15.0)
        2016
    """
    years, months = divmod(int(np.array(time, "datetime64[M]").astype(int)), 12)
    year, month = 1970 + years, 1 + months
    return year + 1 if latitude < 0.0 and month >= 7 else year
