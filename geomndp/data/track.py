"""The track of one storm."""

import dataclasses

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int, Shaped
from numpy.typing import ArrayLike

from geomndp.data.globe import to_unit_vectors, wrap_longitude
from geomndp.fields import FieldSample

_DAY = np.timedelta64(1, "D")


@dataclasses.dataclass(frozen=True, eq=False, init=False)
class Track:
    """Fixes of one storm: where its centre was, when, and how strong it was.

    Arguments:
        id: The storm's identifier in its source, unique among the storms loaded together.
        name: Its name; "" if it has none.
        season: Year of its season; southern seasons, July to June, carry the later year.
        basin: Code of the basin of its first fix, as in `BASINS`; "" if unknown.
        time: Times of the fixes, UTC, strictly increasing; kept to the second.
        latitude: Degrees north, from -90 to 90.
        longitude: Degrees east, from -360 to 360; kept in (-180, 180].
        wind: Maximum sustained wind in knots, NaN where missing (numbers of 0 or less are so).
        pressure: Minimum sea-level pressure in hPa, NaN where missing (likewise).

    Raises:
        ValueError: If there is no fix, if the arrays differ in length, if times do not increase,
            or if a position is not on the globe.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> time = np.datetime64("2024-08-01T00") + np.timedelta64(6, "h") * np.arange(4)
        >>> track = gn.data.Track("X", "", 2024, "WP", time, np.arange(4.0), 179.0 + np.arange(4))
        >>> track
        Track(X, season 2024, basin WP, 4 fixes, 2024-08-01T00:00 to 2024-08-01T18:00)
        >>> track.days.tolist(), track.longitude.tolist()
        ([0.0, 0.25, 0.5, 0.75], [179.0, 180.0, -179.0, -178.0])
        >>> track[2:].field().x.ravel().tolist()
        [0.0, 0.25]
    """

    id: str
    name: str
    season: int
    basin: str
    time: Shaped[np.ndarray, " n_points"]
    latitude: Float[np.ndarray, " n_points"]
    longitude: Float[np.ndarray, " n_points"]
    wind: Float[np.ndarray, " n_points"]
    pressure: Float[np.ndarray, " n_points"]

    def __init__(
        self,
        id: str,
        name: str,
        season: int,
        basin: str,
        time: ArrayLike,
        latitude: ArrayLike,
        longitude: ArrayLike,
        wind: ArrayLike | None = None,
        pressure: ArrayLike | None = None,
    ):
        parts = {
            "time": np.array(time, "datetime64[s]"),
            "latitude": np.array(latitude, np.float64),
            "longitude": np.array(longitude, np.float64),
        }
        for key, given in [("wind", wind), ("pressure", pressure)]:
            values = np.asarray(np.nan if given is None else given, np.float64)
            values = np.where(np.isfinite(values) & (values > 0.0), values, np.nan)
            parts[key] = np.full(parts["time"].shape, np.nan) if given is None else values
        _check(id, parts)
        parts["longitude"] = wrap_longitude(parts["longitude"])
        for values in parts.values():
            values.setflags(write=False)
        texts = {"id": id.strip(), "name": name.strip(), "basin": basin.strip()}
        for key, value in {**texts, "season": int(season), **parts}.items():
            object.__setattr__(self, key, value)

    def __len__(self) -> int:
        return len(self.time)

    def __getitem__(self, fixes: slice) -> "Track":
        """Part of the track, a track itself: its days count from its own first fix."""
        if not isinstance(fixes, slice):
            raise TypeError(f"expected a slice of fixes, as track[2:5], got {fixes!r}")
        return self.at_fixes(np.arange(len(self))[fixes])

    def at_fixes(self, numbers: Int[np.ndarray, " n_chosen"]) -> "Track":
        """Some fixes of the track, by their numbers in ascending order, as a track itself.

        Raises:
            ValueError: If there is none, or they do not ascend.
        """
        names = ["time", "latitude", "longitude", "wind", "pressure"]
        return dataclasses.replace(self, **{name: getattr(self, name)[numbers] for name in names})

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Track):
            return NotImplemented
        return all(
            np.array_equal(a, b, equal_nan=True)
            if isinstance(a, np.ndarray) and a.dtype.kind == "f"
            else np.array_equal(a, b)
            for a, b in zip(self._values(), other._values(), strict=True)
        )

    def __hash__(self) -> int:
        return hash((self.id, self.season, len(self)))

    def __repr__(self) -> str:
        name = f" {self.name}" if self.name else ""
        span = " to ".join(str(t.astype("datetime64[m]")) for t in self.time[[0, -1]])
        basin = self.basin or "unknown"
        fixes = "1 fix" if len(self) == 1 else f"{len(self)} fixes"
        return f"Track({self.id}{name}, season {self.season}, basin {basin}, {fixes}, {span})"

    @property
    def days(self) -> Float[np.ndarray, " n_points"]:
        """Days since the first fix, in float64."""
        return (self.time - self.time[0]) / _DAY

    def unit_vectors(self) -> Float[np.ndarray, "n_points 3"]:
        """Positions as unit vectors in float64: x to (0 N, 0 E), z to the North Pole."""
        return to_unit_vectors(self.latitude, self.longitude)

    def between(self, start: np.datetime64 | str, stop: np.datetime64 | str) -> "Track":
        """The fixes from `start` to `stop`, UTC, both included.

        Raises:
            ValueError: If there is no fix between the two.
        """
        first = int(np.searchsorted(self.time, np.datetime64(start), "left"))
        last = int(np.searchsorted(self.time, np.datetime64(stop), "right"))
        return self[first:last]

    def field(self, n_points: int | None = None) -> FieldSample:
        """The track as a field: x days since the first fix, y unit vectors, both in float32.

        Arguments:
            n_points: Number of points to pad to; no padding when left out.

        Raises:
            ValueError: If the track has more fixes than that.
        """
        x = jnp.asarray(self.days[:, None].astype(np.float32))
        sample = FieldSample(x, jnp.asarray(self.unit_vectors().astype(np.float32)))
        return sample if n_points is None else sample.pad(n_points)

    def _values(self) -> list:
        return [getattr(self, part.name) for part in dataclasses.fields(self)]


def _check(storm: str, parts: dict[str, np.ndarray]) -> None:
    """Refuse arrays that are no track."""
    shape = parts["time"].shape
    if len(shape) != 1 or shape[0] == 0:
        raise ValueError(
            f"expected at least one fix in track {storm!r}, got times of shape {shape}; "
            "give arrays of one dimension, one number per fix"
        )
    for name, values in parts.items():
        if values.shape != shape:
            raise ValueError(
                f"expected {shape[0]} numbers of {name} in track {storm!r}, one per time, "
                f"got shape {values.shape}"
            )
    time, latitude, longitude = parts["time"], parts["latitude"], parts["longitude"]
    if np.isnat(time).any() or (np.diff(time) <= np.timedelta64(0)).any():
        raise ValueError(
            f"expected strictly increasing times in track {storm!r}, got {time}; "
            "sort the fixes and drop repeated ones"
        )
    if not (np.abs(latitude) <= 90.0).all():
        raise ValueError(
            f"expected latitudes from -90 to 90 degrees in track {storm!r}, got {latitude}"
        )
    if not (np.abs(longitude) <= 360.0).all():
        raise ValueError(
            f"expected longitudes from -360 to 360 degrees in track {storm!r}, got {longitude}"
        )
