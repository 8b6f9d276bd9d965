"""Maps about a centre, on which distances from it or areas are kept."""

import abc
from typing import TypeVar

import equinox as eqx
import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from geomndp.data.earth_coordinates import AbstractEarthCoordinates
from geomndp.data.globe import east_and_north, to_degrees, to_unit_vectors
from geomndp.manifolds.geographic import EARTH_RADIUS_KM

_Map = TypeVar("_Map", bound="AbstractAzimuthalProjection")

_SMALLEST_COSINE = -1.0 + 1e-12
"""Of the angle from the centre: a metre from its antipode directions lose their meaning."""


class AbstractAzimuthalProjection(AbstractEarthCoordinates):
    r"""A map in km about a centre, from which all directions are true; x is east there, y north.

    A place at the angle $\theta$ from the centre lies at the distance $r(\theta)$ from the origin
    (Snyder, *Map projections, a working manual*, 1987, chapters 24 and 25), on a sphere with the
    mean radius of the Earth. Winds are carried to the centre along the great circle through it, by
    parallel transport; on the map this is a rotation, the one nearest to the derivative of the
    projection (its orthogonal polar factor). No map of the sphere keeps all angles in which areas
    or distances are kept; the image of a meridian and this rotation of its direction differ by
    half the distortion of angles, 0.06 degrees at 1000 km. At the poles nothing is singular.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> north_pole = gn.data.AzimuthalEqualArea(90.0, 0.0)
        >>> isinstance(north_pole, gn.data.AbstractAzimuthalProjection)
        True
        >>> north_pole.locations(np.array([90.0]), np.array([33.0])).tolist()
        [[0.0, 0.0]]
    """

    latitude: eqx.AbstractVar[float]
    longitude: eqx.AbstractVar[float]

    @abc.abstractmethod
    def radius(self, angle: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
        r"""The distance $r$ from the origin, in Earth radii, for given $\theta$."""

    @abc.abstractmethod
    def angle(self, radius: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
        r"""The angle $\theta$ for given $r$ in Earth radii; NaN beyond the map."""

    @classmethod
    def centred_on(cls: type[_Map], latitude: ArrayLike, longitude: ArrayLike) -> _Map:
        """The map about the middle of places: the direction of the mean of their unit vectors.

        Raises:
            ValueError: If places lie all around the globe, so that they have no middle.
        """
        places = np.asarray(latitude, np.float64), np.asarray(longitude, np.float64)
        middle = to_unit_vectors(*np.broadcast_arrays(*places)).reshape(-1, 3).mean(0)
        if not np.linalg.norm(middle) > 1e-3:
            raise ValueError(
                "expected places in one part of the globe, got such as have no middle; give the "
                "centre, or use UnitSphere"
            )
        (south_north,), (west_east,) = to_degrees(middle[None])
        return cls(float(south_north), float(west_east))

    def locations(
        self, latitude: Float[np.ndarray, " n"], longitude: Float[np.ndarray, " n"]
    ) -> Float[np.ndarray, "n 2"]:
        centre, axes = self._at_centre()
        places = to_unit_vectors(latitude, longitude)
        sideways = places @ axes.T
        sine = np.linalg.norm(sideways, axis=-1)
        radius = self.radius(np.arctan2(sine, self._cosines(places @ centre)))
        return EARTH_RADIUS_KM * (radius / np.where(sine > 0, sine, 1.0))[:, None] * sideways

    def places(self, x: ArrayLike) -> tuple[Float[np.ndarray, " n"], Float[np.ndarray, " n"]]:
        centre, axes = self._at_centre()
        x = np.asarray(x, np.float64) / EARTH_RADIUS_KM
        radius = np.linalg.norm(x, axis=-1)
        angle = self.angle(radius)
        if not np.isfinite(angle).all():
            far = radius[~np.isfinite(angle)][0] * EARTH_RADIUS_KM
            raise ValueError(f"expected locations on the map, got one {far:.0f} km from its centre")
        sideways = np.sin(angle) / np.where(radius > 0, radius, 1.0)
        return to_degrees(np.cos(angle)[:, None] * centre + sideways[:, None] * x @ axes)

    def frame(
        self, latitude: Float[np.ndarray, " n"], longitude: Float[np.ndarray, " n"]
    ) -> Float[np.ndarray, "n 2 2"]:
        centre, axes = self._at_centre()
        places, vectors = to_unit_vectors(latitude, longitude), east_and_north(latitude, longitude)
        towards = vectors @ centre / (1.0 + self._cosines(places @ centre))[:, None]
        carried = vectors - towards[..., None] * (places + centre)[:, None]
        return np.swapaxes(carried @ axes.T, -1, -2)

    def _at_centre(self) -> tuple[Float[np.ndarray, "3"], Float[np.ndarray, "2 3"]]:
        place = np.array([self.latitude], np.float64), np.array([self.longitude], np.float64)
        return to_unit_vectors(*place)[0], east_and_north(*place)[0]

    def _cosines(self, cosine: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
        if not (cosine > _SMALLEST_COSINE).all():
            raise ValueError(
                f"expected places, none of them opposite the centre {self.latitude:g} N, "
                f"{self.longitude:g} E, got one there or NaN; leave it out, or use UnitSphere"
            )
        return cosine


class AzimuthalEquidistant(AbstractAzimuthalProjection):
    r"""The map that keeps distances from its centre: $r(\theta) = \theta$.

    Arguments:
        latitude: Degrees north of the centre.
        longitude: Degrees east of the centre.

    Raises:
        ValueError: Unless the centre is a place on the globe.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> dhaka = gn.data.AzimuthalEquidistant(23.8, 90.4)
        >>> x = dhaka.locations(np.array([23.8, 22.3]), np.array([90.4, 91.8]))
        >>> x.round().tolist()
        [[0.0, 0.0], [144.0, -166.0]]
        >>> [degrees.round(6).tolist() for degrees in dhaka.places(x)]
        [[23.8, 22.3], [90.4, 91.8]]
    """

    latitude: float
    longitude: float

    def __check_init__(self) -> None:
        check_centre(self.latitude, self.longitude)

    def radius(self, angle: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
        return angle

    def angle(self, radius: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
        return np.where(radius <= np.pi, radius, np.nan)


class AzimuthalEqualArea(AbstractAzimuthalProjection):
    r"""Lambert's map that keeps areas: $r(\theta) = 2 \sin(\theta / 2)$.

    Arguments:
        latitude: Degrees north of the centre.
        longitude: Degrees east of the centre.

    Raises:
        ValueError: Unless the centre is a place on the globe.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> europe = gn.data.AzimuthalEqualArea(52.0, 10.0)
        >>> europe.locations(np.array([60.0]), np.array([20.0])).round().tolist()
        [[555.0, 928.0]]
    """

    latitude: float
    longitude: float

    def __check_init__(self) -> None:
        check_centre(self.latitude, self.longitude)

    def radius(self, angle: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
        return 2.0 * np.sin(angle / 2.0)

    def angle(self, radius: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
        return 2.0 * np.arcsin(np.where(radius <= 2.0, radius / 2.0, np.nan))


def check_centre(latitude: float, longitude: float) -> None:
    """Refuse what is no place on the globe.

    Raises:
        ValueError: If it is none.
    """
    if not (abs(latitude) <= 90.0 and abs(longitude) <= 360.0):
        raise ValueError(
            "expected a centre with a latitude from -90 to 90 and a longitude from -360 to 360, "
            f"got {latitude} and {longitude}"
        )
