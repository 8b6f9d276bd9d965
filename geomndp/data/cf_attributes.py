"""What winds and their axes are, in the words of the CF conventions."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import xarray

CF_ATTRIBUTES = {
    "eastward_wind": {"standard_name": "eastward_wind", "units": "m s-1",
                      "long_name": "wind to the east"},
    "northward_wind": {"standard_name": "northward_wind", "units": "m s-1",
                       "long_name": "wind to the north"},
    "surface_altitude": {"standard_name": "surface_altitude", "units": "m",
                         "long_name": "height of the surface"},
    "land_area_fraction": {"standard_name": "land_area_fraction", "units": "1",
                           "long_name": "share of land"},
    "latitude": {"standard_name": "latitude", "units": "degrees_north", "axis": "Y"},
    "longitude": {"standard_name": "longitude", "units": "degrees_east", "axis": "X"},
    "time": {"standard_name": "time", "long_name": "time, UTC", "axis": "T"},
    "member": {"standard_name": "realization", "units": "1", "long_name": "member of the ensemble"},
}  # fmt: skip
"""Attributes of variables and coordinates of winds, by their names."""


def with_cf_attributes(dataset: "xarray.Dataset") -> "xarray.Dataset":
    """A copy of a dataset of winds of which every variable says what it is.

    Example:
        >>> import xarray as xr
        >>> data = xr.Dataset({"eastward_wind": ("time", [1.0])}, {"time": [0]})
        >>> with_cf_attributes(data).eastward_wind.units
        'm s-1'
    """
    dataset = dataset.copy()
    for name, variable in dataset.variables.items():
        variable.attrs = dict(CF_ATTRIBUTES.get(str(name), variable.attrs))
    if "point" in dataset.dims:  # along which neither is an axis
        for place in ("latitude", "longitude"):
            del dataset[place].attrs["axis"]
    return dataset
