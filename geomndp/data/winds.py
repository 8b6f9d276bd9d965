"""Winds on a grid or at scattered points, at several times."""

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Bool, Float, Shaped

from geomndp.data.earth_coordinates import AbstractEarthCoordinates
from geomndp.data.region import Region
from geomndp.data.wind_covariates import covariates_at_nodes, with_known
from geomndp.data.wind_fields import field_sample
from geomndp.data.wind_names import COVARIATE_NAMES, WIND
from geomndp.data.wind_scalars import quantities_of, scalar_of, with_coordinates
from geomndp.data.wind_speeds import refuse_impossible
from geomndp.fields import FieldSample, Quantity

if TYPE_CHECKING:
    import xarray

_GRID, _POINTS = ("latitude", "longitude"), ("point",)


@dataclasses.dataclass(frozen=True, eq=False)
class Winds:
    """Winds at several times on a grid of latitudes and longitudes, or at scattered points.

    `load_winds` and `wind_ensemble` make them. The data are a dataset of xarray, in memory or, by
    dask, on a disk or in an archive: `eastward_wind` and `northward_wind` in m s-1, along `time`
    and `latitude` and `longitude`, or along `time` and `point`, with an axis `member` before these
    for an ensemble. Times and latitudes increase. Longitudes lie in (-180, 180]; those of a grid
    increase to the east, and go on beyond 180 where a region crosses the antimeridian. Missing
    values are NaN. Covariates are `surface_altitude` in m and `land_area_fraction` from 0 to 1.
    What else there is along the axes of the winds, such as a pressure, stands beside them, in the
    unit that its attribute `units` says.

    Wherever winds are taken by place, a pole, which a grid has once for each longitude, is one
    place: that with the first longitude, to whose meridian the components there refer.

    Arguments:
        dataset: The data.

    Raises:
        ValueError: If the dataset is not as above.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> wind = np.ones((1, 1, 3, 4, 2))
        >>> winds = gn.data.wind_ensemble(wind, ["2024-01-01"], [-5, 0, 5], [0, 10, 20, 30])
        >>> winds
        Winds(1 member, 1 time 2024-01-01T00:00, 3 x 4 latitudes and longitudes)
        >>> region = gn.data.Region(south=0.0, north=90.0, west=5.0, east=25.0)
        >>> fields = winds.within(region).fields(gn.data.AzimuthalEquidistant(0.0, 15.0))
        >>> fields.x.shape, fields.y.shape
        ((1, 4, 2), (1, 4, 2))
    """

    dataset: Any

    def __post_init__(self) -> None:
        axes = [set(self.dataset[name].dims) for name in WIND if name in self.dataset]
        expected = [{"time", *places} for places in (_GRID, _POINTS)]
        if len(axes) < 2 or axes[0] != axes[1] or axes[0] - {"member"} not in expected:
            raise ValueError(
                f"expected {' and '.join(WIND)} along time and latitude and longitude, or time "
                f"and point, got {[dict(v.sizes) for v in self.dataset.values()]}; "
                "load_winds brings other datasets to that form"
            )

    @property
    def times(self) -> Shaped[np.ndarray, " n_times"]:
        """Times, UTC."""
        return self.dataset["time"].to_numpy()

    @property
    def is_grid(self) -> bool:
        """Whether places form a grid of latitudes and longitudes."""
        return "point" not in self.dataset.dims

    @property
    def places(self) -> tuple[Float[np.ndarray, " n"], Float[np.ndarray, " n"]]:
        """Latitudes and longitudes of the places, in degrees, each pole once.

        Those of a grid go row by row from the south.
        """
        latitude, longitude = self.nodes
        return latitude[self.is_place], longitude[self.is_place]

    @property
    def nodes(self) -> tuple[Float[np.ndarray, " n_nodes"], Float[np.ndarray, " n_nodes"]]:
        """Latitudes and longitudes of all nodes of the grid, poles as often as it has them."""
        latitude, longitude = (self.dataset[name].to_numpy() for name in _GRID)
        if self.is_grid:
            latitude, longitude = np.meshgrid(latitude, longitude, indexing="ij")
        return np.ravel(latitude), np.ravel(longitude)

    @property
    def is_place(self) -> Bool[np.ndarray, " n_nodes"]:
        """Which nodes are those of `places`: all but the further ones at poles."""
        latitude, _ = self.nodes
        if not self.is_grid:
            return np.ones(latitude.shape, bool)
        first = np.arange(latitude.size) % self.dataset.sizes["longitude"] == 0
        return first | (np.abs(latitude) < 90.0)

    @property
    def covariates(self) -> tuple[str, ...]:
        """Names of the covariates that there are."""
        return tuple(name for name in COVARIATE_NAMES if name in self.dataset)

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """What stands beside the winds, such as a pressure, as it is, in its unit."""
        return quantities_of(self.dataset)

    @property
    def n_members(self) -> int:
        """Number of members of an ensemble, 1 if there is no axis of members."""
        return self.dataset.sizes.get("member", 1)

    def wind(
        self, fields: Shaped[np.ndarray, " n_fields"] | None = None
    ) -> Float[np.ndarray, "n_fields n 2"]:
        """Components to the east and the north, m s-1, of fields by place, in memory.

        Arguments:
            fields: Numbers of the fields, counted through the times of the first member, then the
                second, and so on; all when left out.

        Raises:
            WindFileError: If a wind is faster than any is.
        """
        return self.values((), fields)

    def values(
        self,
        quantities: Sequence[Quantity] = (),
        fields: Shaped[np.ndarray, " n_fields"] | None = None,
    ) -> Float[np.ndarray, "n_fields n numbers"]:
        """Winds as `wind`, and beside them the coordinates of quantities, NaN where missing.

        Arguments:
            quantities: The quantities, by name or else by standard name.
            fields: As of `wind`.

        Raises:
            WindFileError: If one is not there, or has another unit, or a wind is as `wind` refuses.
        """
        names = [*WIND, *(scalar_of(self.dataset, each) for each in quantities)]
        wind, numbers = np.split(self._numbers(names, fields), [2], -1)
        refuse_impossible(wind, "winds")  # which those not in memory before may hold
        return with_coordinates(wind, numbers, quantities)

    def _numbers(
        self, names: Sequence[str], fields: Shaped[np.ndarray, " n_fields"] | None
    ) -> Float[np.ndarray, "n_fields n n_names"]:
        """Variables of fields by place, in memory."""
        n_times = len(self.times)
        fields = np.arange(self.n_members * n_times) if fields is None else np.asarray(fields)
        times, time_of_field = np.unique(fields % n_times, return_inverse=True)
        part = self.dataset[list(names)].isel(time=times).load()
        shape = self.n_members, len(times), self.is_place.size
        parts = [part[name].to_numpy().reshape(shape) for name in names]
        both = np.stack([values[fields // n_times, time_of_field] for values in parts], -1)
        return both[:, self.is_place]

    def covariate_values(self) -> Float[np.ndarray, "n dim_c"] | None:
        """Covariates by place, in the order of `covariates`, heights in km; None if there are none.

        Raises:
            ValueError: If one is missing somewhere.
        """
        if not self.covariates:
            return None
        return covariates_at_nodes(self.dataset, self.covariates, self.is_place)

    def fields(
        self, coordinates: AbstractEarthCoordinates, quantities: Sequence[Quantity] = ()
    ) -> FieldSample:
        """All fields as one batch, each time of each member one, in memory.

        Points at which a wind is missing, or a quantity, become padding.

        Arguments:
            coordinates: What x and y shall be.
            quantities: What else shall be in y, of which covariates then say that it is known.

        Raises:
            ValueError: If a field has no wind at all, or a place no location.
        """
        places = self.places
        y = coordinates.vectors(*places, self.values(quantities))
        covariates = with_known(self.covariate_values(), len(places[0]), len(quantities))
        return field_sample(coordinates.locations(*places), y, covariates)

    def between(self, start: Any, end: Any) -> "Winds":
        """The times from `start` to `end`, both included, as numpy's datetime64 takes them.

        Raises:
            ValueError: If there is none.
        """
        return self.at_times(
            (self.times >= np.datetime64(start)) & (self.times <= np.datetime64(end))
        )

    def at_times(self, chosen: Shaped[np.ndarray, " n"]) -> "Winds":
        """Some of the times, by their numbers or by True for each that is kept.

        Raises:
            ValueError: If there is none.
        """
        return Winds(self._not_empty(self.dataset.isel(time=chosen), "time"))

    def without_empty_times(self) -> "Winds":
        """The times at which a member has a wind anywhere.

        Raises:
            ValueError: If there is none.
        """
        present = self.dataset[WIND[0]].notnull() & self.dataset[WIND[1]].notnull()
        return self.at_times(present.any([d for d in present.dims if d != "time"]).to_numpy())

    def within(self, region: Region) -> "Winds":
        """The places inside a region.

        Raises:
            ValueError: If there is none.
        """
        latitude, longitude = self.dataset["latitude"], self.dataset["longitude"]
        if not self.is_grid:
            inside = region.contains(latitude.to_numpy(), longitude.to_numpy())
            return Winds(self._not_empty(self.dataset.isel(point=inside), "point"))
        rows = region.contains(
            latitude.to_numpy(), np.full(latitude.shape, region.west, np.float64)
        )
        middle = np.full(longitude.shape, region.south, np.float64)
        columns = np.flatnonzero(region.contains(middle, longitude.to_numpy()))
        east = longitude.to_numpy()[columns]
        if len(columns) and (np.diff(columns) > 1).any():  # it crosses the edge of the grid
            first = np.flatnonzero(np.diff(columns) > 1)[0] + 1
            columns, east = np.roll(columns, -first), np.roll(east, -first)
            east[len(east) - first :] += 360.0
        part = self.dataset.isel(latitude=rows, longitude=columns).assign_coords(longitude=east)
        return Winds(self._not_empty(self._not_empty(part, "latitude"), "longitude"))

    def every(self, step: int) -> "Winds":
        """Every so many latitudes and longitudes of a grid, or points.

        Raises:
            ValueError: If the step is below 1.
        """
        if step < 1:
            raise ValueError(f"expected a step of at least 1, got {step}")
        axes = _GRID if self.is_grid else _POINTS
        return Winds(self.dataset.isel({axis: slice(None, None, step) for axis in axes}))

    def outside(self, region: Region, *, margin_km: float = 0.0) -> "Winds":
        """The places further than a margin from a region, as scattered points.

        Arguments:
            region: What is left out, to test on it for example.
            margin_km: How far around it nothing is kept either.

        Raises:
            ValueError: If there is none.
        """
        far = region.distance_km(*self.places) > margin_km
        points = self.dataset
        if self.is_grid:
            points = points.stack(point=_GRID).reset_index("point")
            points = points.isel(point=self.is_place)
        return Winds(self._not_empty(points.isel(point=far), "point"))

    def __repr__(self) -> str:
        def count(number: int, noun: str) -> str:
            return f"{number} {noun}{'' if number == 1 else 's'}"

        minutes = self.times.astype("datetime64[m]")
        span = f"{minutes[0]}" if len(minutes) == 1 else f"{minutes[0]} to {minutes[-1]}"
        parts = [count(self.n_members, "member")] if "member" in self.dataset.dims else []
        parts.append(f"{count(len(minutes), 'time')} {span}")
        sizes = self.dataset.sizes
        grid = (
            self.is_grid and f"{sizes['latitude']} x {sizes['longitude']} latitudes and longitudes"
        )
        parts += [grid or count(sizes["point"], "point")]
        parts += [quantity.name for quantity in self.quantities]
        return f"Winds({', '.join([*parts, *self.covariates])})"

    @staticmethod
    def _not_empty(dataset: "xarray.Dataset", axis: str) -> "xarray.Dataset":
        if dataset.sizes[axis] == 0:
            raise ValueError(
                f"expected winds there, got none: no {axis} is left; check the times or the region"
            )
        return dataset
