"""A part of the globe between two latitudes and two longitudes."""

import dataclasses

import numpy as np
from jaxtyping import Bool, Float

from geomndp.data.globe import distance_km, to_unit_vectors
from geomndp.manifolds.geographic import EARTH_RADIUS_KM


@dataclasses.dataclass(frozen=True)
class Region:
    """A part of the globe between two latitudes and two longitudes, its edges included.

    Arguments:
        south: Lowest latitude, in degrees north.
        north: Highest latitude.
        west: Longitude in degrees east, of any winding, from which it reaches to the east.
        east: Longitude up to which it reaches; across the antimeridian it may be below `west`.

    Raises:
        ValueError: If the latitudes are not in order, or a number is none of the globe.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> fiji = gn.data.Region(south=-21.0, north=-12.0, west=176.0, east=-177.0)
        >>> fiji.contains(np.array([-18.1, -18.1]), np.array([178.4, 170.0])).tolist()
        [True, False]
    """

    south: float
    north: float
    west: float
    east: float

    def __post_init__(self) -> None:
        if not (-90 <= self.south <= self.north <= 90):
            raise ValueError(
                "expected latitudes with -90 <= south <= north <= 90, got "
                f"{self.south} and {self.north}"
            )
        if not (abs(self.west) <= 360 and abs(self.east) <= 360):
            raise ValueError(
                f"expected longitudes from -360 to 360, got {self.west} and {self.east}"
            )

    @property
    def width(self) -> float:
        """How far it reaches to the east, in degrees."""
        width = self.east - self.west
        return width if 0 <= width <= 360 else width % 360

    def contains(
        self, latitude: Float[np.ndarray, "*shape"], longitude: Float[np.ndarray, "*shape"]
    ) -> Bool[np.ndarray, "*shape"]:
        """Which places lie in it."""
        near = 1e-9  # of the rounding of longitudes that are brought to another winding
        inside = np.mod(longitude - self.west + near, 360.0) <= self.width + 2 * near
        return (latitude >= self.south) & (latitude <= self.north) & inside

    def distance_km(
        self, latitude: Float[np.ndarray, " n"], longitude: Float[np.ndarray, " n"]
    ) -> Float[np.ndarray, " n"]:
        """Distance of places from it, 0 inside, along great circles.

        The nearest point of an edge along a meridian is found in closed form; that of an edge
        along a parallel is the point of the same longitude.
        """
        places = to_unit_vectors(latitude, longitude)
        beside = np.mod(longitude - self.west, 360.0) <= self.width
        apart = np.deg2rad(np.maximum(self.south - latitude, latitude - self.north))
        distance = np.where(beside, np.maximum(apart, 0.0) * EARTH_RADIUS_KM, np.inf)
        for edge in (self.west, self.east):
            off = np.deg2rad(longitude - edge)
            foot = np.rad2deg(
                np.arctan2(np.sin(np.deg2rad(latitude)), np.cos(np.deg2rad(latitude)) * np.cos(off))
            )
            for nearest in (foot, np.full_like(foot, self.south), np.full_like(foot, self.north)):
                nearest = np.clip(nearest, self.south, self.north)
                ends = to_unit_vectors(nearest, np.full_like(longitude, edge))
                distance = np.minimum(distance, distance_km(places, ends))
        return np.where(self.contains(latitude, longitude), 0.0, distance)
