"""Tracks in HURDAT2, the format of the US National Hurricane Center."""

import re

import numpy as np

from geomndp.data.errors import TrackFileError
from geomndp.data.raw_table import RawTable

_HEADER = re.compile(r"\s*([A-Z]{2})(\d{2})(\d{4})\s*,([^,]*),\s*(\d+)\s*,?\s*$")
_FIELDS = 8  # date, time, record identifier, status, latitude, longitude, wind, pressure


def is_hurdat2(text: str) -> bool:
    """Whether the first line of this text is the header of a storm in HURDAT2.

    Example:
        >>> is_hurdat2("AL092021,                IDA,     40,")
        True
    """
    return _HEADER.match(text.lstrip().split("\n", 1)[0]) is not None


def read_hurdat2(text: str, *, source: str, stem: str) -> RawTable:
    """The fixes of a HURDAT2 file; the season and the basin are those of the storm's id.

    Arguments:
        text: The file's text.
        source: The file's name, for messages.
        stem: Not used, as every storm has an id.

    Raises:
        TrackFileError: If a line has too few fields, or a storm more or fewer lines than its
            header says.

    Example:
        >>> head, fix = "AL092021, IDA, 1,", "20210826, 1200, , TD, 16.5N, 78.9W, 30, 1006, 60"
        >>> table = read_hurdat2(head + chr(10) + fix, source="hurdat2.txt", stem="hurdat2")
        >>> table.columns["time"], table.columns["latitude"], table.columns["name"]
        (['20210826 1200'], ['16.5N'], ['IDA'])
    """
    names = ["id", "name", "season", "basin", "time", "latitude", "longitude", "wind", "pressure"]
    columns: dict[str, list] = {name: [] for name in names}
    lines: list[int] = []
    storm: tuple[str, str, str, str] | None = None
    announced = left = 0
    for line, content in enumerate(text.splitlines(), 1):
        if not content.strip():
            continue
        header = _HEADER.match(content)
        if header or not left:
            if left or not header:
                raise _miscount(source, line, storm, announced, left)
            basin, number, season, name, count = (part.strip() for part in header.groups())
            storm, announced = (basin + number + season, name, season, basin), int(count)
            left = announced
            continue
        fields = [field.strip() for field in content.split(",")]
        if len(fields) < _FIELDS:
            raise TrackFileError(
                f"{source}, line {line}: expected at least {_FIELDS} fields of HURDAT2, got "
                f"{len(fields)}; the line may be cut short"
            )
        left -= 1
        lines.append(line)
        fix = (*(storm or ()), f"{fields[0]} {fields[1]}", *fields[4:_FIELDS])
        for values, value in zip(columns.values(), fix, strict=True):
            values.append(value)
    if left:
        raise _miscount(source, len(text.splitlines()), storm, announced, left)
    return RawTable(source, stem, "line", np.array(lines, int), columns)


def _miscount(
    source: str, line: int, storm: tuple[str, ...] | None, announced: int, left: int
) -> TrackFileError:
    name = storm[0] if storm else "none"
    got = f"{announced - left}" if left else f"{announced + 1} or more"
    return TrackFileError(
        f"{source}, line {line}: expected {announced} fixes of storm {name}, as its header says, "
        f"got {got}; the file may be cut short, fetch it again"
    )
