"""Loading of gridded winds."""

import functools
import os
import warnings
from collections.abc import Callable, Hashable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from geomndp.data.cf_attributes import with_cf_attributes
from geomndp.data.errors import WindFileError
from geomndp.data.open_winds import open_winds, reading_errors, require_xarray, unreadable
from geomndp.data.wind_axes import plain_axes
from geomndp.data.wind_covariates import take_covariates, with_covariates
from geomndp.data.wind_names import WIND, no_such_names, no_winds, wind_variables
from geomndp.data.wind_order import in_order
from geomndp.data.wind_scalars import Scalars, names_of, no_scalar, take_scalars
from geomndp.data.wind_speeds import refuse_impossible
from geomndp.data.wind_units import METRES_PER_SECOND, factor_of
from geomndp.data.winds import Winds

if TYPE_CHECKING:
    import xarray


def load_winds(
    source: Any,
    *,
    names: tuple[str, str] | None = None,
    units: str | None = None,
    scalars: Scalars = (),
    covariates: Any = None,
    chunks: Mapping[str, int] | None = None,
    storage_options: Mapping[str, Any] | None = None,
    filter_by_keys: Mapping[str, Any] | None = None,
) -> Winds:
    """Winds from NetCDF, Zarr or GRIB, or from a dataset of xarray.

    Variables and axes are found by the names that archives give them, or by their
    `standard_name` in the CF conventions: u10 and v10, uas and vas, eastward_wind and so on, in
    the layouts of Copernicus of today (`valid_time`, `number`, `expver`) and of before, with
    latitudes in either direction and longitudes from 0 or from -180. Packed integers and missing
    values are decoded. Units are converted to m s-1 by the attribute `units`. Orography, or the
    geopotential of the surface, and the land-sea mask become covariates where a file has them.

    Arguments:
        source: A file, a Zarr store (folder or address), a pattern such as "era5/*.nc", a list of
            these, whose winds are joined by time, or a dataset.
        names: Names of the components to the east and to the north, where they are not usual ones.
        units: Unit of components whose variables say none: "m s-1", "knots", "km/h".
        scalars: What to read beside the winds, along the same axes: names of variables, or standard
            names, such as "msl" or "air_pressure_at_mean_sea_level"; or quantities, such as those
            of a model. They keep their units.
        covariates: A further file or dataset on the same grid, or on one around it, that holds
            orography or a land-sea mask.
        chunks: Sizes by axis, such as `{"time": 24}`, of the pieces in which dask reads data when
            they are wanted; `{}` for those of the files, or single fields of a file that has none.
            All is read into memory when left out.
        storage_options: What the file system of an address needs, `{"token": "anon"}` for example.
        filter_by_keys: Which fields of a GRIB file are wanted, where not all fit in one dataset, by
            its keys: `{"typeOfLevel": "heightAboveGround", "level": 10}` for example.

    Raises:
        WindFileError: If there are no winds, or not such scalars, or their units, times or places
            are not known or not as they have to be. The message names the file, the fault and the
            remedy.
        ImportError: If xarray, or what reads the file, is not installed.

    Example:
        >>> import geomndp as gn, numpy as np, xarray as xr
        >>> axes = {"valid_time": [np.datetime64("2024-01-01", "ns")],
        ...         "latitude": [1.0, 0.0], "longitude": [358.0, 359.0, 0.0]}
        >>> knots = (tuple(axes), np.full((1, 2, 3), 36.0), {"units": "knots"})
        >>> winds = gn.data.load_winds(xr.Dataset({"u10": knots, "v10": knots}, axes))
        >>> winds
        Winds(1 time 2024-01-01T00:00, 2 x 3 latitudes and longitudes)
        >>> winds.dataset.longitude.values.tolist(), winds.wind()[0, 0].tolist()
        ([-2.0, -1.0, 0.0], [18.52, 18.52])
    """
    require_xarray()
    import xarray as xr

    def read(dataset: "xarray.Dataset", place: str) -> "xarray.Dataset":
        plain = plain_axes(dataset, place)
        variables.update(plain.data_vars)
        standard = _standard(plain, names, units, place)
        return in_order(standard.assign(take_scalars(plain, scalars, place)), place)

    variables: set[Hashable] = set()
    if isinstance(source, xr.Dataset):
        place = "dataset"
        if filter_by_keys:
            raise WindFileError("dataset: expected a GRIB file, for filter_by_keys, got a dataset")
        loaded = read(source if chunks is None else source.chunk(chunks), place)
    else:
        paths = _paths(source)
        place = str(paths[0]) if len(paths) == 1 else f"{paths[0]} and {len(paths) - 1} more"
        opened = functools.partial(
            open_winds,
            chunks=chunks,
            storage_options=storage_options,
            filter_by_keys=filter_by_keys,
        )
        parts = [_read_file(path, opened, read, in_memory=chunks is None) for path in paths]
        loaded = parts[0] if len(parts) == 1 else _joined(parts, place)
    if names is not None and not set(names) <= variables:
        raise no_such_names(names, variables, place)
    beside = tuple(names_of(scalars))
    absent = [name for name in beside if name not in loaded]
    if absent:
        raise no_scalar(absent[0], variables, place)
    _check_complete(loaded, (*WIND, *beside), place)
    if covariates is not None:
        other = covariates
        if not isinstance(covariates, xr.Dataset):
            other = open_winds(covariates, storage_options=storage_options)
        loaded = with_covariates(loaded, other, str(covariates) if other is not covariates else "")
    if chunks is None:
        loaded = loaded.load()
        for name in WIND:
            refuse_impossible(loaded[name].to_numpy(), f"{place}: {name}")
    return Winds(with_cf_attributes(loaded))


def _paths(source: Any) -> list[str | Path]:
    if isinstance(source, str | os.PathLike):
        text = os.fspath(source)
        path = Path(text)
        if "://" not in text and not path.exists() and set(text) & set("*?["):
            found = sorted(Path(path.anchor).glob(str(path.relative_to(path.anchor))))
            if not found:
                raise WindFileError(f"{text}: expected files of that pattern, got none")
            return [*found]
        return [text if "://" in text else path]
    if isinstance(source, Sequence) and source:
        return [path for item in source for path in _paths(item)]
    raise TypeError(
        f"expected a path, a list of paths, or an xarray.Dataset, got {type(source).__name__} "
        f"{source!r:.80}"
    )


def _read_file(
    path: str | Path,
    opened: Callable[[str | Path], "xarray.Dataset"],
    read: Callable[["xarray.Dataset", str], "xarray.Dataset"],
    *,
    in_memory: bool,
) -> "xarray.Dataset":
    dataset = opened(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # on numbers that do not fit
            part = read(dataset, str(path))
            return part.load() if in_memory else part
    except WindFileError:
        raise
    except reading_errors() as error:
        raise unreadable(path, error) from error
    finally:
        if in_memory:
            dataset.close()


def _standard(
    dataset: "xarray.Dataset", names: tuple[str, str] | None, units: str | None, source: str
) -> "xarray.Dataset":
    """The components in m s-1 and covariates of a dataset, under their standard names."""
    import xarray as xr

    parts = {}
    for component, name in wind_variables(dataset, names, source).items():
        variable = dataset[name]
        if variable.dtype.kind not in "iuf":
            raise WindFileError(f"{source}: expected {name} as numbers, got {variable.dtype}")
        given = str(variable.attrs.get("units", "")).strip()
        factor = factor_of(given or units or "", METRES_PER_SECOND)
        if factor and units and factor != factor_of(units, METRES_PER_SECOND):
            raise WindFileError(
                f"{source}: expected {units}, as units= says, got {name} in {given} by its "
                "attribute; leave units out"
            )
        if factor is None:
            known = ", ".join(unit for unit, *_ in METRES_PER_SECOND.values())
            raise WindFileError(
                f"{source}: expected a unit of {name}, one of {known}, as its attribute or by "
                f"units=, got {given or 'no attribute'} and units={units!r}"
            )
        variable = variable if variable.dtype.kind == "f" else variable.astype(np.float64)
        parts[component] = variable if factor == 1.0 else variable * factor
        parts[component].attrs = {}
    if not parts and names is not None:
        raise no_such_names(names, dataset.data_vars, source)
    if not parts:
        raise no_winds(dataset, source)
    found = {**parts, **take_covariates(dataset, source)}
    return xr.Dataset({name: v.rename(name) for name, v in found.items()})


def _joined(parts: list["xarray.Dataset"], source: str) -> "xarray.Dataset":
    import xarray as xr

    try:
        joined = xr.combine_by_coords(
            parts,
            data_vars="minimal",
            coords="minimal",
            compat="no_conflicts",
            join="exact",
            combine_attrs="override",
        )
    except ValueError as error:
        raise WindFileError(
            f"{source}: expected files of one grid that follow each other in time, none of which "
            f"has a time of another, got such as cannot be joined: {error}"
        ) from error
    if not isinstance(joined, xr.Dataset):
        raise TypeError(f"expected a dataset, got {type(joined).__name__}")
    return in_order(joined, source)


def _check_complete(dataset: "xarray.Dataset", names: Sequence[str], source: str) -> None:
    if not set(WIND) <= set(dataset.data_vars):
        raise no_winds(dataset, source)
    if "time" not in dataset.dims:
        raise WindFileError(
            f"{source}: expected times of the winds, got none; give them one, for example by "
            "dataset.expand_dims(time=[numpy.datetime64('2024-01-01', 'ns')])"
        )
    for name in names:
        missing = {"member", "time", "latitude", "longitude", "point"} & set(dataset.dims)
        missing -= set(dataset[name].dims)
        if missing:
            raise WindFileError(
                f"{source}: expected {name} along {', '.join(map(str, dataset.dims))}, got it "
                f"without {', '.join(sorted(missing))}"
            )
