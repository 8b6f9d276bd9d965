"""Winds along the isobars of a pressure, drawn from a law that is known."""

import math
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr

import geomndp as gn
from geomndp.kernels import DirectSum, Matern52, PotentialCoupled, White

PRESSURE = gn.fields.Quantity(
    "msl", "Pa", "air_pressure_at_mean_sea_level", offset=101300.0, scale=100.0
)
"""A coordinate of it is as large as a component of the wind."""

VARIANCE = 25.0
COUPLED = PotentialCoupled(Matern52(400.0, VARIANCE), VARIANCE, angle=math.pi / 2)
LAW = gn.GaussianProcess(COUPLED + DirectSum((White(0.1, 2), White(0.1))))
"""Of winds in m/s and pressures, on a map in km."""

LATITUDES, LONGITUDES = np.linspace(48.0, 54.0, 5), np.linspace(5.0, 14.0, 5)


def geostrophic(n_times: int = 24, seed: int = 0) -> xr.Dataset:
    """Hourly u10, v10 in m s-1 and msl in Pa on a grid, as archives have them."""
    north, east = np.meshgrid(LATITUDES, LONGITUDES, indexing="ij")
    places = north.ravel(), east.ravel()
    chart = gn.data.AzimuthalEqualArea.centred_on(*places)
    x = jnp.asarray(chart.locations(*places))
    draws = LAW.sample(x, n_samples=n_times, key=jax.random.key(seed))
    numbers = chart.winds(*places, draws).reshape(n_times, 5, 5, 3)
    numbers[..., 2] = PRESSURE.numbers(numbers[..., 2])
    hours = np.arange(n_times) * np.timedelta64(3600 * 10**9, "ns")
    axes = {"valid_time": np.datetime64("2024-01-01", "ns") + hours}
    axes |= {"latitude": LATITUDES, "longitude": LONGITUDES}
    said = [{"units": "m s-1"}, {"units": "m s-1"}]
    said += [{"units": PRESSURE.units, "standard_name": PRESSURE.standard_name}]
    variables = {
        name: (tuple(axes), numbers[..., i], said[i])
        for i, name in enumerate(("u10", "v10", "msl"))
    }
    return xr.Dataset(variables, axes)


def save_geostrophic(folder: Path) -> Path:
    """A file of them."""
    path = folder / "era5.nc"
    geostrophic().to_netcdf(path, engine="h5netcdf")
    return path


def oracle(group: str = "SE2") -> gn.TrainedProcess:
    """A model that has the law, as its network says nothing yet."""
    sizes = {"width": 8, "n_layers": 1, "quantities": (PRESSURE,)}
    model = gn.experiments.wind_model(VARIANCE, group, residual_of=LAW, **sizes)
    sample = gn.FieldSample(jnp.eye(2), jnp.ones((2, 3)), covariates=jnp.ones((2, 2)))
    params = model.init(sample, key=jax.random.key(0))
    return gn.TrainedProcess(model, params)
