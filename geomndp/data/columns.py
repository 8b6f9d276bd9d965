"""Which column of a file holds what."""

import numpy as np

from geomndp.data.raw_table import RawTable

COLUMN_NAMES = {
    "id": ("sid", "track_id", "id", "storm_id", "stormid", "trajectory_id", "trajectory",
           "cyclone_id", "atcf_id", "usa_atcf_id", "storm"),
    "name": ("name", "storm_name", "sname"),
    "season": ("season",),
    "basin": ("basin",),
    "time": ("time", "iso_time", "isotime", "datetime", "date_time", "valid_time", "timestamp",
             "dtg", "date"),
    "latitude": ("latitude", "lat"),
    "longitude": ("longitude", "lon", "long", "lng"),
    "wind": ("wind", "wind_kt", "wind_knots", "wmo_wind", "usa_wind", "max_wind", "vmax"),
    "pressure": ("pressure", "pres", "pressure_hpa", "wmo_pres", "usa_pres", "mslp", "slp",
                 "central_pressure", "min_pressure"),
    "kind": ("track_type",),
}  # fmt: skip
"""Names under which a column may stand in a file, in any case; the first one found counts."""

_DATE = ("year", "month", "day")

READ_NAMES = frozenset({*_DATE, "hour", "minute"}.union(*COLUMN_NAMES.values()))
"""All names of columns that mean anything here; a reader may leave the others alone."""


def find_columns(raw: RawTable) -> dict[str, list | np.ndarray]:
    """The columns of a file by their meaning: the keys of `COLUMN_NAMES`, where there are any.

    Arguments:
        raw: The file's columns.

    Raises:
        TrackFileError: If time, latitude or longitude is missing: it lists the names found and
            those that would do.

    Example:
        >>> import numpy as np
        >>> raw = RawTable("a", "a", "line", np.array([2]), {"dtg": [1], "lat": [2], "lon": [3]})
        >>> find_columns(raw)
        {'time': [1], 'latitude': [2], 'longitude': [3]}
    """
    found = {}
    for meaning, names in COLUMN_NAMES.items():
        column = next((name for name in names if name in raw.columns), None)
        if column is not None:
            found[meaning] = raw.columns[column]
    joined = _joined_time(raw)
    if joined is not None:
        found["time"] = joined
    missing = [name for name in ["time", "latitude", "longitude"] if name not in found]
    if missing:
        accepted = "; ".join(f"{name}: {', '.join(COLUMN_NAMES[name])}" for name in missing)
        names = ", ".join(raw.header or raw.columns) or "none"
        raise raw.error(
            f"expected columns of time, latitude and longitude, got no {' and no '.join(missing)} "
            f"among {names}; rename the columns, the names that will do are {accepted}. For other "
            "formats see tracks_from_frame"
        )
    return found


def _joined_time(raw: RawTable) -> list[str] | None:
    """Times from columns of date and clock time, or of year, month, day and hour."""
    columns = raw.columns
    if all(name in columns for name in _DATE) and not set(COLUMN_NAMES["time"]) & set(columns):
        zeros = ["0"] * len(raw.rows)
        parts = [columns[name] for name in _DATE]
        parts += [columns.get(name, zeros) for name in ["hour", "minute"]]
        return [_timestamp(*values) for values in zip(*parts, strict=True)]
    clock = columns.get("time")
    if "date" in columns and clock is not None and len(clock) and _is_clock(clock[0]):
        return [f"{day} {hour}" for day, hour in zip(columns["date"], clock, strict=True)]
    return None


def _is_clock(value: object) -> bool:
    return isinstance(value, str) and sum(map(str.isdigit, value)) <= 6


def _timestamp(*values: object) -> str:
    """ISO text of year, month, day, hour, minute; the numbers as they stand if they are none."""
    try:
        year, month, day, hour, minute = (int(float(str(value))) for value in values)
    except ValueError:
        return " ".join(map(str, values))
    return f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}"
