"""Winds at random points, as training and scoring ask for them."""

from collections.abc import Callable, Iterator, Sequence

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int

from geomndp.data.earth_coordinates import AbstractEarthCoordinates
from geomndp.data.globe import to_unit_vectors
from geomndp.data.hours import hours_since, windows_of, with_hours
from geomndp.data.wind_covariates import with_known
from geomndp.data.winds import Winds
from geomndp.fields import FieldSample, Quantity
from geomndp.manifolds.geographic import EARTH_RADIUS_KM

Maps = AbstractEarthCoordinates | Callable[[float, float], AbstractEarthCoordinates]
"""Coordinates, or what makes them of the latitude and longitude of a centre."""

_TRIES = 1000
_WINDOWS_AT_ONCE = 16
"""Windows of time that are read at once, so that memory does not grow with the batch."""


def wind_batches(
    winds: Winds,
    coordinates: Maps,
    *,
    n_points: int,
    batch_size: int,
    seed: int,
    radius_km: float | None = None,
    hours: float | None = None,
    quantities: Sequence[Quantity] = (),
) -> Iterator[FieldSample]:
    """Batches without end, each of fields at random times and, of each, at random points.

    Points are uniform over the area: on a grid of latitudes and longitudes those near the poles,
    which stand close, are drawn less often. With a radius, the points of each field are those of
    a patch, a disc about one of them. All batches have one shape; where fewer points have a wind,
    the others are padding. Times without any wind are passed over. Only what a batch needs is
    read, so winds may be larger than memory.

    With hours, each field is of a window of time, which begins at a random one of the times, and
    points are random pairs of a place and one of the times in the window, each pair once. The hours
    since the window's beginning are the last coordinate of x. Times may be irregular; a window has
    those that there are, two at least.

    Arguments:
        winds: The winds, of which members are as good as times.
        coordinates: What x and y shall be. For patches it may also be a class of maps, such as
            `AzimuthalEquidistant`, of which each patch gets one about its own centre.
        n_points: Number of points of a field.
        batch_size: Number of fields of a batch.
        seed: Of the choices: the same seed gives the same batches.
        radius_km: Radius of the patches in km; no patches when left out.
        hours: Length of the windows of time, both ends included; single times when left out.
        quantities: What else is in y, such as pressure, after the winds. A point has all of it; the
            last covariates then are ones, for the wind and for each quantity.

    Raises:
        ValueError: If a number is not positive, no window has two times, or there is no wind to be
            found; where it arises in reading, on the batch concerned.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> axes = ["2024-01-01"], np.arange(-90.0, 91.0, 10.0), np.arange(0.0, 360.0, 10.0)
        >>> winds = gn.data.wind_ensemble(np.ones((1, 1, 19, 36, 2)), *axes)
        >>> batches = gn.data.wind_batches(
        ...     winds, gn.data.UnitSphere(), n_points=20, batch_size=4, seed=0
        ... )
        >>> next(batches).y.shape
        (4, 20, 3)
        >>> patches = gn.data.wind_batches(
        ...     winds, gn.data.AzimuthalEqualArea, n_points=9, batch_size=2, seed=0, radius_km=3e3
        ... )
        >>> next(patches).x.shape
        (2, 9, 2)
        >>> axes = ["2024-01-01T00", "2024-01-01T06"], [50.0, 51.0], [8.0, 9.0]
        >>> winds = gn.data.wind_ensemble(np.ones((1, 2, 2, 2, 2)), *axes)
        >>> chart = gn.data.AzimuthalEqualArea.centred_on(*winds.places)
        >>> batches = gn.data.wind_batches(
        ...     winds, chart, n_points=8, batch_size=1, seed=0, hours=12.0
        ... )
        >>> sorted(next(batches).x[0, :, 2].tolist())  # hours
        [0.0, 0.0, 0.0, 0.0, 6.0, 6.0, 6.0, 6.0]
    """
    if n_points < 1 or batch_size < 1 or not (radius_km is None or radius_km > 0):
        raise ValueError(
            "expected positive n_points, batch_size and radius_km, got "
            f"{n_points}, {batch_size} and {radius_km}"
        )
    if radius_km is None and not isinstance(coordinates, AbstractEarthCoordinates):
        raise ValueError(
            f"expected coordinates, got {coordinates!r}, which makes them of the centre of a "
            "patch; give radius_km, or a centre"
        )
    windows = windows_of(winds.times, hours)
    rng = np.random.default_rng(seed)
    sizes = n_points, batch_size, radius_km
    return _Draws(winds, tuple(quantities), coordinates, *sizes, windows, hours is None, rng)


class _Draws(Iterator[FieldSample]):
    """The iterator, which computes once what all batches share."""

    def __init__(
        self,
        winds: Winds,
        quantities: tuple[Quantity, ...],
        coordinates: Maps,
        n_points: int,
        batch_size: int,
        radius_km: float | None,
        windows: Int[np.ndarray, "n_windows 2"],
        timeless: bool,
        rng: np.random.Generator,
    ):
        self._quantities = quantities
        self._winds, self._rng, self._windows, self._timeless = winds, rng, windows, timeless
        self._map_about: Callable[[float, float], AbstractEarthCoordinates] = (
            (lambda *_: coordinates)
            if isinstance(coordinates, AbstractEarthCoordinates)
            else coordinates
        )
        self._n_points, self._batch_size, self._radius_km = n_points, batch_size, radius_km
        self._n_fields = winds.n_members * len(windows)
        self._latitude, self._longitude = winds.places
        self._units = to_unit_vectors(self._latitude, self._longitude)
        covariates, n_places = winds.covariate_values(), len(self._latitude)
        self._covariates = with_known(covariates, n_places, len(quantities))
        self._area = areas(winds)

    def __next__(self) -> FieldSample:
        fields: list[tuple[np.ndarray, ...]] = []
        tries = 0
        while len(fields) < self._batch_size:
            if tries > _TRIES:
                raise ValueError(
                    f"expected winds, got none in {tries} fields drawn at random; leave empty "
                    "times out by winds.without_empty_times()"
                )
            wanted = self._rng.integers(self._n_fields, size=self._batch_size - len(fields))
            tries += len(wanted)
            for values, first in self._read(wanted):
                present = np.flatnonzero(np.isfinite(values).all(-1))
                if present.size:
                    fields.append(self._field(values, present, first))
        return FieldSample(*(jnp.asarray(np.stack(part)) for part in zip(*fields, strict=True)))

    def _read(
        self, wanted: Int[np.ndarray, " n_wanted"]
    ) -> Iterator[tuple[Float[np.ndarray, "n_times n numbers"], int]]:
        """Winds and quantities at the times of some windows, and the number of the first time."""
        n_times = len(self._winds.times)
        at_once = len(wanted) if self._timeless else _WINDOWS_AT_ONCE
        for some in (wanted[i : i + at_once] for i in range(0, len(wanted), at_once)):
            members, windows = some // len(self._windows), self._windows[some % len(self._windows)]
            times = [
                member * n_times + np.arange(*window)
                for member, window in zip(members, windows, strict=True)
            ]
            ends = np.cumsum([len(each) for each in times])[:-1]
            found = np.split(self._winds.values(self._quantities, np.concatenate(times)), ends)
            yield from zip(found, windows[:, 0].tolist(), strict=True)

    def _field(
        self,
        values: Float[np.ndarray, "n_times n numbers"],
        present: Int[np.ndarray, " n_present"],
        first: int,
    ) -> tuple[np.ndarray, ...]:
        """Locations, values, mask and covariates of one field.

        Arguments:
            values: Winds and quantities at the times of a window.
            present: Which pairs of a time and a place have a wind, counted through the places of
                the first time, then of the second, and so on.
            first: Number of the first time.
        """
        n_places = len(self._latitude)
        centre = self._choose(present, 1)[0] % n_places
        coordinates = self._map_about(float(self._latitude[centre]), float(self._longitude[centre]))
        if self._radius_km is not None:
            reach = np.cos(min(self._radius_km / EARTH_RADIUS_KM, np.pi)) - 1e-15
            present = present[(self._units @ self._units[centre])[present % n_places] >= reach]
        chosen = self._choose(present, self._n_points)
        mask = np.arange(self._n_points) < len(chosen)
        chosen = np.pad(chosen, (0, self._n_points - len(chosen)), mode="edge")
        time, place = np.divmod(chosen, n_places)
        places = self._latitude[place], self._longitude[place]
        x = coordinates.locations(*places)
        if not self._timeless:
            times = self._winds.times
            x = with_hours(x, hours_since(times[first + time], times[first]))
        parts = x, coordinates.vectors(*places, values[time, place]), mask
        return parts if self._covariates is None else (*parts, self._covariates[place])

    def _choose(self, present: Int[np.ndarray, " n"], size: int) -> Int[np.ndarray, " n_chosen"]:
        """Up to some number of the points present, each once, in random order, uniform by area.

        Those with the least of exponential variables with the areas as rates are such a draw
        (Efraimidis and Spirakis, 2006, "Weighted random sampling with a reservoir").
        """
        rank = self._rng.standard_exponential(len(present)) / self._area[present % len(self._area)]
        first = np.argpartition(rank, size - 1)[:size] if size < len(rank) else slice(None)
        return present[first][np.argsort(rank[first], kind="stable")]


def areas(winds: Winds) -> Float[np.ndarray, " n"]:
    """The areas that places of a grid stand for, up to a factor; ones for scattered points.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> axes = ["2024-01-01"], [-90, 0, 60], [0, 120, 240]
        >>> winds = gn.data.wind_ensemble(np.ones((1, 1, 3, 3, 2)), *axes)
        >>> areas(winds).round(2).tolist()
        [0.59, 1.0, 1.0, 1.0, 0.5, 0.5, 0.5]
    """
    latitude, _ = winds.places
    if not winds.is_grid:
        return np.ones(latitude.shape)
    rows, columns = (winds.dataset[axis].to_numpy() for axis in ("latitude", "longitude"))
    steps = np.deg2rad(np.diff(rows)) if len(rows) > 1 else np.ones(1)
    # A pole stands for a cap of half a step, or the part of it that the longitudes span.
    cap = np.where(latitude < 0, steps[0], steps[-1]) * len(columns) / 8.0
    return np.where(np.abs(latitude) == 90.0, cap, np.cos(np.deg2rad(latitude)))
