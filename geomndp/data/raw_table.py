"""Columns of a file as they stand in it."""

import dataclasses
from collections.abc import Mapping

import numpy as np
from jaxtyping import Int

from geomndp.data.errors import TrackFileError


@dataclasses.dataclass(frozen=True)
class RawTable:
    """Columns of a file, not yet interpreted.

    Arguments:
        source: The file's name, for messages.
        stem: Id of the storm if the file has no column of ids.
        unit: What a row is called in messages: "line" of a text file, "row", "record".
        rows: Number of each row as a user finds it, counted from 1.
        columns: Values by column name in lower case, one per row.
        header: Names of all columns of the file, also of those not read.
        remarks: What the report should say of the file.

    Example:
        >>> import numpy as np
        >>> table = RawTable("a.csv", "a", "line", np.array([2, 3]), {"lat": ["10", "99"]})
        >>> str(table.error("expected a latitude, got 99", 1))
        'a.csv, line 3: expected a latitude, got 99'
    """

    source: str
    stem: str
    unit: str
    rows: Int[np.ndarray, " n_rows"]
    columns: Mapping[str, list | np.ndarray]
    header: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    def error(self, problem: str, row: int | np.integer | None = None) -> TrackFileError:
        """An error that names the file, and the row of this index."""
        place = "" if row is None else f", {self.unit} {self.rows[row]}"
        return TrackFileError(f"{self.source}{place}: {problem}")
