"""Winds that stations observed."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int, Shaped
from numpy.typing import ArrayLike

from geomndp.data.earth_coordinates import AbstractEarthCoordinates
from geomndp.data.globe import wrap_longitude
from geomndp.data.hours import hours_since, with_hours
from geomndp.data.wind_scalars import check_units, with_coordinates
from geomndp.fields import FieldSample, Quantity


@dataclasses.dataclass(frozen=True, eq=False, init=False)
class WindObservations:
    """Observed winds, one place and, if it is known, one time each.

    Beside them there may be scalars, such as pressures. Then either may be missing, as NaN, where
    the other is not.

    Arguments:
        latitude: Degrees north.
        longitude: Degrees east, of any winding; it is kept in (-180, 180].
        wind: Components to the east and the north, m s-1, of shape (n, 2).
        error: Standard deviations of the error of a component, m s-1, or None if not known.
        time: Times, UTC, or None.
        station: Names of the stations, or None.
        remarks: What a loader has to say, such as how many rows it left out.
        quantities: What scalars are; their offsets and scales are of no matter.
        scalars: Scalars in the units of the quantities, of shape (n, n_quantities).

    Raises:
        ValueError: If shapes differ, there is none, or a number is missing or out of its range.

    Example:
        >>> import geomndp as gn
        >>> seen = gn.data.WindObservations([50.0, 54.2], [8.6, 7.9], [[3, 0], [7, 2]], [0.5, 1])
        >>> seen
        WindObservations(2 winds, with errors)
        >>> seen.field(gn.data.AzimuthalEquidistant(52.0, 8.0)).x.shape
        (2, 2)
        >>> seen.noise_variance.tolist()
        [0.25, 1.0]
    """

    latitude: Float[np.ndarray, " n"]
    longitude: Float[np.ndarray, " n"]
    wind: Float[np.ndarray, "n 2"]
    error: Float[np.ndarray, " n"] | None
    time: Shaped[np.ndarray, " n"] | None
    station: tuple[str, ...] | None
    remarks: tuple[str, ...]
    quantities: tuple[Quantity, ...]
    scalars: Float[np.ndarray, "n n_quantities"]

    def __init__(
        self,
        latitude: ArrayLike,
        longitude: ArrayLike,
        wind: ArrayLike,
        error: ArrayLike | None = None,
        time: ArrayLike | None = None,
        station: Any = None,
        remarks: tuple[str, ...] = (),
        quantities: Sequence[Quantity] = (),
        scalars: ArrayLike | None = None,
    ):
        n = len(np.atleast_1d(np.asarray(latitude)))
        numbers = {
            "latitude": np.array(latitude, np.float64),
            "longitude": np.array(longitude, np.float64),
            "wind": np.array(wind, np.float64),
            "error": None if error is None else np.array(error, np.float64),
            "time": None if time is None else np.array(time, "datetime64[ns]"),
            "scalars": np.array(np.empty((n, 0)) if scalars is None else scalars, np.float64),
        }
        shapes = {"wind": (n, 2), "scalars": (n, len(quantities))}
        for name, values in numbers.items():
            shape = shapes.get(name, (n,))
            if values is not None and (values.shape != shape or n == 0):
                raise ValueError(
                    f"expected {name} of shape {shape}, for {n} observations and at least one, "
                    f"got {values.shape}"
                )
        for name, limit in (("latitude", 90), ("longitude", 360)):
            wrong = ~(np.abs(numbers[name]) <= limit)
            _refuse(wrong, f"a {name} from {-limit} to {limit}", numbers[name])
        has_wind, beside = np.isfinite(numbers["wind"]).all(-1), np.isfinite(numbers["scalars"])
        wrong = ~(has_wind | (np.isnan(numbers["wind"]).all(-1) & beside.any(-1)))
        _refuse(wrong, "finite winds, or NaN where a scalar is known", numbers["wind"])
        _refuse(np.isinf(numbers["scalars"]).any(-1), "finite scalars", numbers["scalars"])
        if numbers["error"] is not None:
            wrong = has_wind & ~((numbers["error"] >= 0) & np.isfinite(numbers["error"]))
            _refuse(wrong, "errors of 0 or more", numbers["error"])
        if numbers["time"] is not None:
            _refuse(np.isnat(numbers["time"]), "a time of each", numbers["time"])
        numbers["longitude"] = wrap_longitude(numbers["longitude"])
        if station is not None and len(station) != n:
            raise ValueError(f"expected {n} names of stations, got {len(station)}")
        for name, values in numbers.items():
            object.__setattr__(self, name, values)
        object.__setattr__(self, "station", None if station is None else tuple(map(str, station)))
        object.__setattr__(self, "remarks", tuple(remarks))
        object.__setattr__(self, "quantities", tuple(quantities))

    def __len__(self) -> int:
        return len(self.latitude)

    def __getitem__(self, index: Any) -> "WindObservations":
        """Some of the observations, by a slice, their numbers, or True for each that is kept."""
        return self._rows(np.arange(len(self))[index], self.quantities, self.scalars)

    def _rows(
        self,
        rows: Int[np.ndarray, " n_rows"],
        quantities: Sequence[Quantity],
        scalars: Float[np.ndarray, "n n_quantities"],
    ) -> "WindObservations":
        station = None if self.station is None else [self.station[row] for row in rows]
        error, time = (None if v is None else v[rows] for v in (self.error, self.time))
        return WindObservations(
            self.latitude[rows], self.longitude[rows], self.wind[rows], error, time, station,
            self.remarks, quantities, scalars[rows],
        )  # fmt: skip

    def between(self, start: Any, end: Any) -> "WindObservations":
        """Those from the time `start` to `end`, both included, as numpy's datetime64 takes them.

        Raises:
            ValueError: If there is none, or times are not known.
        """
        time = self._known_times()
        inside = (time >= np.datetime64(start)) & (time <= np.datetime64(end))
        if not inside.any():
            raise ValueError(
                f"expected an observation between {start} and {end}, got none; they are from "
                f"{time.min()} to {time.max()}"
            )
        return self[inside]

    def _known_times(self) -> Shaped[np.ndarray, " n"]:
        if self.time is None:
            raise ValueError("expected observations with times, got such as have none")
        return self.time

    def of(self, quantities: Sequence[Quantity] = ()) -> "WindObservations":
        """Those of winds or of some quantities, and these beside; NaN where one was not observed.

        Arguments:
            quantities: The quantities, such as those of a model, in the order wanted.

        Raises:
            ValueError: If none is left, or a quantity has another unit.

        Example:
            >>> import geomndp as gn
            >>> pressure, nan = gn.fields.Quantity("msl", "hPa"), float("nan")
            >>> places = [50.0, 54.2], [8.6, 7.9]
            >>> seen = gn.data.WindObservations(
            ...     *places, [[3, 0], [nan, nan]], quantities=[pressure], scalars=[[nan], [1013.0]]
            ... )
            >>> len(seen.of()), len(seen.of([pressure]))
            (1, 2)
        """
        scalars = np.full((len(self), len(quantities)), np.nan)
        for i, quantity in enumerate(quantities):
            for j, own in enumerate(self.quantities):
                if own.name == quantity.name:
                    check_units(own.name, own.units, quantity)
                    scalars[:, i] = self.scalars[:, j]
        kept = np.isfinite(self.wind).all(-1) | np.isfinite(scalars).any(-1)
        if not kept.any():
            names = " or ".join(["winds", *(quantity.name for quantity in quantities)])
            raise ValueError(f"expected observed {names}, got none of what the model knows")
        return self._rows(np.flatnonzero(kept), quantities, scalars)

    def field(
        self, coordinates: AbstractEarthCoordinates, since: np.datetime64 | None = None
    ) -> FieldSample:
        """The observations as one field, for conditioning on them.

        With quantities a value is a wind and then their coordinates. Of what is missing it has
        zeros, and covariates say for the wind and for each quantity whether it is known, which
        networks read and methods of guidance do not: `tell_winds` takes care of that.

        Arguments:
            coordinates: What x and y shall be.
            since: From when hours are counted, the last coordinate of x; it has none when left out.

        Raises:
            ValueError: If a place has no location, or hours are asked for and times are not known.
        """
        places = self.latitude, self.longitude
        x = coordinates.locations(*places)
        if since is not None:
            x = with_hours(x, hours_since(self._known_times(), since))
        values = with_coordinates(self.wind, self.scalars, self.quantities)
        y = coordinates.vectors(*places, np.where(np.isnan(values), 0.0, values))
        known = None
        if self.quantities:
            known = jnp.asarray(np.isfinite(values[:, 1:]), float)
        return FieldSample(jnp.asarray(x), jnp.asarray(y), covariates=known)

    @property
    def noise_variance(self) -> Float[np.ndarray, " n"] | float:
        """Variances of their errors, as `condition` takes them; 0 where errors are not known."""
        return 0.0 if self.error is None else self.error**2

    def __repr__(self) -> str:
        n_winds = np.isfinite(self.wind).all(-1).sum()
        parts = ["1 wind" if n_winds == 1 else f"{n_winds} winds"]
        if self.time is not None:
            first, last = (t.astype("datetime64[m]") for t in (self.time.min(), self.time.max()))
            parts.append(f"{first}" if first == last else f"{first} to {last}")
        parts += ["with errors"] if self.error is not None else []
        for i, quantity in enumerate(self.quantities):
            parts.append(f"{np.isfinite(self.scalars[:, i]).sum()} of {quantity.name}")
        return f"WindObservations({', '.join(parts)})"


def from_direction(speed: ArrayLike, direction: ArrayLike) -> Float[np.ndarray, "*shape 2"]:
    """Components to the east and the north of winds by speed and direction.

    Arguments:
        speed: Speeds, in any unit.
        direction: Where winds blow *from*, in degrees clockwise from north: 270 is a west wind.

    Example:
        >>> import geomndp as gn
        >>> gn.data.from_direction([10.0, 10.0], [270.0, 180.0]).round(6).tolist()
        [[10.0, 0.0], [0.0, 10.0]]
    """
    angle = np.deg2rad(np.asarray(direction, np.float64))
    towards = -np.stack([np.sin(angle), np.cos(angle)], -1)
    return np.asarray(speed, np.float64)[..., None] * towards + 0.0  # no zeros with a minus


def to_direction(
    wind: ArrayLike,
) -> tuple[Float[np.ndarray, "*shape"], Float[np.ndarray, "*shape"]]:
    """Speeds, and directions *from* which winds blow in degrees clockwise from north, in [0, 360).

    A calm has the direction 0.

    Example:
        >>> import geomndp as gn
        >>> speed, direction = gn.data.to_direction([[5.0, 0.0], [0.0, -5.0], [0.0, 0.0]])
        >>> speed.tolist(), direction.tolist()
        ([5.0, 5.0, 0.0], [270.0, 0.0, 0.0])
    """
    wind = np.asarray(wind, np.float64)
    speed = np.linalg.norm(wind, axis=-1)
    degrees = np.rad2deg(np.arctan2(-wind[..., 0], -wind[..., 1])) % 360.0
    return speed, np.where(speed > 0, degrees, 0.0) % 360.0


def _refuse(wrong: np.ndarray, expected: str, values: np.ndarray) -> None:
    rows = np.flatnonzero(wrong)
    if rows.size:
        raise ValueError(
            f"expected {expected}, got {values[rows[0]]} in observation {rows[0]} and {rows.size} "
            "such in all; correct them or leave them out"
        )
