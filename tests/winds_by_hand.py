"""Winds whose value is known everywhere, written down in the layouts of archives."""

from typing import Any

import numpy as np
import xarray as xr

TIME = np.datetime64("2024-02-28T00", "ns")
HOUR = np.timedelta64(3600 * 10**9, "ns")


def frame_at(latitude: Any, longitude: Any) -> np.ndarray:
    """Unit vectors to the east and to the north, of shape (..., 2, 3)."""
    phi, lam = np.broadcast_arrays(np.deg2rad(latitude), np.deg2rad(longitude))
    east = np.stack([-np.sin(lam), np.cos(lam), 0 * lam], -1)
    north = np.stack([-np.sin(phi) * np.cos(lam), -np.sin(phi) * np.sin(lam), np.cos(phi)], -1)
    return np.stack([east, north], -2)


def tangent_at(hours: Any, latitude: Any, longitude: Any) -> np.ndarray:
    """A wind that is smooth on the whole globe, poles included, as a vector in space."""
    phi, lam = np.broadcast_arrays(np.deg2rad(latitude), np.deg2rad(longitude))
    place = np.stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)], -1)
    axis = np.array([3.0, -5.0, 9.0]) * (1 + 0.01 * np.asarray(hours, float)[..., None])
    flow = np.array([4.0, 2.0, -6.0])
    return np.cross(axis, place) + flow - (place @ flow)[..., None] * place


def wind_at(hours: Any, latitude: Any, longitude: Any) -> np.ndarray:
    """Its components to the east and the north, m/s, of shape (..., 2)."""
    tangent = tangent_at(hours, latitude, longitude)
    return np.einsum("...i,...ji->...j", tangent, frame_at(latitude, longitude))


def gridded(
    latitude: Any = (-10.0, 0.0, 10.0),
    longitude: Any = (20.0, 21.0, 22.0, 23.0),
    hours: Any = (0, 6),
) -> xr.Dataset:
    """The wind as u10 and v10 on a grid, in m s-1."""
    hours, latitude, longitude = (np.asarray(a, float) for a in (hours, latitude, longitude))
    wind = wind_at(hours[:, None, None], latitude[:, None], longitude)
    axes = ("time", "latitude", "longitude")
    coordinates = {"time": TIME + hours.astype(int) * HOUR}
    coordinates |= {"latitude": latitude, "longitude": longitude}
    components = {n: (axes, wind[..., i], {"units": "m s-1"}) for i, n in enumerate(("u10", "v10"))}
    return xr.Dataset(components, coordinates)


def with_units(data: xr.Dataset, units: str) -> xr.Dataset:
    """The same numbers, said to be in another unit."""
    return data.assign({name: data[name].drop_attrs().assign_attrs(units=units) for name in data})


def hours_of(time: np.ndarray) -> np.ndarray:
    """The hours of times since the first."""
    return (time - TIME) / HOUR


def assert_true(winds: Any, rtol: float = 1e-6, atol: float = 1e-6) -> None:
    """Every wind is what it is at its time and place."""
    hours = np.tile(hours_of(winds.times), winds.n_members)
    expected = wind_at(hours[:, None], *winds.places)
    np.testing.assert_allclose(winds.wind(), expected, rtol=rtol, atol=atol)
