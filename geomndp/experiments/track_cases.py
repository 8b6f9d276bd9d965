"""Storms with a part hidden: what a model of tracks is asked for, and what came true."""

import dataclasses
import functools
from collections.abc import Iterable

import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Int

from geomndp.data import Track
from geomndp.fields import FieldSample

HOURS_AHEAD = 120.0
"""How far a forecast goes, in hours."""

LEADS = (24.0, 48.0, 72.0, 120.0)
"""Lead times at which forecasts are scored, in hours."""

N_CONTEXT = 20
"""Fixes nearest to the hidden ones that a model is given: five days at six-hourly steps."""

N_POINTS = 50
"""Points of a track in the published tasks."""


@dataclasses.dataclass(frozen=True, eq=False)
class TrackCase:
    """A storm of which some fixes are given and others are to be told.

    Example:
        >>> import geomndp as gn
        >>> storms = gn.data.load_cyclones().select(id=["2019236N10314"])
        >>> case, = gn.experiments.gap_cases(storms)
        >>> case.target.n_points  # six-hourly fixes inside two days
        7
    """

    track: Track
    given: Int[np.ndarray, " n_given"]
    """Numbers of the fixes given, in order."""
    hidden: Int[np.ndarray, " n_hidden"]
    """Numbers of the fixes hidden."""

    @functools.cached_property
    def context(self) -> FieldSample:
        """Positions of the fixes given, x in days since the first fix of the storm."""
        return self._positions(self.given)

    @functools.cached_property
    def target(self) -> FieldSample:
        """Positions of the fixes hidden."""
        return self._positions(self.hidden)

    def _positions(self, numbers: Int[np.ndarray, " n"]) -> FieldSample:
        x, y = self.track.days[numbers, None], self.track.unit_vectors()[numbers]
        return FieldSample(jnp.asarray(x, jnp.float32), jnp.asarray(y, jnp.float32))

    def lead(self, hours: float) -> int | None:
        """Index of the target fix this long after the last fix given, None if there is none."""
        ahead = self.track.days[self.hidden] - self.track.days[self.given[-1]]
        near = np.flatnonzero(np.abs(24 * ahead - hours) < 0.1)
        return int(near[0]) if near.size else None


def forecast_cases(tracks: Iterable[Track]) -> list[TrackCase]:
    """The rest of each storm, at most `HOURS_AHEAD`, from its first half.

    A storm is long enough if the first half of its fixes has at least three, and there is a fix
    48 hours after the last of them.

    Arguments:
        tracks: Storms.

    Example:
        >>> import geomndp as gn
        >>> storms = gn.data.load_cyclones().select(id=["2019236N10314"])
        >>> case, = gn.experiments.forecast_cases(storms)
        >>> case.lead(48.0)  # the eighth fix
        7
    """
    cases = []
    for track in tracks:
        days = track.days
        half = len(track) // 2
        if half < 3:
            continue
        ahead = days - days[half - 1]
        hidden = (ahead > 0) & (ahead <= HOURS_AHEAD / 24 + 1e-6)
        case = _case(track, np.arange(len(track)) < half, hidden)
        if case.lead(48.0) is not None:
            cases.append(case)
    return cases


def gap_cases(tracks: Iterable[Track]) -> list[TrackCase]:
    """The fixes inside a gap of two days around the middle fix of each storm.

    A storm is long enough if there are fixes exactly one day before and after its middle one, at
    least one fix in between, and at least three fixes that are not.

    Arguments:
        tracks: Storms.

    Example:
        >>> import geomndp as gn
        >>> len(gn.experiments.gap_cases(gn.data.load_cyclones().select(id=["2019236N10314"])))
        1
    """
    cases = []
    for track in tracks:
        from_middle = track.days - track.days[len(track) // 2]
        hidden = np.abs(from_middle) < 1 - 1e-3
        ends = np.abs(np.abs(from_middle) - 1) < 1e-3
        if ends.sum() == 2 and hidden.any() and (~hidden).sum() >= 3:
            cases.append(_case(track, ~hidden, hidden))
    return cases


def interpolation_cases(tracks: Iterable[Track]) -> list[TrackCase]:
    """The 30 points in the middle of the first 50 of each track, from the first and last 10.

    The task of Mathieu, Dutordoir, Hutchinson et al. (2023), arXiv:2307.05431, section 5.3, who
    give 10 points at either end. Of fixes at even steps, as `six_hourly_tracks` finds them, this is
    what `evaluate_cyclones` scores; of points between fixes, `resampled_interpolation_cases`.

    Arguments:
        tracks: Tracks; those of less than 50 points are left out.

    Example:
        >>> import geomndp as gn
        >>> storms = gn.data.load_cyclones().select(id=["2019236N10314"])
        >>> case, = gn.experiments.interpolation_cases(storms)
        >>> case.context.n_points, case.target.n_points
        (20, 30)
    """
    return _of_fifty(tracks, np.r_[:10, 40:50])


def extrapolation_cases(tracks: Iterable[Track]) -> list[TrackCase]:
    """The last 30 of the first 50 points of each track, from the first 20, as published.

    Arguments:
        tracks: As of `interpolation_cases`.

    Example:
        >>> import geomndp as gn
        >>> storms = gn.data.load_cyclones().select(id=["2019236N10314"])
        >>> case, = gn.experiments.extrapolation_cases(storms)
        >>> case.context.n_points, case.target.n_points
        (20, 30)
    """
    return _of_fifty(tracks, np.arange(20))


def six_hourly_tracks(tracks: Iterable[Track], n_points: int) -> list[Track]:
    """The first `n_points` fixes at six-hourly steps from the first, of tracks that have them.

    Arguments:
        tracks: Storms; those with a step missing among the first `n_points` are left out.
        n_points: How many fixes.

    Example:
        >>> import geomndp as gn
        >>> storms = gn.data.load_cyclones().select(id=["2019236N10314"])
        >>> float(gn.experiments.six_hourly_tracks(storms, 50)[0].days[-1])  # 49 steps
        12.25
    """
    found = []
    for track in tracks:
        steps = track.days * 4
        at = np.flatnonzero(np.abs(steps - np.round(steps)) < 1e-3)[:n_points]
        if len(at) == n_points and abs(float(steps[at[-1]]) - (n_points - 1)) < 1e-3:
            found.append(track.at_fixes(at))
    return found


def _of_fifty(tracks: Iterable[Track], given: Int[np.ndarray, " n_given"]) -> list[TrackCase]:
    is_given = np.isin(np.arange(N_POINTS), given)
    return [
        _case(track[:N_POINTS], is_given, ~is_given) for track in tracks if len(track) >= N_POINTS
    ]


def _case(track: Track, given: Bool[np.ndarray, " n"], hidden: Bool[np.ndarray, " n"]) -> TrackCase:
    position = np.arange(len(track))
    hidden_at = position[hidden]
    candidates = position[given]
    distance = np.abs(candidates[:, None] - hidden_at[None, :]).min(-1)
    nearest = np.sort(candidates[np.argsort(distance, kind="stable")[:N_CONTEXT]])
    return TrackCase(track, nearest, hidden_at)
