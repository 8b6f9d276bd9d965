"""Tracks told at other times than those of their fixes."""

from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from geomndp.baselines import HermiteInterpolation
from geomndp.data import Track, Tracks
from geomndp.data.globe import to_degrees
from geomndp.fields import FieldSample
from geomndp.manifolds import Sphere


def resampled_tracks(tracks: Sequence[Track], n_points: int) -> list[Track]:
    """Each track at `n_points` even times from its first fix to its last.

    Positions are on the cubics through the fixes, as `baselines.HermiteInterpolation` draws them,
    wind and pressure on straight lines between those that are known, if these are at most twelve
    hours apart, and else missing. Times are to the second.

    Arguments:
        tracks: Storms of at least 2 fixes.
        n_points: Number of times, at least 2.

    Raises:
        ValueError: If there are less than 2 fixes or times.

    Example:
        >>> import geomndp as gn
        >>> dorian = gn.data.load_cyclones()["2019236N10314"]
        >>> len(gn.experiments.resampled_tracks([dorian], 50)[0])
        50
    """
    shortest = min(map(len, tracks), default=2)
    if min(shortest, n_points) < 2:
        raise ValueError(
            f"expected at least 2 fixes and 2 times, got {shortest} and {n_points}; "
            "leave such short tracks out"
        )
    if not tracks:
        return []
    seconds = np.stack([np.round(np.linspace(0, t.days[-1] * 86400, n_points)) for t in tracks])
    days = seconds / 86400
    paths = _paths(Tracks(tracks).fields(), jnp.asarray(days[..., None], jnp.float32))
    latitude, longitude = to_degrees(np.asarray(paths, np.float64))
    resampled = []
    for i, track in enumerate(tracks):
        resampled.append(
            Track(
                track.id,
                track.name,
                track.season,
                track.basin,
                track.time[0] + seconds[i].astype("timedelta64[s]"),
                latitude[i],
                longitude[i],
                _between(days[i], track.days, track.wind),
                _between(days[i], track.days, track.pressure),
            )
        )
    return resampled


_LONGEST_GAP = 0.5 + 1e-6
"""Days between two numbers, over which a straight line is drawn."""


@jax.jit
def _paths(fixes: FieldSample, x: Float[Array, "n_tracks n 1"]) -> Float[Array, "n_tracks n 3"]:
    return jax.vmap(HermiteInterpolation(Sphere(2)))(fixes, x)


def _between(
    days: Float[np.ndarray, " n"], known_days: Float[np.ndarray, " m"], values: np.ndarray
) -> Float[np.ndarray, " n"]:
    known = np.isfinite(values)
    if not known.any():
        return np.full(days.shape, np.nan)
    at, values = known_days[known], values[known]
    found = np.interp(days, at, values, left=np.nan, right=np.nan)
    after = np.clip(np.searchsorted(at, days), 1, max(1, len(at) - 1))
    apart = np.diff(at)[after - 1] if len(at) > 1 else np.full(days.shape, np.inf)
    return np.where((apart > _LONGEST_GAP) & ~np.isin(days, at), np.nan, found)
