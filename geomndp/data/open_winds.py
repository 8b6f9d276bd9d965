"""Files of winds as datasets of xarray."""

import sys
import warnings
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geomndp.data.errors import WindFileError
from geomndp.data.pyproj_first import load_pyproj_first

if TYPE_CHECKING:
    import xarray

_ENGINES = {
    b"\x89HDF": "h5netcdf",
    b"CDF\x01": "scipy",
    b"CDF\x02": "scipy",
    b"CDF\x05": "netcdf4",
    b"GRIB": "cfgrib",
}
"""What reads a file, by its first four bytes."""

_MODULES = {"netcdf4": "netCDF4"}
"""Names of the modules of engines, where they differ."""

_PACKAGES = {
    "cfgrib": "geomndp[grib]",
    "h5netcdf": "geomndp[winds]",
    "netcdf4": "netCDF4",
    "scipy": "scipy",
    "zarr": "geomndp[winds]",
}
"""What to install for an engine."""


def require_xarray() -> None:
    """Refuse to go on without xarray.

    Raises:
        ImportError: If it is not installed.
    """
    if find_spec("xarray") is None:
        raise ImportError(
            "expected xarray, which holds winds, got none; "
            "install it with: python -m pip install 'geomndp[winds]'"
        )


def open_winds(
    path: str | Path,
    *,
    chunks: Any = None,
    storage_options: Mapping[str, Any] | None = None,
    filter_by_keys: Mapping[str, Any] | None = None,
    all_fields: bool = True,
) -> "xarray.Dataset":
    """Open a NetCDF or GRIB file or a Zarr store, by its content; values are not read yet.

    Arguments:
        path: The file or folder, or the address of a Zarr store.
        chunks: Sizes of the pieces that dask reads, by axis; `{}` for those of the file, or single
            fields where it has none; None for no dask.
        storage_options: What the file system of an address needs.
        filter_by_keys: Which fields of a GRIB file are wanted, by its keys.
        all_fields: Whether a GRIB file is refused if fields of it do not fit in one dataset. Else
            those that do not fit the first are left out.

    Raises:
        WindFileError: If there is no such file, or it cannot be read, or is not of GRIB and shall
            be filtered.
        ImportError: If what reads it is not installed.
    """
    import xarray as xr

    path = path if "://" in str(path) else Path(path)
    options: dict[str, Any] = {"engine": _engine_of(path), "chunks": chunks}
    own_pieces = chunks == {} and options["engine"] != "zarr"
    options |= {"chunks": None} if own_pieces else {}
    if options["engine"] == "zarr":
        options["storage_options"] = None if storage_options is None else dict(storage_options)
    elif options["engine"] == "cfgrib":
        options["backend_kwargs"] = {
            "indexpath": "",  # which else is written beside the file
            "errors": "raise" if all_fields else "ignore",
            "filter_by_keys": dict(filter_by_keys or {}),
        }
    if filter_by_keys and options["engine"] != "cfgrib":
        raise WindFileError(
            f"{path}: expected a GRIB file, for filter_by_keys={dict(filter_by_keys)}, got one for "
            f"{options['engine']}; leave filter_by_keys out"
        )
    load_pyproj_first()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on the decoding of variables not used here
            dataset = xr.open_dataset(path, decode_timedelta=False, **options)
    except ImportError as error:
        raise ImportError(
            f"{path}: expected what reads such an address, got none: {error}; gs:// takes "
            "python -m pip install gcsfs, and s3:// s3fs"
        ) from error
    except reading_errors() as error:
        if options["engine"] == "cfgrib" and _does_not_fit(error):
            raise WindFileError(
                f"{path}: expected fields that fit in one dataset, got {error}; say which are "
                "wanted by filter_by_keys, for example "
                "{'typeOfLevel': 'heightAboveGround', 'level': 10}"
            ) from error
        raise unreadable(path, error) from error
    if filter_by_keys and not dataset.variables:
        raise WindFileError(
            f"{path}: expected fields with {dict(filter_by_keys)}, got none; grib_ls of eccodes "
            "lists the keys of a file"
        )
    return _in_pieces(dataset) if own_pieces else dataset


def reading_errors() -> tuple[type[Exception], ...]:
    """What reading a file that is damaged may raise, by eccodes too where it is loaded."""
    own = getattr(sys.modules.get("gribapi.errors"), "GribInternalError", OSError)
    return OSError, ValueError, RuntimeError, KeyError, TypeError, EOFError, own


def _does_not_fit(error: Exception) -> bool:
    """Whether it is of a GRIB file with fields of several levels, grids, or kinds."""
    from cfgrib import DatasetBuildError

    return isinstance(error, DatasetBuildError)


def _in_pieces(dataset: "xarray.Dataset") -> "xarray.Dataset":
    """The variables by dask, in the pieces of the file; by field where it has none.

    Of a variable without pieces xarray makes one, so that a single time would read all of it.
    """
    pieces = {
        name: variable.encoding.get("preferred_chunks") or dict.fromkeys(variable.dims[:-2], 1)
        for name, variable in dataset.data_vars.items()
    }
    return dataset.assign({name: dataset[name].chunk(sizes) for name, sizes in pieces.items()})


def unreadable(path: str | Path, error: Exception) -> WindFileError:
    """The error of a file whose reading fails."""
    return WindFileError(
        f"{path}: expected a file of winds, got {type(error).__name__}: {error}; it may be "
        "damaged or cut short, or of times or units that cannot be decoded"
    )


def _engine_of(path: str | Path) -> str:
    """The engine of xarray that reads a file.

    Raises:
        WindFileError: If there is none.
        ImportError: If it is not installed.
    """
    if isinstance(path, str) or path.is_dir():
        engine = "zarr"
    else:
        try:
            with path.open("rb") as file:
                magic = file.read(4)
        except FileNotFoundError as error:
            raise WindFileError(
                f"{path}: expected a file, got none there; check the path"
            ) from error
        except OSError as error:
            raise WindFileError(
                f"{path}: expected a readable file, got {error}; check its permissions"
            ) from error
        if magic not in _ENGINES:
            raise WindFileError(
                f"{path}: expected a NetCDF or GRIB file or a Zarr store, got something else; for "
                "stations in CSV see load_stations"
            )
        engine = _ENGINES[magic]
    if find_spec(_MODULES.get(engine, engine)) is None:
        raise ImportError(
            f"{path}: expected {engine}, which reads such files, got none; install it with: "
            f"python -m pip install '{_PACKAGES[engine]}'"
        )
    return engine
