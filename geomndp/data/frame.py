"""Tracks from a table in memory."""

from typing import TYPE_CHECKING

import numpy as np

from geomndp.data.assemble import assemble
from geomndp.data.fix_table import FixTable
from geomndp.data.raw_table import RawTable
from geomndp.data.tracks import Tracks

if TYPE_CHECKING:
    import pandas as pd


def tracks_from_frame(
    frame: "pd.DataFrame",
    *,
    source: str = "data frame",
    synoptic_only: bool = False,
    min_fixes: int = 2,
    spurs: bool = False,
) -> Tracks:
    """Tracks from a pandas data frame, one row per fix, checked as `load_cyclones` checks files.

    With it every format that pandas or huracanpy reads can be loaded, for example
    `tracks_from_frame(huracanpy.load("storms.txt", source="te").to_dataframe())`.

    Arguments:
        frame: Columns as in a file of `load_cyclones`; levels of the index that have a name count
            as columns. Wind is in knots, pressure in hPa (or Pa).
        source: What the report and messages call the data.
        synoptic_only: Keep only fixes at 0, 6, 12 and 18 h UTC.
        min_fixes: Storms with fewer fixes are left out, and reported.
        spurs: Whether to load spur tracks of IBTrACS.

    Raises:
        TrackFileError: As `load_cyclones`; rows are counted from 1.

    Example:
        >>> import pandas as pd, geomndp as gn
        >>> time = pd.date_range("2024-02-28", periods=9, freq="6h")
        >>> frame = pd.DataFrame({"time": time, "lat": -10.0, "lon": 170.0, "basin": "SP"})
        >>> gn.data.tracks_from_frame(frame, source="example")[0]
        Track(example, season 2024, basin SP, 9 fixes, 2024-02-28T00:00 to 2024-03-01T00:00)
    """
    table = FixTable.parse(read_frame(frame, source=source, stem=source))
    return assemble(table, synoptic_only=synoptic_only, min_fixes=min_fixes, spurs=spurs)


def read_frame(frame: "pd.DataFrame", *, source: str, stem: str) -> RawTable:
    """The columns of a data frame; its rows count from 1."""
    levels = [level for level in frame.index.names if level is not None]
    frame = frame.reset_index(levels) if levels else frame
    columns = {}
    for place, name in enumerate(frame.columns):
        columns.setdefault(str(name).strip().lower(), frame.iloc[:, place].to_numpy())
    return RawTable(source, stem, "row", np.arange(1, len(frame) + 1), columns)
