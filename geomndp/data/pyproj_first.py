"""The order in which two packages with a copy of one library are loaded."""

from importlib import import_module
from importlib.util import find_spec


def load_pyproj_first() -> None:
    """Load pyproj, if it is there, before xarray loads what reads GRIB.

    xarray loads all of its engines with the first file. The wheels of eccodes have a copy of PROJ;
    pyproj, if it is loaded after them, finds no database of projections and ends the process with
    an error.
    """
    if find_spec("pyproj") is not None:
        import_module("pyproj")
