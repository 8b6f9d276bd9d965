"""Options on how the commands read files of winds."""

import dataclasses
from typing import Annotated

import tyro

from geomndp.data import Winds, load_winds
from geomndp.data.wind_scalars import Scalars

Source = Annotated[str, tyro.conf.arg(metavar="PATH")]
"""A path, a pattern of several, or an address such as gs://bucket/store, as it was written: a
`Path` would take a slash of an address."""
OptionalSource = Annotated[str | None, tyro.conf.arg(metavar="PATH")]
"""The same, or none."""


@dataclasses.dataclass(frozen=True)
class WindFiles:
    """How files of winds are read.

    Example:
        >>> from geomndp.cli.wind_files import WindFiles
        >>> WindFiles(units="knots").lazy
        False
    """

    names: Annotated[tuple[str, str] | None, tyro.conf.arg(metavar="U V")] = None
    """Names of the winds to the east and to the north in files of winds, where these are not usual
    ones."""
    units: Annotated[str | None, tyro.conf.arg(metavar="STR")] = None
    """Unit of winds whose file says none: "m s-1", "knots", "km/h"."""
    lazy: bool = False
    """Read winds piece by piece when they are wanted, which is slower, rather than all into memory,
    which may be too small for them."""
    keys: Annotated[tuple[str, ...], tyro.conf.arg(metavar="[KEY=VALUE ...]")] = ()
    """Keys of the fields that are wanted of a GRIB file with several kinds, such as
    typeOfLevel=heightAboveGround level=10."""

    def load(self, source: str, *, scalars: Scalars = ()) -> Winds:
        """The winds of files, a pattern, or an address.

        Arguments:
            source: Where they are.
            scalars: What to read beside them.

        Raises:
            WindFileError: As of `data.load_winds`.
            ValueError: If a key has no value.
        """
        return load_winds(
            source,
            names=self.names,
            units=self.units,
            scalars=scalars,
            chunks={} if self.lazy else None,
            filter_by_keys=dict(map(key_and_value, self.keys)) or None,
        )


def key_and_value(text: str) -> tuple[str, int | str]:
    """Those of eccodes, of which numbers are whole; a range of steps is text, even of one."""
    key, equals, value = text.partition("=")
    if not (key and equals and value):
        raise ValueError(
            f"expected keys with values, such as typeOfLevel=heightAboveGround, got {text!r}"
        )
    return key, int(value) if value.isdecimal() and key != "stepRange" else value
