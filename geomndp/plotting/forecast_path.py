"""The order of a forecast's observed and predicted points in time."""

import equinox as eqx
import numpy as np
from jaxtyping import Float


class ForecastPath(eqx.Module):
    """Observed and predicted times, merged.

    Arguments:
        known_x: Observed times in days, ascending.
        x: Predicted times in days, in any order.

    Example:
        >>> import numpy as np
        >>> path = ForecastPath(np.array([0.0, 1.0, 4.0]), np.array([2.0, 3.0]))
        >>> path.marked_times()
        [(0, 1.0), (1, 2.0)]
    """

    known_x: Float[np.ndarray, " n_known"]
    x: Float[np.ndarray, " n_points"]

    def known_runs(self, known: Float[np.ndarray, "n_known 3"]) -> list[Float[np.ndarray, "_ 3"]]:
        """The observed track, interrupted where predictions lie between its points."""
        n_before = np.searchsorted(np.sort(self.x), self.known_x)
        return np.split(known, np.flatnonzero(np.diff(n_before)) + 1)

    def junctions(self) -> list[int]:
        """Indices of the observed points next to predictions."""
        n_before = np.searchsorted(np.sort(self.x), self.known_x)
        gaps = np.flatnonzero(np.diff(n_before, prepend=0, append=self.x.size))
        return sorted({int(i) for gap in gaps for i in (gap - 1, gap) if 0 <= i < n_before.size})

    def unknown_runs(
        self, known: Float[np.ndarray, "n_known 3"], values: Float[np.ndarray, "n_points 3"]
    ) -> list[Float[np.ndarray, "_ 3"]]:
        """Predictions, each unbroken stretch joined to the observed points on both sides."""
        times = np.concatenate([self.known_x, self.x])
        predicted = np.arange(times.size) >= self.known_x.size
        order = np.argsort(times, kind="stable")
        points, predicted = np.concatenate([known, values])[order], predicted[order]
        edges = np.flatnonzero(np.diff(predicted.astype(int), prepend=0, append=0))
        return [
            points[max(start - 1, 0) : end + 1]
            for start, end in zip(edges[::2], edges[1::2], strict=True)
        ]

    def marked_times(
        self, most: int = 3, hours: tuple[float, ...] | None = None
    ) -> list[tuple[int, float]]:
        """Predicted times to mark: whole days after the last observation, or the last of all.

        Arguments:
            most: At most so many whole days.
            hours: Mark these in their place, in hours after the last observation before them.

        Returns:
            Indices into `x` with the days since the last observation, ascending.

        Raises:
            ValueError: If nothing is predicted at one of the hours.
        """
        order = np.argsort(self.x)
        last = np.searchsorted(self.known_x, self.x, side="right") - 1
        lead = self.x - self.known_x[np.maximum(last, 0)]
        ahead = [i for i in order if last[i] >= 0]
        if hours is not None:
            told = [24 * float(lead[i]) for i in ahead]
            near = np.asarray(np.abs(np.subtract.outer(told, hours)) < 0.02)
            if not near.any(0).all():
                raise ValueError(
                    f"expected marks at hours that are told, {', '.join(f'{t:g}' for t in told)}, "
                    f"got {', '.join(f'{hour:g}' for hour in hours)}"
                )
            return [(int(ahead[i]), float(lead[ahead[i]])) for i in np.flatnonzero(near.any(1))]
        whole = [i for i in ahead if abs(lead[i] - round(float(lead[i]))) < 1e-3 and lead[i] > 0.5]
        if not whole:
            return [(int(i), float(lead[i])) for i in ahead[-1:]]
        step = -(-round(max(float(lead[i]) for i in whole)) // most)
        return [(int(i), float(lead[i])) for i in whole if round(float(lead[i])) % step == 0]
