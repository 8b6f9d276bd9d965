"""Tracks whose positions are known exactly, and ensembles of which every score is."""

import jax.numpy as jnp
import numpy as np

import geomndp as gn
from geomndp.manifolds import EARTH_RADIUS_KM, from_geographic, to_geographic

EAST_PER_DAY = 2.0
"""Degrees of longitude per day."""


def track_on_the_equator(
    n: int, *, id: str = "E", season: int = 2020, step_hours: float = 6.0, hours=None
) -> gn.data.Track:
    """Eastwards along the equator from 170 degrees east, at constant speed."""
    hours = step_hours * np.arange(n) if hours is None else np.asarray(hours, float)
    start = np.datetime64(f"{season}-08-01T00:00:00")
    time = start + (hours * 3600).astype("timedelta64[s]")
    longitude = 170.0 + EAST_PER_DAY * hours / 24
    return gn.data.Track(id, "", season, "WP", time, np.zeros(len(hours)), longitude)


class Displaced(gn.sampling.AbstractConditionalMethod):
    """The truth of `track_on_the_equator`, moved north and the members apart.

    It goes on from the first position given, wherever the clock was started.

    Arguments:
        north_km: How far north, for each day after the first time asked for, in kilometres.
        constant_km: How far north in addition.
        apart_km: How far the even members are to the east of the mean, and the odd ones to the
            west.
    """

    north_km: float = 0.0
    constant_km: float = 0.0
    apart_km: float = 0.0

    def sample(self, noising, score, context, x, mask, *, n_samples, observation_noise=0.0, key):
        assert x is not None
        days = np.asarray(x[:, 0], float)
        _, first = to_geographic(context.y[0, :3].astype(float))
        since_first = days - float(context.x[0, 0])
        km_per_degree = EARTH_RADIUS_KM * np.pi / 180
        sides = (-1.0) ** np.arange(n_samples)[:, None] * self.apart_km
        north = self.constant_km + self.north_km * (days - days[0])
        longitude = float(first) + EAST_PER_DAY * since_first[None] + sides / km_per_degree
        latitude = np.broadcast_to(north[None] / km_per_degree, longitude.shape)
        y = from_geographic(jnp.asarray(latitude), jnp.asarray(longitude))
        return y.astype(x.dtype)
