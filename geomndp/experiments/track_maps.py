"""Maps made of many tracks: where storms go, and where one may strike."""

from collections.abc import Iterable
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float

from geomndp.data import Track, Tracks
from geomndp.data.globe import to_degrees, to_unit_vectors, wrap_longitude
from geomndp.experiments.forecast import Forecast
from geomndp.manifolds import EARTH_RADIUS_KM
from geomndp.metrics import passes_within, strike_probability
from geomndp.plotting import plot_strike_probability, plot_world_fields

_CELL = 2.5
"""Degrees between places on the map of the world."""

_LATITUDES = np.arange(-60.0, 60.1, _CELL)
_LONGITUDES = np.arange(0.0, 360.0, _CELL)


def track_density(
    tracks: Iterable[Track], *, radius_km: float = 250.0
) -> Float[np.ndarray, "n_latitudes n_longitudes"]:
    """How many storms a season come within a distance of the places of a grid.

    The grid is of 2.5 degrees, from 60 S to 60 N and from 0 E on.

    Arguments:
        tracks: Storms; the seasons that they are of are counted.
        radius_km: The distance in kilometres.

    Raises:
        ValueError: If there is no storm.

    Example:
        >>> import geomndp as gn
        >>> storms = gn.data.load_cyclones().select(season=2019, basin="NA")
        >>> gn.experiments.track_density(storms).shape
        (49, 144)
    """
    tracks = Tracks(tracks)
    if not tracks:
        raise ValueError(f"expected at least one storm, got none; {tracks.report}")
    latitude, longitude = np.meshgrid(_LATITUDES, _LONGITUDES, indexing="ij")
    places = to_unit_vectors(latitude.ravel(), longitude.ravel()).astype(np.float32)
    count = np.zeros(len(places))
    for track in tracks:
        path = track.unit_vectors().astype(np.float32)
        near = np.flatnonzero(_may_be_passed(path, places, radius_km))
        if not near.size:
            continue
        # Rounded up by repeating points and places, so that few shapes are compiled.
        n_points, n_near = -(-len(path) // 32) * 32, -(-len(near) // 256) * 256
        path = path[np.minimum(np.arange(n_points), len(path) - 1)]
        nearby = places[np.resize(near, n_near)]
        passed = passes_within(jnp.asarray(path[None]), jnp.asarray(nearby), radius_km)
        count[near] += np.asarray(passed)[0, : len(near)]
    return count.reshape(latitude.shape) / len({track.season for track in tracks})


def _may_be_passed(
    path: Float[np.ndarray, "n_points 3"], places: Float[np.ndarray, "n_places 3"], radius_km: float
) -> Bool[np.ndarray, " n_places"]:
    """Places near some point of a path: no other can be near the path between its points."""
    chord = np.linalg.norm(np.diff(path, axis=0), axis=-1).max(initial=0.0)
    half_a_step = np.arcsin(min(chord / 2, 1.0))
    reach = min(radius_km / EARTH_RADIUS_KM + half_a_step + 1e-3, np.pi)
    return (places @ path.T >= np.cos(reach)).any(-1)


def plot_track_density(groups: dict[str, Tracks], *, radius_km: float = 250.0) -> Any:
    """Draw where storms go, of several sets of tracks below each other, such as data and samples.

    Arguments:
        groups: Storms by the title of their map.
        radius_km: Within what distance a storm counts, in kilometres.

    Returns:
        The figure, for the caller to save.

    Example:
        >>> import geomndp as gn
        >>> storms = gn.data.load_cyclones().select(season=2019, basin="NA")
        >>> figure = gn.experiments.plot_track_density({"data": storms})
        >>> figure.axes[0].get_title()
        'data'
    """
    maps = {name: track_density(tracks, radius_km=radius_km) for name, tracks in groups.items()}
    label = f"storms a season within {radius_km:g} km"
    return plot_world_fields(_LONGITUDES, _LATITUDES, maps, label=label)


def plot_strikes(forecast: Forecast, *, radius_km: float = 100.0) -> Any:
    """Draw the probability that a storm comes near each place while it is forecast.

    Arguments:
        forecast: The forecast.
        radius_km: Within what distance, in kilometres.

    Returns:
        The figure, for the caller to save.

    Raises:
        ValueError: If the distance is not positive.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> dorian = gn.data.load_cyclones()["2019236N10314"]
        >>> ahead = dorian[20:28].unit_vectors()[None]
        >>> forecast = gn.experiments.Forecast(dorian[:20], dorian.days[20:28, None], ahead)
        >>> gn.experiments.plot_strikes(forecast).axes[0].get_title()
        'within 100 km in the 48 h from 2019-08-29T00:00 UTC'
    """
    seen = forecast.track.unit_vectors()
    members = np.asarray(forecast.members, np.float64)
    # From the last fix on: a storm strikes where it is, too.
    last = np.broadcast_to(seen[-1], (len(members), 1, 3))
    paths = jnp.asarray(np.concatenate([last, members], 1), jnp.float32)
    longitude, latitude = _grid_around(np.concatenate([seen[-1:], members.reshape(-1, 3)]))
    places = _places(*np.meshgrid(latitude, longitude, indexing="ij"))
    found = strike_probability(paths, places, radius_km=radius_km)
    hours = 24 * (float(np.asarray(forecast.x)[-1, 0]) - forecast.track.days[-1])
    start = forecast.track.time[-1].astype("datetime64[m]")
    return plot_strike_probability(
        longitude,
        latitude,
        np.asarray(found).reshape(len(latitude), len(longitude)),
        context=forecast.track.field(),
        title=f"within {radius_km:g} km in the {hours:.0f} h from {start} UTC",
    )


def _places(latitude: np.ndarray, longitude: np.ndarray) -> Any:
    return jnp.asarray(to_unit_vectors(latitude.ravel(), longitude.ravel()), jnp.float32)


def _grid_around(points: Float[np.ndarray, "n 3"]) -> tuple[np.ndarray, np.ndarray]:
    """Longitudes and latitudes of a grid of about 100 by 100 places that holds most points."""
    latitude, longitude = to_degrees(points)
    centre = longitude[0]
    east = wrap_longitude(longitude - centre)
    margin = np.rad2deg(300 / EARTH_RADIUS_KM)
    bounds = [np.quantile(values, (0.01, 0.99)) for values in (east, latitude)]
    wide = margin / max(0.2, np.cos(np.deg2rad(np.abs(bounds[1]).max())))
    low, high = max(bounds[1][0] - margin, -89.0), min(bounds[1][1] + margin, 89.0)
    longitudes = centre + np.linspace(bounds[0][0] - wide, bounds[0][1] + wide, 100)
    return longitudes, np.linspace(low, high, 100)
