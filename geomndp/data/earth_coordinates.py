"""How places and winds on the Earth become locations and values of a field."""

import abc

import equinox as eqx
import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from geomndp.data.globe import east_and_north, to_degrees, to_unit_vectors


class AbstractEarthCoordinates(eqx.Module):
    """Coordinates of places on the Earth, x, and of winds there, y, as models take them.

    Winds are given by their components to the east and to the north. A value is a matrix times
    them, with orthonormal columns: speeds and the angles between winds are kept, and the way back
    is the transposed matrix. Numbers beside a wind, such as a pressure, stay as they are. All is
    computed in float64.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> map_of_germany = gn.data.AzimuthalEquidistant(51.0, 10.0)
        >>> latitude, longitude = np.array([52.0]), np.array([10.0])
        >>> map_of_germany.locations(latitude, longitude).round(1).tolist()  # km
        [[0.0, 111.2]]
        >>> map_of_germany.vectors(latitude, longitude, [[3.0, 4.0]]).round(6).tolist()
        [[3.0, 4.0]]
    """

    @abc.abstractmethod
    def locations(
        self, latitude: Float[np.ndarray, " n"], longitude: Float[np.ndarray, " n"]
    ) -> Float[np.ndarray, "n dim_x"]:
        """Locations of places in degrees.

        Raises:
            ValueError: If a place has no location.
        """

    @abc.abstractmethod
    def places(self, x: ArrayLike) -> tuple[Float[np.ndarray, " n"], Float[np.ndarray, " n"]]:
        """Latitudes and longitudes in degrees, the latter in (-180, 180], of locations.

        Raises:
            ValueError: If there is no place at a location.
        """

    @abc.abstractmethod
    def frame(
        self, latitude: Float[np.ndarray, " n"], longitude: Float[np.ndarray, " n"]
    ) -> Float[np.ndarray, "n dim_y 2"]:
        """The matrices by which components to the east and to the north become values."""

    def vectors(
        self, latitude: Float[np.ndarray, " n"], longitude: Float[np.ndarray, " n"], wind: ArrayLike
    ) -> Float[np.ndarray, "*batch n dim"]:
        """Values of winds, with the numbers beside them.

        Arguments:
            latitude: Degrees north.
            longitude: Degrees east; at a pole it says to which meridian components refer.
            wind: Components to the east and to the north, of shape (*batch, n, 2), and numbers
                beside them, (*batch, n, 2 + k).
        """
        frame = self.frame(latitude, longitude)
        wind, beside = _apart(wind, len(frame), 2, "wind")
        return np.concatenate([np.einsum("nij,...nj->...ni", frame, wind), beside], -1)

    def winds(
        self, latitude: Float[np.ndarray, " n"], longitude: Float[np.ndarray, " n"], y: ArrayLike
    ) -> Float[np.ndarray, "*batch n numbers"]:
        """Components to the east and to the north of values: the way back from `vectors`.

        Arguments:
            latitude: Degrees north.
            longitude: Degrees east; at a pole it says to which meridian components shall refer.
            y: Values, of shape (*batch, n, dim_y), and numbers beside them, (*batch, n, dim_y + k).
        """
        frame = self.frame(latitude, longitude)
        y, beside = _apart(y, len(frame), frame.shape[1], "y")
        return np.concatenate([np.einsum("nij,...ni->...nj", frame, y), beside], -1)


class UnitSphere(AbstractEarthCoordinates):
    """The globe in space: places are unit vectors, winds are tangent vectors.

    The axes are those of `manifolds.from_geographic`.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> globe = gn.data.UnitSphere()
        >>> latitude, longitude = np.array([0.0]), np.array([90.0])
        >>> globe.locations(latitude, longitude).round(6).tolist()
        [[0.0, 1.0, 0.0]]
        >>> globe.vectors(latitude, longitude, [[1.0, 2.0]]).round(6).tolist()
        [[-1.0, 0.0, 2.0]]
    """

    def locations(
        self, latitude: Float[np.ndarray, " n"], longitude: Float[np.ndarray, " n"]
    ) -> Float[np.ndarray, "n 3"]:
        return to_unit_vectors(latitude, longitude)

    def places(self, x: ArrayLike) -> tuple[Float[np.ndarray, " n"], Float[np.ndarray, " n"]]:
        x = _pairs(x, len(np.asarray(x)), 3, "x")
        if not np.allclose(np.linalg.norm(x, axis=-1), 1.0, atol=1e-3):
            raise ValueError("expected unit vectors, got others; divide them by their lengths")
        return to_degrees(x)

    def frame(
        self, latitude: Float[np.ndarray, " n"], longitude: Float[np.ndarray, " n"]
    ) -> Float[np.ndarray, "n 3 2"]:
        return np.swapaxes(east_and_north(latitude, longitude), -1, -2)


def _apart(
    values: ArrayLike, n_points: int, dim: int, name: str
) -> tuple[Float[np.ndarray, "*batch n dim"], Float[np.ndarray, "*batch n k"]]:
    """The vectors, and the numbers beside them."""
    array = np.asarray(values, np.float64)
    vectors = _pairs(array[..., :dim], n_points, dim, name)
    return vectors, array[..., dim:]


def _pairs(values: ArrayLike, n_points: int, dim: int, name: str) -> np.ndarray:
    array = np.asarray(values, np.float64)
    if array.shape[-2:] != (n_points, dim):
        raise ValueError(
            f"expected {name} of shape (..., {n_points}, {dim}), for {n_points} places, got "
            f"{array.shape}"
        )
    return array
