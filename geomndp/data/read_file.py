"""The columns of a file of tracks, whatever its format."""

from pathlib import Path

from geomndp.data.csv_file import read_csv
from geomndp.data.errors import TrackFileError
from geomndp.data.frame import read_frame
from geomndp.data.hurdat2 import is_hurdat2, read_hurdat2
from geomndp.data.netcdf import read_netcdf
from geomndp.data.open_text import read_text, stem
from geomndp.data.raw_table import RawTable

_NETCDF = (b"\x89HDF", b"CDF\x01", b"CDF\x02", b"CDF\x05")


def read_file(path: Path) -> RawTable:
    """The columns of a CSV, HURDAT2, NetCDF or Parquet file: its content tells which it is.

    Raises:
        TrackFileError: If there is no such file, or it cannot be read.
    """
    if not path.is_file():
        what = "a folder" if path.is_dir() else "none there"
        raise TrackFileError(f"{path}: expected a file of tracks, got {what}; check the path")
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise TrackFileError(
            f"{path}: expected a readable file, got {error}; check its permissions"
        ) from error
    if magic in _NETCDF:
        return read_netcdf(path, stem=stem(path))
    if magic == b"PAR1":
        return _read_parquet(path)
    text = read_text(path)
    read = read_hurdat2 if is_hurdat2(text) else read_csv
    return read(text, source=path.name, stem=stem(path))


def _read_parquet(path: Path) -> RawTable:
    import pandas as pd

    try:
        frame = pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise TrackFileError(
            f"{path.name}: expected a Parquet file, got {type(error).__name__}: {error}; "
            "the file may be damaged or cut short, fetch it again"
        ) from error
    return read_frame(frame, source=path.name, stem=stem(path))
