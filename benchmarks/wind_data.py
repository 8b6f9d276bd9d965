"""Files of winds that benchmarks are made of, which are not shipped."""

import os
import sys
from pathlib import Path

import geomndp as gn


def data_folder() -> Path:
    """Where they are."""
    return Path(os.environ.get("GEOMNDP_DATA", "../shared/data"))


def load_files(folder: Path, *names: str) -> list[gn.data.Winds]:
    """The winds of each file; the benchmark ends with what is missing if one is."""
    missing = [name for name in names if not (folder / name).exists()]
    if missing:
        sys.exit(f"expected {' and '.join(missing)} in {folder}; set GEOMNDP_DATA to their folder")
    return [gn.data.load_winds(folder / name) for name in names]
