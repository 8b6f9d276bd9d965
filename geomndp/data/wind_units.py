"""Speeds, heights and shares in the units of files."""

import re

METRES_PER_SECOND = {
    1.0: ("m s-1", "m/s", "ms-1", "mps", "m/sec", "meter/second", "metre/second", "meter second-1",
          "metre second-1", "meters/second", "metres/second", "meters per second",
          "metres per second", "meter per second", "metre per second"),
    1852.0 / 3600.0: ("knot", "knots", "kt", "kts", "kn"),
    1.0 / 3.6: ("km/h", "km h-1", "kmh-1", "kmh", "kph", "km/hr", "km hr-1", "km hour-1",
                "kilometers per hour", "kilometres per hour"),
    1609.344 / 3600.0: ("mph", "mi/h", "mile/h", "miles/h", "miles per hour"),
    0.3048: ("ft/s", "ft s-1", "feet/second"),
    0.01: ("cm/s", "cm s-1"),
}  # fmt: skip
"""Units of speed, by their size in m s-1."""

METRES = {
    1.0: ("m", "meter", "metre", "meters", "metres", "gpm"),
    1000.0: ("km",),
    1.0 / 9.80665: ("m2 s-2", "m2/s2"),  # geopotential
}
"""Units of height, and of geopotential, by their size in m."""

SHARES = {
    1.0: ("1", "", "0-1", "(0-1)", "(0 - 1)", "fraction", "proportion", "dimensionless"),
    0.01: ("%", "percent"),
}
"""Units of a share, by their size."""


def factor_of(unit: str, sizes: dict[float, tuple[str, ...]]) -> float | None:
    """By what to multiply numbers in a unit; None if it is not known.

    Case, blanks and the way in which powers are written are of no matter.

    Example:
        >>> factor_of("m s**-1", METRES_PER_SECOND), factor_of("km.h^-1", METRES_PER_SECOND)
        (1.0, 0.2777777777777778)
        >>> factor_of("furlong", METRES_PER_SECOND) is None
        True
    """
    plain = re.sub(r"\*\*|\^", "", unit.strip().lower())
    plain = re.sub(r"[\s.·*]+", " ", plain)
    return next((size for size, names in sizes.items() if plain in names), None)
