"""Tracks told at other times than those of their fixes, and what is asked of these."""

import dataclasses
from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from geomndp.baselines import HermiteInterpolation
from geomndp.data import Track, Tracks
from geomndp.data.globe import to_degrees
from geomndp.experiments.track_cases import N_POINTS, TrackCase
from geomndp.fields import FieldSample
from geomndp.manifolds import Sphere

_LEAST_FIXES = 8
"""Fewest fixes of a storm of which a part told at other times is hidden."""


def resampled_tracks(tracks: Sequence[Track], n_points: int) -> list[Track]:
    """Each track at `n_points` even times from its first fix to its last.

    Positions are on the cubics through the fixes, as `baselines.HermiteInterpolation` draws them,
    wind and pressure on straight lines between those that are known, if these are at most twelve
    hours apart, and else missing. Times are to the second.

    Each point knows of the fixes on both sides of it. To hide a part of a storm take
    `resampled_interpolation_cases` or `resampled_extrapolation_cases`, which choose the part first.

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
    return _told_at(tracks, [np.linspace(0, track.days[-1], n_points) for track in tracks])


def resampled_interpolation_cases(tracks: Sequence[Track]) -> list[TrackCase]:
    """The 30 points in the middle of storms told at 50 times, from the first and last 10.

    The two fixes nearest to 9/49 and 40/49 of the life of a storm are the ends of what is given;
    times are even in each of its three parts. Given points are on cubics through fixes that are
    not hidden, so that nothing in them tells of the others; hidden ones through all. Both are as
    `resampled_tracks` has them.

    Arguments:
        tracks: Storms; those of less than 8 fixes, or none to hide, are left out.

    Example:
        >>> import geomndp as gn
        >>> storms = gn.data.load_cyclones().select(id=["2019236N10314"])
        >>> case, = gn.experiments.resampled_interpolation_cases(storms)
        >>> case.context.n_points, case.target.n_points
        (20, 30)
    """
    return _cases(tracks, n_first=10, n_last=10)


def resampled_extrapolation_cases(tracks: Sequence[Track]) -> list[TrackCase]:
    """The last 30 points of storms told at 50 times, from the first 20.

    The fix nearest to 19/49 of the life of a storm is the last that is given, and all else as in
    `resampled_interpolation_cases`.

    Arguments:
        tracks: Storms; those of less than 8 fixes, or none to hide, are left out.

    Example:
        >>> import geomndp as gn
        >>> storms = gn.data.load_cyclones().select(id=["2019236N10314"])
        >>> case, = gn.experiments.resampled_extrapolation_cases(storms)
        >>> case.context.n_points, case.target.n_points
        (20, 30)
    """
    return _cases(tracks, n_first=20, n_last=0)


def _cases(tracks: Sequence[Track], *, n_first: int, n_last: int) -> list[TrackCase]:
    """Storms told at 50 times, of which the first and the last are given."""
    hidden = np.arange(n_first, N_POINTS - n_last)
    ends = [0, n_first - 1, *([hidden[-1] + 1] if n_last else []), N_POINTS - 1]
    long = [track for track in tracks if len(track) >= _LEAST_FIXES]
    storms = [(track, _fixes_near(track, np.array(ends) / (N_POINTS - 1))) for track in long]
    # Where there is a last part, it begins at a fix that is not hidden.
    storms = [(track, at) for track, at in storms if at[2] - at[1] > (n_last > 0)]
    tracks = [track for track, _ in storms]
    days = [np.interp(np.arange(N_POINTS), ends, track.days[at]) for track, at in storms]
    before = [track[: at[1] + 1] for track, at in storms]
    first = _told_at(before, [each[:n_first] for each in days])
    parts = [first, [track.at_fixes(hidden) for track in _told_at(tracks, days)]]
    if n_last:
        last = [each[-n_last:] - each[-n_last] for each in days]
        parts.append(_told_at([track[at[2] :] for track, at in storms], last))
    given = np.delete(np.arange(N_POINTS), hidden)
    return [TrackCase(_joined(storm), given, hidden) for storm in zip(*parts, strict=True)]


def _fixes_near(track: Track, parts_of_life: Float[np.ndarray, " n"]) -> Int[np.ndarray, " n"]:
    """Numbers of the fixes nearest to ascending parts of a storm's life, each another one."""
    wanted = track.days[-1] * parts_of_life
    nearest = np.abs(track.days[:, None] - wanted).argmin(0)
    order = np.arange(len(nearest))
    room = np.clip(nearest, order, len(track) - len(order) + order)
    return np.maximum.accumulate(room - order) + order


def _joined(parts: Sequence[Track]) -> Track:
    """One track of several that follow each other."""
    names = ("time", "latitude", "longitude", "wind", "pressure")
    joined = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    return dataclasses.replace(parts[0], **joined)


def _told_at(tracks: Sequence[Track], days: Sequence[Float[np.ndarray, " n"]]) -> list[Track]:
    """Each track at its own times since its first fix, as many for all."""
    if not tracks:
        return []
    seconds = np.round(np.stack(days) * 86400)
    at = seconds / 86400
    paths = _paths(Tracks(tracks).fields(), jnp.asarray(at[..., None], jnp.float32))
    latitude, longitude = to_degrees(np.asarray(paths, np.float64))
    return [
        dataclasses.replace(
            track,
            time=track.time[0] + seconds[i].astype("timedelta64[s]"),
            latitude=latitude[i],
            longitude=longitude[i],
            wind=_between(at[i], track.days, track.wind),
            pressure=_between(at[i], track.days, track.pressure),
        )
        for i, track in enumerate(tracks)
    ]


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
