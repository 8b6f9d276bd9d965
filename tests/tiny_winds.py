"""A region with winds, and runs of the command line on it that are as small as can be."""

from pathlib import Path

import numpy as np
import pytest
from winds_by_hand import gridded

from geomndp.cli import main

BRIEFLY = 4, 8, 3
"""On what Gaussian processes are fitted, and for how many steps."""


def save_region(folder: Path) -> Path:
    """Winds of a day, on a grid of five latitudes and longitudes."""
    path = folder / "era5.nc"
    axes = {"latitude": np.arange(20.0, 25.0), "longitude": np.arange(85.0, 90.0)}
    gridded(**axes, hours=range(24)).to_netcdf(path, engine="h5netcdf")
    return path


def fit_tiny(data: Path | str, folder: Path, *words: object) -> Path:
    """The folder of a run without scores and pictures, which take longer to compile."""
    sizes = ("--width", 8, "--n-layers", 1, "--points", 6, "--n-context", 3, "--steps", 2,
             "--batch-size", 2, "--fields", 0, "--no-figures")  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("geomndp.experiments.wind_processes._ON_A_MAP", BRIEFLY)
        command = "fit", "winds", "--data", data, *words, *sizes, "--out", folder
        assert main([str(word) for word in command]) == 0
    return folder
