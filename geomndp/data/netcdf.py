"""Tracks in NetCDF: of IBTrACS, and in the layouts of the CF conventions for trajectories."""

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from geomndp.data.columns import COLUMN_NAMES, READ_NAMES
from geomndp.data.errors import TrackFileError
from geomndp.data.pyproj_first import load_pyproj_first
from geomndp.data.raw_table import RawTable

if TYPE_CHECKING:
    import xarray as xr


def read_netcdf(path: Path, *, stem: str) -> RawTable:
    """The fixes of a NetCDF file; row numbers count fixes (records) from 1.

    It may have one axis of fixes, an axis of storms and one of fixes padded with missing values
    (IBTrACS), or storms one after the other with their lengths beside (contiguous ragged arrays).

    Arguments:
        path: The file.
        stem: Id of the storm if the file has no ids.

    Raises:
        TrackFileError: If the file cannot be read.
        ImportError: If xarray or a library that reads NetCDF is not installed.
    """
    try:
        import xarray as xr
    except ImportError as error:
        raise ImportError(
            "expected xarray, which reads NetCDF, got none; "
            "install it with: python -m pip install 'geomndp[cyclones]'"
        ) from error
    load_pyproj_first()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on the decoding of variables not used here
            with xr.open_dataset(path) as dataset:
                return _table(dataset, path.name, stem)
    except TrackFileError:
        raise
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        raise TrackFileError(
            f"{path.name}: expected a NetCDF file of tracks, got {type(error).__name__}: {error}; "
            "the file may be damaged or cut short, fetch it again"
        ) from error


def _table(dataset: "xr.Dataset", source: str, stem: str) -> RawTable:
    header = tuple(str(name) for name in dataset.variables)
    names = {
        "trajectory_id" if _is_trajectory_id(dataset[name]) else name.lower(): name
        for name in header
        if _is_trajectory_id(dataset[name]) or name.lower() in READ_NAMES
    }
    latitude = next((names[name] for name in COLUMN_NAMES["latitude"] if name in names), None)
    if latitude is None:
        return RawTable(source, stem, "record", np.arange(0), {}, header)
    model = dataset[latitude]
    columns = {}
    for name, own in names.items():
        values = _along(dataset, dataset[own], model)
        if values is not None:
            columns[name] = _text(values)
    remarks: tuple[str, ...] = ()
    if model.ndim == 2:
        if not any(name in columns for name in COLUMN_NAMES["id"]):
            columns["trajectory_id"] = _numbered(model, stem)
        columns, remarks = _without_padding(columns, model)
    records = np.arange(1, 1 + (len(next(iter(columns.values()))) if columns else 0))
    return RawTable(source, stem, "record", records, columns, header, remarks)


def _is_trajectory_id(variable: "xr.DataArray") -> bool:
    return variable.attrs.get("cf_role") == "trajectory_id"


def _along(
    dataset: "xr.Dataset", variable: "xr.DataArray", model: "xr.DataArray"
) -> np.ndarray | None:
    """A variable's value at each fix; None if it has none."""
    if set(variable.dims) <= set(model.dims):
        variable, model = variable.reset_coords(drop=True), model.reset_coords(drop=True)
        return variable.broadcast_like(model).transpose(*model.dims).to_numpy().ravel()
    for lengths in dataset.variables.values():
        if lengths.attrs.get("sample_dimension") == model.dims[0] and lengths.dims == variable.dims:
            return np.repeat(variable.to_numpy(), lengths.to_numpy().astype(int))
    return None


def _text(values: np.ndarray) -> np.ndarray:
    return np.char.decode(values, "utf-8", "replace") if values.dtype.kind == "S" else values


def _numbered(model: "xr.DataArray", stem: str) -> np.ndarray:
    """Ids of the storms along the first axis, of a file that gives none."""
    n_storms, n_fixes = model.shape
    return np.repeat([f"{stem}-{storm + 1}" for storm in range(n_storms)], n_fixes)


def _without_padding(
    columns: dict[str, np.ndarray], model: "xr.DataArray"
) -> tuple[dict[str, np.ndarray], tuple[str, ...]]:
    """The rows that have a latitude or a longitude, of storms padded to one length."""
    longitude = next(
        (columns[name] for name in COLUMN_NAMES["longitude"] if name in columns), model.to_numpy()
    )
    real = ~(np.isnan(model.to_numpy().ravel()) & np.isnan(longitude.ravel()))
    empty = int((~real.reshape(model.shape).any(1)).sum())
    remark = (f"Storms without any position in the file, left out: {empty}",) if empty else ()
    return {name: values[real] for name, values in columns.items()}, remark
