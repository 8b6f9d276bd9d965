"""Fixes of a file, interpreted and checked row by row."""

import dataclasses

import numpy as np
from jaxtyping import Bool, Float, Int, Shaped

from geomndp.data.basins import BASINS, basin_code
from geomndp.data.columns import find_columns
from geomndp.data.parsing import parse_degrees, parse_numbers, parse_times
from geomndp.data.raw_table import RawTable
from geomndp.data.report import ReportEntry

_NAMELESS = {"", "NAN", "<NA>", "NONE", "UNNAMED", "UNKNOWN", "NOT_NAMED", "NOT NAMED", "NOTNAMED"}
_PASCAL = 2000.0  # more than any pressure in hPa, less than any in Pa


@dataclasses.dataclass(frozen=True)
class FixTable:
    """Fixes with their storms, one per row, in the order of the file.

    Every row has a storm, a time and a position on the globe. `season` is 0, and `name` and
    `basin` are empty, where the file gives none. `spur` marks what IBTrACS calls so: a track that
    runs beside that of another storm.
    """

    raw: RawTable
    id: Shaped[np.ndarray, " n_rows"]
    name: Shaped[np.ndarray, " n_rows"]
    season: Int[np.ndarray, " n_rows"]
    basin: Shaped[np.ndarray, " n_rows"]
    time: Shaped[np.ndarray, " n_rows"]
    latitude: Float[np.ndarray, " n_rows"]
    longitude: Float[np.ndarray, " n_rows"]
    wind: Float[np.ndarray, " n_rows"]
    pressure: Float[np.ndarray, " n_rows"]
    spur: Bool[np.ndarray, " n_rows"]
    entries: tuple[ReportEntry, ...]
    remarks: tuple[str, ...]

    @staticmethod
    def parse(raw: RawTable) -> "FixTable":
        """The fixes of a file.

        Raises:
            TrackFileError: If columns are missing, there is no row, or a row has no storm, no
                time or no position on the globe, or a season that is no year.
        """
        columns = find_columns(raw)
        if not len(raw.rows):
            raise raw.error("expected at least one fix, got a header and nothing below it")
        ids = _ids(raw, columns)
        time, shifted = parse_times(columns["time"])
        _refuse(raw, np.isnat(time), columns["time"], "a time", "write 2024-08-31T18:00 (UTC)")
        latitude = _position(raw, columns, "latitude", "NS", 90.0)
        longitude = _position(raw, columns, "longitude", "EW", 360.0)
        wind, wind_entries = _strength(ids, raw, columns, "wind")
        pressure, pressure_entries = _strength(ids, raw, columns, "pressure")
        remarks = list(raw.remarks)
        if shifted.any():
            remarks.append(f"Times of {int(shifted.sum())} fixes were converted to UTC")
        if np.nanmax(pressure, initial=0.0) > _PASCAL:
            pressure = np.where(pressure > _PASCAL, pressure / 100.0, pressure)
            remarks.append("Pressure was taken as Pa and converted to hPa")
        basin, basin_remarks = _basins(columns, longitude)
        if "season" not in columns:
            remarks.append("Seasons were computed from the times, as the file gives none")
        names = [str(name).strip() for name in columns.get("name", [""] * len(ids))]
        return FixTable(
            raw,
            ids,
            np.array(["" if name.upper() in _NAMELESS else name for name in names], dtype=object),
            _seasons(raw, columns),
            basin,
            time,
            latitude,
            longitude,
            wind,
            pressure,
            np.array(
                ["spur" in str(kind).lower() for kind in columns.get("kind", [""] * len(ids))]
            ),
            wind_entries + pressure_entries,
            (*remarks, *basin_remarks),
        )


def _refuse(
    raw: RawTable, bad: np.ndarray, values: list | np.ndarray, expected: str, remedy: str
) -> None:
    """Name the first of the bad rows, if there is any."""
    rows = np.flatnonzero(bad)
    if len(rows):
        more = f"; {len(rows) - 1} more rows are like it" if len(rows) > 1 else ""
        got = str(values[rows[0]]).strip()
        raise raw.error(f"expected {expected}, got {got!r}{more}; {remedy}", rows[0])


def _ids(raw: RawTable, columns: dict[str, list | np.ndarray]) -> np.ndarray:
    if "id" in columns:
        ids = np.array([str(value).strip() for value in columns["id"]], dtype=object)
        blank = np.array([text.lower() in ("", "nan", "<na>", "none") for text in ids])
        _refuse(raw, blank, columns["id"], "a storm id", "give the storm of every fix")
        return ids
    storms: dict[tuple[str, ...], int] = {}
    distinctive = [columns[name] for name in ("name", "season") if name in columns]
    for row, key in enumerate(zip(*distinctive, strict=True)):
        storms.setdefault(tuple(str(value).strip() for value in key), row)
    if len(storms) > 1:
        first, second = list(storms.items())[:2]
        raise raw.error(
            f"expected one storm in a file without a column of storm ids, got {first[0]} "
            f"({raw.unit} {raw.rows[first[1]]}) and {second[0]}; add a column sid", second[1]
        )  # fmt: skip
    return np.array([raw.stem] * len(raw.rows), dtype=object)


def _position(
    raw: RawTable, columns: dict[str, list | np.ndarray], name: str, letters: str, limit: float
) -> np.ndarray:
    degrees, _ = parse_degrees(columns[name], letters=letters)
    bad = ~(np.abs(degrees) <= limit)
    span = f"a {name} from {-limit:.0f} to {limit:.0f} degrees"
    _refuse(raw, bad, columns[name], span, "correct the row, or delete it")
    return degrees


def _strength(
    ids: np.ndarray, raw: RawTable, columns: dict[str, list | np.ndarray], name: str
) -> tuple[np.ndarray, tuple[ReportEntry, ...]]:
    """Wind or pressure, NaN where it is missing or no number; the latter is reported."""
    if name not in columns:
        return np.full(len(ids), np.nan), ()
    numbers, unreadable = parse_numbers(columns[name])
    entries = tuple(
        ReportEntry(
            str(ids[row]),
            f"{name} that is no number, taken as missing",
            f"{str(columns[name][row]).strip()!r} in {raw.unit} {raw.rows[row]}",
        )
        for row in np.flatnonzero(unreadable)
    )
    return np.where(np.isfinite(numbers) & (numbers > 0.0), numbers, np.nan), entries


def _basins(
    columns: dict[str, list | np.ndarray], longitude: np.ndarray
) -> tuple[np.ndarray, list[str]]:
    if "basin" not in columns:
        return np.full(len(longitude), "", dtype=object), []
    texts = [str(value) for value in columns["basin"]]
    codes = np.array(list(map(basin_code, texts, longitude.tolist())), dtype=object)
    remarks = []
    lost = sum(text.strip().lower() in ("nan", "<na>") for text in texts)
    if lost:
        remarks.append(
            f"The basin of {lost} fixes is NaN: if they are of the North Atlantic, its code NA was "
            "taken for a missing value when the file was made; read it with keep_default_na=False"
        )
    unknown = sorted(set(codes) - set(BASINS) - {""})
    if unknown:
        remarks.append(f"Basin codes other than {', '.join(BASINS)}: {', '.join(unknown)}")
    return codes, remarks


def _seasons(raw: RawTable, columns: dict[str, list | np.ndarray]) -> np.ndarray:
    if "season" not in columns:
        return np.zeros(len(raw.rows), int)
    seasons, unreadable = parse_numbers(columns["season"])
    given = ~np.isnan(seasons) | unreadable
    bad = given & ~((seasons == np.round(seasons)) & (seasons > 1000) & (seasons < 3000))
    remedy = "give the year, the later one of a southern season, or leave it empty"
    _refuse(raw, bad, columns["season"], "a season year", remedy)
    return np.where(given, np.nan_to_num(seasons), 0).astype(int)
