"""Tracks in CSV: plain, and as IBTrACS writes it."""

import csv
import re
from collections.abc import Iterator

import numpy as np

from geomndp.data.columns import COLUMN_NAMES, READ_NAMES
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
    first = text.lstrip().split("\n", 1)[0]
    reader = csv.reader(_lines(text), delimiter=max(_DELIMITERS, key=first.count))
    header: list[str] = []
    columns: dict[str, list] = {}
    places: list[int] = []
    lines: list[int] = []
    last_line = 0
    try:
        for row in reader:
            line, last_line = last_line + 1, reader.line_num
            if not any(map(str.strip, row)):
                continue
            if not header:
                header = [field.strip().lower() for field in row]
                columns = {name: [] for name in header if name in READ_NAMES}
                places = [header.index(name) for name in columns]
                continue
            if len(row) != len(header):
                _check_width(row, len(header), f"{source}, line {line}")
            if not lines and _is_units(row, header):
                continue
            lines.append(line)
            for values, place in zip(columns.values(), places, strict=True):
                values.append(row[place])
    except csv.Error as error:
        raise TrackFileError(
            f"{source}, line {reader.line_num}: expected CSV, got a line that is none ({error}); "
            "correct it, or save the file again as CSV"
        ) from error
    return RawTable(source, stem, "line", np.array(lines, int), columns, tuple(header))


def _lines(text: str) -> Iterator[str]:
    return (match[0] for match in re.finditer(r"[^\n]*\n|[^\n]+$", text))


def _check_width(row: list[str], width: int, place: str) -> None:
    while len(row) > width and not row[-1].strip():
        row.pop()
    if len(row) != width:
        raise TrackFileError(
            f"{place}: expected {width} fields, as the header has, got {len(row)}; "
            "the row may be cut short, or a field may need quotes"
        )


def _is_units(row: list[str], header: list[str]) -> bool:
    """Whether the row below the header tells units, as in IBTrACS."""
    return any(
        name in COLUMN_NAMES["latitude"] and field.strip().lower().startswith("degree")
        for name, field in zip(header, row, strict=False)
    )
