"""An ensemble of possible tracks of one storm."""

import dataclasses
from datetime import datetime

import numpy as np
from jaxtyping import Float, Shaped
from numpy.typing import ArrayLike

from geomndp.data.globe import to_degrees

_UNIT = 1e-3  # by how much the length of a value may differ from 1


@dataclasses.dataclass(frozen=True, eq=False, init=False)
class TrackEnsemble:
    """Possible positions of one storm, several members at the same times.

    Arguments:
        id: The storm's id.
        start: Time, UTC, from which the days count: that of the storm's first fix.
        days: Times of the positions in days since `start`, increasing.
        y: Positions as unit vectors, one row of points per member; jax arrays will do.
        wind: Maximum sustained wind in knots, for each member and point, or None.
        pressure: Sea-level pressure in hPa, likewise.

    Raises:
        ValueError: If the shapes do not fit, times do not increase, or a position is not finite or
            not of length one.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> y = np.array([[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]])
        >>> ensemble = gn.data.TrackEnsemble("X", "2024-08-31T18", np.array([0.0, 0.25]), y)
        >>> ensemble.time.astype(str).tolist(), ensemble.longitude.tolist()
        (['2024-08-31T18:00:00', '2024-09-01T00:00:00'], [[0.0, 90.0]])
    """

    id: str
    start: np.datetime64
    days: Float[np.ndarray, " n_points"]
    y: Float[np.ndarray, "n_members n_points 3"]
    wind: Float[np.ndarray, "n_members n_points"] | None
    pressure: Float[np.ndarray, "n_members n_points"] | None

    def __init__(
        self,
        id: str,
        start: np.datetime64 | datetime | str,
        days: ArrayLike,
        y: ArrayLike,
        wind: ArrayLike | None = None,
        pressure: ArrayLike | None = None,
    ):
        days, y = np.array(days, np.float64), np.array(y, np.float64)
        if days.ndim != 1 or y.shape != (len(y), len(days), 3) or not y.size:
            raise ValueError(
                f"expected y of shape (n_members, {len(days)}, 3) for days of shape {days.shape}, "
                f"none of them empty, got {y.shape}"
            )
        first = np.array(start, "datetime64[s]")
        if np.isnat(first) or not (np.diff(days) > 0.0).all() or not np.isfinite(days).all():
            raise ValueError(
                f"expected a start and increasing days, got {first} and {days}; sort the points"
            )
        lengths = np.linalg.norm(y, axis=-1)
        bad = np.argwhere(~(np.abs(lengths - 1.0) < _UNIT))
        if len(bad):
            member, point = bad[0].tolist()
            raise ValueError(
                f"expected unit vectors, got {y[member, point]} for member {member} at point "
                f"{point}; project samples on the sphere, and see whether they diverged"
            )
        for name, given in (("wind", wind), ("pressure", pressure)):
            values = None if given is None else np.array(given, np.float64)
            if values is not None and values.shape != y.shape[:2]:
                raise ValueError(f"expected {name} of shape {y.shape[:2]}, got {values.shape}")
            object.__setattr__(self, name, values)
        object.__setattr__(self, "id", id)
        object.__setattr__(self, "start", first[()])
        object.__setattr__(self, "days", days)
        object.__setattr__(self, "y", y / lengths[..., None])

    def __len__(self) -> int:
        return len(self.y)

    @property
    def time(self) -> Shaped[np.ndarray, " n_points"]:
        """Times of the positions, UTC, to the second."""
        return self.start + np.round(self.days * 86400.0).astype("timedelta64[s]")

    @property
    def latitude(self) -> Float[np.ndarray, "n_members n_points"]:
        """Degrees north."""
        return to_degrees(self.y)[0]

    @property
    def longitude(self) -> Float[np.ndarray, "n_members n_points"]:
        """Degrees east, in (-180, 180]."""
        return to_degrees(self.y)[1]
