"""Orography and land-sea mask beside winds."""

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Float

from geomndp.data.errors import WindFileError
from geomndp.data.globe import wrap_longitude
from geomndp.data.wind_axes import plain_axes
from geomndp.data.wind_names import COVARIATE_NAMES, covariate_variables
from geomndp.data.wind_order import in_order
from geomndp.data.wind_units import METRES, SHARES, factor_of

if TYPE_CHECKING:
    import xarray

_UNITS = {"surface_altitude": METRES, "land_area_fraction": SHARES}
_NEAR = 1e-3  # degrees, by which two grids may differ in their rounding


def take_covariates(dataset: "xarray.Dataset", source: str) -> dict[str, "xarray.DataArray"]:
    """The covariates of a dataset with plain axes, heights in m and shares of land from 0 to 1.

    They are the same at all times, so of an axis of time the first is taken.

    Raises:
        WindFileError: If the unit of one is not known.
    """
    found = {}
    for covariate, name in covariate_variables(dataset).items():
        variable = dataset[name]
        unit = str(variable.attrs.get("units", ""))
        factor = factor_of(unit, _UNITS[covariate])
        if factor is None:
            known = ", ".join(unit for unit, *_ in _UNITS[covariate].values())
            raise WindFileError(
                f"{source}: expected {name}, which is {covariate}, in one of the units {known}, "
                f"got {unit or 'none'}; set its attribute units, or leave it out by "
                f"dataset.drop_vars({name!r})"
            )
        once = [axis for axis in ("time", "member") if axis in variable.dims]
        variable = variable.isel(dict.fromkeys(once, 0), drop=True).astype(np.float64) * factor
        variable.attrs = {}
        found[covariate] = variable
    return found


def with_covariates(
    winds: "xarray.Dataset", other: "xarray.Dataset", source: str
) -> "xarray.Dataset":
    """Winds with the covariates of another dataset, on their grid or on one that has its nodes.

    Raises:
        WindFileError: If it has none, or not at every place.
    """
    source = source or "covariates"
    plain = plain_axes(other, source)
    found = take_covariates(plain, source)
    if not found:
        raise WindFileError(
            f"{source}: expected a covariate, one of "
            f"{', '.join(name for names in COVARIATE_NAMES.values() for name in names)}, "
            f"got {', '.join(map(str, plain.data_vars)) or 'no variables'}"
        )
    grid = in_order(plain[[]].assign(found), source)
    for axis in ("latitude", "longitude"):
        if axis not in grid.dims:
            raise WindFileError(f"{source}: expected covariates on a grid, got them at points")
    longitude = winds["longitude"].copy(data=wrap_longitude(winds["longitude"].to_numpy()))
    grid = grid.assign_coords(longitude=wrap_longitude(grid["longitude"].to_numpy()))
    places = {"latitude": winds["latitude"].drop_vars("latitude", errors="ignore"),
              "longitude": longitude.drop_vars("longitude", errors="ignore")}  # fmt: skip
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            there = grid.sortby("longitude").sel(places, method="nearest", tolerance=_NEAR).load()
    except KeyError as error:
        raise WindFileError(
            f"{source}: expected covariates at every place of the winds, got a grid without some; "
            "interpolate it to theirs with Dataset.interp"
        ) from error
    return winds.assign({name: there[name].reset_coords(drop=True) for name in found})


def with_known(
    covariates: Float[np.ndarray, "n dim_c"] | None, n_points: int, n_quantities: int
) -> Float[np.ndarray, "n dim"] | None:
    """Covariates of points at which winds and quantities are known, which ones say; if any are."""
    if not n_quantities:
        return covariates
    known = np.ones((n_points, 1 + n_quantities))
    return known if covariates is None else np.concatenate([covariates, known], -1)


def covariates_at_nodes(
    dataset: "xarray.Dataset", names: Sequence[str], is_place: Bool[np.ndarray, " n_nodes"]
) -> Float[np.ndarray, "n dim_c"]:
    """Covariates of winds at some nodes of their grid, heights in km.

    Raises:
        ValueError: If one is missing somewhere.
    """
    flat = dataset.reset_coords(drop=True)[list(names)]
    values = np.stack([np.ravel(flat[name].to_numpy()) for name in names], -1)
    values = np.asarray(values, np.float64)[is_place]
    missing = np.flatnonzero(~np.isfinite(values).all(-1))
    if missing.size:
        raise ValueError(
            f"expected {' and '.join(names)} everywhere, got none at {missing.size} places; fill "
            "them, for example by dataset.fillna(0)"
        )
    return values / [1000.0 if name == "surface_altitude" else 1.0 for name in names]
