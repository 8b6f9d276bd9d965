"""The codes of the basins in which tropical cyclones form."""

import numpy as np

BASINS = {
    "NA": "North Atlantic",
    "EP": "East Pacific",
    "WP": "West Pacific",
    "NI": "North Indian",
    "SI": "South Indian",
    "SP": "South Pacific",
    "SA": "South Atlantic",
}
"""Basin codes of IBTrACS, with their names; "NA" is text, never a missing value."""

_AGENCY_CODES = {"AL": "NA", "CP": "EP", "IO": "NI", "LS": "SA", "SL": "SA"}
_MISSING = {"", "NAN", "<NA>", "NONE", "NULL", "MM"}


def basin_code(text: str, longitude: float) -> str:
    """The IBTrACS code of a basin; "" if it is missing, and an unknown code as it stands.

    Arguments:
        text: A code of IBTrACS or of the US agencies (AL, CP, IO, SH, SL), in any case.
        longitude: Degrees east, which tells the two southern basins of the code SH apart.

    Example:
        >>> basin_code("al", -80.0), basin_code("NA", -80.0), basin_code("SH", 150.0)
        ('NA', 'NA', 'SP')
    """
    code = text.strip().upper()
    if code in _MISSING:
        return ""
    if code == "SH":
        east = longitude % 360.0
        return "SI" if 10.0 <= east < 135.0 else "SP" if 135.0 <= east < 290.0 else "SA"
    return _AGENCY_CODES.get(code, code)


_ISTHMUS = np.array([[-120.0, 35.0], [-100.0, 18.0], [-92.0, 16.5], [-84.0, 10.5], [-77.0, 8.0]])
"""Longitude and latitude along the land between the North Atlantic and the East Pacific."""


def basin_at(latitude: float, longitude: float) -> str:
    """The basin of a position, for storms whose file does not say it.

    The bounds are those of IBTrACS: 100 E between the North Indian and the West Pacific, 180
    between that and the East Pacific, 135 E and 70 W in the south; the North Atlantic ends at the
    isthmus, here a line from Baja California to Colombia.

    Arguments:
        latitude: Degrees north.
        longitude: Degrees east, of any winding.

    Example:
        >>> import geomndp as gn
        >>> [gn.data.basin_at(15.0, lon) for lon in (-50.0, -105.0, 140.0, 88.0)]
        ['NA', 'EP', 'WP', 'NI']
        >>> [gn.data.basin_at(-15.0, lon) for lon in (60.0, 170.0, -30.0)]
        ['SI', 'SP', 'SA']
    """
    east = longitude % 360.0
    if latitude < 0:
        return basin_code("SH", longitude) if east >= 10.0 else "SA"
    if 30.0 <= east < 180.0:
        return "NI" if east < 100.0 else "WP"
    if east < 30.0:
        return "NA"
    west = east - 360.0
    if west > _ISTHMUS[-1, 0]:
        return "NA"
    is_north = latitude > np.interp(west, _ISTHMUS[:, 0], _ISTHMUS[:, 1])
    return "NA" if west > _ISTHMUS[0, 0] and is_north else "EP"
