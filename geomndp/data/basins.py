"""The codes of the basins in which tropical cyclones form."""

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
