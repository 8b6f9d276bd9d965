"""Tracks in CSV: plain, and as IBTrACS writes it."""

import csv
import io

import numpy as np

from geomndp.data.errors import TrackFileError
from geomndp.data.raw_table import RawTable

_DELIMITERS = ",;\t|"


def read_csv(text: str, *, source: str, stem: str) -> RawTable:
    r"""The columns of a CSV file; row numbers are lines of the file, its header included.

    The row of units below the header of IBTrACS files, and blank lines, are skipped.

    Arguments:
        text: The file's text; fields are separated by comma, semicolon, tab or bar.
        source: The file's name, for messages.
        stem: Id of the storm if there is no column of ids.

    Raises:
        TrackFileError: If a row has more or fewer fields than the header.

    Example:
        >>> table = read_csv("Time;Lat\n2024-01-01;10\n", source="a.csv", stem="a")
        >>> table.columns, table.rows.tolist()
        ({'time': ['2024-01-01'], 'lat': ['10']}, [2])
    """
    first = next(line for line in text.splitlines() if line.strip())
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header: list[str] = []
    lines, rows = [], []
    last_line = 0
    try:
        for row in reader:
            line, last_line = last_line + 1, reader.line_num
            if not any(field.strip() for field in row):
                continue
            if not header:
                header = [field.strip().lower() for field in row]
                continue
            _check_width(row, len(header), f"{source}, line {line}")
            lines.append(line)
            rows.append(row)
    except csv.Error as error:
        raise TrackFileError(f"{source}, line {reader.line_num}: expected CSV, {error}") from error
    columns = _columns(header, rows)
    table = RawTable(source, stem, "line", np.array(lines, int), columns)
    return table.keep(np.arange(len(rows)) > 0) if _has_units(columns) else table


def _check_width(row: list[str], width: int, place: str) -> None:
    while len(row) > width and not row[-1].strip():
        row.pop()
    if len(row) != width:
        raise TrackFileError(
            f"{place}: expected {width} fields, as the header has, got {len(row)}; "
            "the row may be cut short, or a field may need quotes"
        )


def _columns(header: list[str], rows: list[list[str]]) -> dict[str, list]:
    """Values by name; of two columns of one name, the first; columns without a name are left."""
    values = list(zip(*rows, strict=True)) if rows else [()] * len(header)
    columns = {}
    for name, column in zip(header, values, strict=True):
        if name and name not in columns:
            columns[name] = list(column)
    return columns


def _has_units(columns: dict[str, list]) -> bool:
    return any(
        len(columns.get(name, [])) > 0 and columns[name][0].strip().lower().startswith("degree")
        for name in ["lat", "latitude", "lon", "longitude"]
    )
