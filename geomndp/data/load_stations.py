"""Winds of stations from CSV."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from geomndp.data.columns import COLUMN_NAMES
from geomndp.data.delimited import read_delimited
from geomndp.data.errors import WindFileError
from geomndp.data.parsing import parse_degrees, parse_numbers, parse_times
from geomndp.data.wind_names import WIND_NAMES
from geomndp.data.wind_observations import WindObservations, from_direction
from geomndp.data.wind_scalars import names_of
from geomndp.data.wind_units import METRES_PER_SECOND, factor_of
from geomndp.fields import Quantity

_COLUMNS = {
    "latitude": COLUMN_NAMES["latitude"],
    "longitude": COLUMN_NAMES["longitude"],
    "time": COLUMN_NAMES["time"],
    "station": ("station", "station_id", "name", "id", "icao", "wmo_id"),
    "eastward": ("east", "eastward", *(u for u, _ in WIND_NAMES)),
    "northward": ("north", "northward", *(v for _, v in WIND_NAMES)),
    "speed": ("speed", "wind_speed", "windspeed", "ws", "ff", "wspd", "sknt"),
    "direction": ("direction", "wind_direction", "winddirection", "wd", "dd", "dir", "wdir",
                  "drct", "wind_from_direction"),
    "error": ("error", "std", "sigma", "stddev", "standard_deviation", "standard_error",
              "uncertainty"),
}  # fmt: skip
"""Names of columns, in any case; the first one found counts."""


def load_stations(
    path: str | os.PathLike[str], *, units: str, quantities: Sequence[Quantity] = ()
) -> WindObservations:
    r"""Observed winds from a CSV file, one row each.

    It has columns of `latitude` and `longitude`, and of the components of the wind, as `u` and
    `v`, or else of its `speed` and `direction`. Directions are those from which winds blow, in
    degrees clockwise from north; of a calm none is needed. There may be a `time` (ISO 8601, UTC
    unless it says an offset), a `station`, and an `error`: the standard deviation of the error of
    a component, in the unit of the winds. Columns go by these and other usual names, in any case.
    Rows without a wind are left out, as the remarks say. Of quantities, such as pressure, there may
    be columns too; then a row may have either, and its other cells be empty.

    Arguments:
        path: The file; with the ending `.gz`, `.bz2`, `.xz` or `.zip` it is compressed.
        units: Unit of winds and errors: "m s-1", "knots", "km/h".
        quantities: What may stand beside the winds, in columns of their names or standard names,
            in their units.

    Raises:
        WindFileError: If columns are not there, or a row has something else than such numbers. The
            message names the row.
        ValueError: If the unit is not known.

    Example:
        >>> import pathlib, tempfile, geomndp as gn
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "stations.csv"
        >>> text = "station,lat,lon,speed,direction,error\nA,50,8.6,10,270,1\nB,54.2,7.9,0,,1\n"
        >>> _ = path.write_text(text)
        >>> seen = gn.data.load_stations(path, units="knots")
        >>> seen.wind.round(3).tolist()
        [[5.144, 0.0], [0.0, 0.0]]
    """
    factor = factor_of(units, METRES_PER_SECOND)
    if factor is None:
        known = ", ".join(unit for unit, *_ in METRES_PER_SECOND.values())
        raise ValueError(f"expected a unit of speed, one of {known}, got {units!r}")
    table = _Table(Path(path), quantities)
    latitude = table.numbers("latitude", 90.0, letters="NS")
    longitude = table.numbers("longitude", 360.0, letters="EW")
    if table.has("eastward") and table.has("northward"):
        wind = np.stack([table.numbers("eastward"), table.numbers("northward")], -1)
    elif table.has("speed") and table.has("direction"):
        wind = _by_direction(table)
    elif any(table.has(quantity.name) for quantity in quantities):
        wind = np.full((len(latitude), 2), np.nan)
    else:
        beside = "".join(f", or {quantity.name}" for quantity in quantities)
        raise table.error(
            f"expected columns u and v, or speed and direction{beside}, got "
            f"{', '.join(table.header)}; rename the columns"
        )
    has_wind = np.asarray(np.isfinite(wind).all(-1))
    scalars = np.full((len(wind), len(quantities)), np.nan)
    for i, quantity in enumerate(quantities):
        if table.has(quantity.name):
            scalars[:, i] = table.numbers(quantity.name)
    kept = has_wind | np.isfinite(scalars).any(-1)
    wind = np.where(has_wind[:, None], wind, np.nan)
    what = "a wind" if not quantities else "anything observed"
    if not kept.any():
        raise table.error(f"expected winds, got none in {kept.size} rows")
    table.refuse(kept & ~(np.isfinite(latitude) & np.isfinite(longitude)), "a position")
    error = table.numbers("error")[kept] * factor if table.has("error") else None
    if error is not None:
        table.refuse(has_wind & ~(table.numbers("error") >= 0), "an error of 0 or more")
    station = table.texts("station") if table.has("station") else None
    return WindObservations(
        latitude[kept],
        longitude[kept],
        wind[kept] * factor,
        error,
        table.times()[kept] if table.has("time") else None,
        None if station is None else [station[row] for row in np.flatnonzero(kept)],
        () if kept.all() else (f"Rows without {what}, left out: {(~kept).sum()}",),
        quantities,
        scalars[kept],
    )


def _by_direction(table: "_Table") -> Float[np.ndarray, "n 2"]:
    speed, direction = table.numbers("speed"), table.numbers("direction", 360.0)
    table.refuse(speed < 0, "a speed of 0 or more")
    table.refuse(direction < 0, "a direction from 0 to 360")
    table.refuse(np.isnan(direction) & (speed > 0), "a direction of a wind that is no calm")
    return from_direction(speed, np.where(speed == 0, 0.0, direction))


class _Table:
    """Columns of a CSV file by their meaning."""

    def __init__(self, path: Path, quantities: Sequence[Quantity]):
        self._path = path
        if not path.is_file():
            what = "a folder" if path.is_dir() else "none there"
            raise self.error(f"expected a CSV file of stations, got {what}; check the path")
        try:
            frame = read_delimited(path, dtype=str, na_filter=False)
        except (ValueError, OSError, EOFError) as error:
            raise self.error(f"expected a CSV file of stations, got {error}") from error
        if frame.empty:
            raise self.error("expected at least one station, got a table without rows")
        self.header = [str(name).strip().lower() for name in frame.columns]
        values = {name: frame.iloc[:, i].tolist() for i, name in enumerate(self.header)}
        beside = {own: tuple(map(str.lower, names)) for own, names in names_of(quantities).items()}
        found = {
            meaning: next((values[name] for name in names if name in values), None)
            for meaning, names in (_COLUMNS | beside).items()
        }
        self._columns = {meaning: column for meaning, column in found.items() if column is not None}
        for place in ("latitude", "longitude"):
            if not self.has(place):
                raise self.error(
                    f"expected a column {place}, got {', '.join(self.header)}; rename the columns"
                )

    def has(self, meaning: str) -> bool:
        return meaning in self._columns

    def texts(self, meaning: str) -> Sequence[str]:
        return self._columns[meaning]

    def numbers(
        self, meaning: str, limit: float = np.inf, letters: str | None = None
    ) -> Float[np.ndarray, " n"]:
        """Numbers, NaN where missing; text, infinity and those beyond a limit are refused."""
        column = self._columns[meaning]
        numbers, wrong = (
            parse_degrees(column, letters=letters) if letters else parse_numbers(column)
        )
        within = f"from {-limit:g} to {limit:g}" if np.isfinite(limit) else "as a finite number"
        self.refuse(wrong | (np.abs(numbers) > limit) | np.isinf(numbers), f"{meaning} {within}")
        return numbers

    def times(self) -> Any:
        times, _ = parse_times(self._columns["time"])
        self.refuse(np.isnat(times), "a time")
        return times

    def refuse(self, wrong: Bool[np.ndarray, " n"], expected: str) -> None:
        rows = np.flatnonzero(wrong)
        if rows.size:
            raise self.error(
                f"expected {expected} in each row, got none such in row {rows[0] + 1} below the "
                f"header and {rows.size} in all; correct them or leave the rows out"
            )

    def error(self, problem: str) -> WindFileError:
        return WindFileError(f"{self._path}: {problem}")
