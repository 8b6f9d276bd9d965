"""Which variable of a file is what."""

from collections.abc import Hashable, Iterable, Sequence
from typing import TYPE_CHECKING

from geomndp.data.errors import WindFileError

if TYPE_CHECKING:
    import xarray

WIND = ("eastward_wind", "northward_wind")
"""The two components by their standard names in the CF conventions."""

WIND_NAMES = (
    WIND,
    ("u10", "v10"),
    ("10u", "10v"),
    ("u10m", "v10m"),
    ("u_10m", "v_10m"),
    ("10m_u_component_of_wind", "10m_v_component_of_wind"),
    ("uas", "vas"),
    ("ugrd10m", "vgrd10m"),
    ("ugrd_10maboveground", "vgrd_10maboveground"),
    ("uwnd", "vwnd"),
    ("u_component_of_wind", "v_component_of_wind"),
    ("u_wind", "v_wind"),
    ("u", "v"),
    ("u100", "v100"),
    ("100u", "100v"),
    ("100m_u_component_of_wind", "100m_v_component_of_wind"),
)
"""Names of components to the east and north, in any case; the first pair found counts."""

COVARIATE_NAMES = {
    "surface_altitude": ("surface_altitude", "orog", "orography", "oro", "topography", "elevation",
                         "geopotential_at_surface", "surface_geopotential", "z"),
    "land_area_fraction": ("land_area_fraction", "lsm", "land_sea_mask", "land_binary_mask",
                           "sftlf", "landmask"),
}  # fmt: skip
"""Names of covariates by their standard names, the first one found counts."""

_ON_THE_GRID = {"x_wind", "y_wind", "grid_eastward_wind", "grid_northward_wind"}


def wind_variables(
    dataset: "xarray.Dataset", names: tuple[str, str] | None, source: str
) -> dict[str, str]:
    """The names in a dataset of the components, by their standard names; one may be absent.

    Arguments:
        dataset: Of one file.
        names: What the user says they are called.
        source: The file, for messages.

    Raises:
        WindFileError: If several variables might be a component.
    """
    if names is not None:
        return {w: name for w, name in zip(WIND, names, strict=True) if name in dataset.data_vars}
    own = {str(name).lower(): str(name) for name in dataset.data_vars}
    pairs = [
        {w: own[n] for w, n in zip(WIND, pair, strict=True) if n in own} for pair in WIND_NAMES
    ]
    best = max(pairs, key=len)  # the first of the longest
    if len(best) == 2:
        return best
    said = {w: _with_standard_name(dataset, w) for w in WIND}
    for component, found in said.items():
        if len(found) > 1:
            raise WindFileError(
                f"{source}: expected one {component}, got {', '.join(found)}; say which with names="
            )
    found = {w: name for w, (name,) in ((w, n) for w, n in said.items() if n)}
    return max(found, best, key=len)


def no_winds(dataset: "xarray.Dataset", source: str) -> WindFileError:
    """The error of a dataset in which a component is not to be found."""
    told = [
        f"{n} ({_standard_name(v) or 'no standard_name'})" for n, v in dataset.data_vars.items()
    ]
    remedy = "name them with names=(eastward, northward)"
    if any(_standard_name(variable) in _ON_THE_GRID for variable in dataset.data_vars.values()):
        remedy = "components along the axes of a grid must first be rotated to the east and north"
    return WindFileError(
        f"{source}: expected eastward and northward wind, by a usual name such as u10 and v10 or "
        f"by standard_name, got {', '.join(told) or 'no variables'}; {remedy}"
    )


def no_such_names(
    names: tuple[str, str], variables: Iterable[Hashable], source: str
) -> WindFileError:
    """The error of winds that are not there by the names that the user gave."""
    return WindFileError(
        f"{source}: expected eastward and northward wind as {' and '.join(names)}, as was asked "
        f"for, got the variables {', '.join(sorted(map(str, variables))) or 'none'}"
    )


def covariate_variables(dataset: "xarray.Dataset") -> dict[str, str]:
    """The names in a dataset of the covariates that it has, by their standard names."""
    own = {str(name).lower(): str(name) for name in dataset.data_vars}
    found = {}
    for covariate, names in COVARIATE_NAMES.items():
        candidates = [own[name] for name in names if name in own]
        candidates += _with_standard_name(dataset, covariate)
        candidates = [name for name in candidates if not _is_upper_air(dataset[name])]
        if candidates:
            found[covariate] = candidates[0]
    return found


def scalar_variable(dataset: "xarray.Dataset", name: str, source: str) -> str | None:
    """The variable of a name, or else of a standard name; None if there is none.

    Raises:
        WindFileError: If several variables have the standard name.
    """
    own = {str(each).lower(): str(each) for each in dataset.data_vars}
    if name.lower() in own:
        return own[name.lower()]
    said = _with_standard_name(dataset, name)
    said = [each for each in said if not each.startswith("observed_")]  # as `save_winds` has them
    if len(said) > 1:
        raise WindFileError(
            f"{source}: expected one {name}, got {', '.join(said)}; say which by its own name"
        )
    return said[0] if said else None


def _is_upper_air(variable: "xarray.DataArray") -> bool:
    """Whether it is on levels, as geopotential may be, which has the name of orography."""
    return not set(variable.dims) <= {"time", "latitude", "longitude", "point", "member"}


def _with_standard_name(dataset: "xarray.Dataset", name: str) -> Sequence[str]:
    return [str(n) for n, v in dataset.data_vars.items() if _standard_name(v) == name]


def _standard_name(variable: "xarray.DataArray") -> str:
    return str(variable.attrs.get("standard_name", ""))
