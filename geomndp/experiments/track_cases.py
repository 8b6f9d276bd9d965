"""Storms with a part hidden: what a model of tracks is asked for, and what came true."""

from collections.abc import Iterable
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool

from geomndp.data import Track
from geomndp.fields import FieldSample

HOURS_AHEAD = 120.0
"""How far a forecast goes, in hours."""

LEADS = (24.0, 48.0, 72.0, 120.0)
"""Lead times at which forecasts are scored, in hours."""

N_CONTEXT = 20
"""Fixes nearest to the hidden ones that a model is given: five days at six-hourly steps."""


class TrackCase(NamedTuple):
    """A storm of which some fixes are given and others are to be told.

    Example:
        >>> import geomndp as gn
        >>> storms = gn.data.load_cyclones().select(id=["2019236N10314"])
        >>> case, = gn.experiments.gap_cases(storms)
        >>> case.target.n_points  # six-hourly fixes inside two days
        7
    """

    track: Track
    context: FieldSample
    """The fixes given, x in days since the first fix of the storm."""
    target: FieldSample
    """The fixes hidden."""

    def lead(self, hours: float) -> int | None:
        """Index of the target fix this long after the last fix given, None if there is none."""
        ahead = np.asarray(self.target.x[:, 0], float) - float(self.context.x[-1, 0])
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


def _case(track: Track, given: Bool[np.ndarray, " n"], hidden: Bool[np.ndarray, " n"]) -> TrackCase:
    position = np.arange(len(track))
    hidden_at = position[hidden]
    candidates = position[given]
    distance = np.abs(candidates[:, None] - hidden_at[None, :]).min(-1)
    nearest = np.sort(candidates[np.argsort(distance, kind="stable")[:N_CONTEXT]])
    days, points = track.days, track.unit_vectors()

    def part(chosen: np.ndarray) -> FieldSample:
        return FieldSample(
            jnp.asarray(days[chosen, None], jnp.float32), jnp.asarray(points[chosen], jnp.float32)
        )

    return TrackCase(track, part(nearest), part(hidden_at))
