"""Geography in float64 numpy: longitudes, unit vectors, distances."""

import numpy as np
from jaxtyping import Float

from geomndp.manifolds.geographic import EARTH_RADIUS_KM


def wrap_longitude(
    longitude: Float[np.ndarray, "*batch n_points"],
) -> Float[np.ndarray, "*batch n_points"]:
    """Longitudes in degrees east, of any winding, brought into (-180, 180].

    Numbers that lie there already are left as they are; the others are rounded to 1e-10 degrees.

    Example:
        >>> import numpy as np
        >>> wrap_longitude(np.array([-180.0, 180.0, 267.1])).tolist()
        [180.0, 180.0, -92.9]
    """
    wrapped = np.round(180.0 - np.mod(180.0 - longitude, 360.0), 10)
    return np.where((longitude > -180.0) & (longitude <= 180.0), longitude, wrapped)


def to_unit_vectors(
    latitude: Float[np.ndarray, "*batch n_points"], longitude: Float[np.ndarray, "*batch n_points"]
) -> Float[np.ndarray, "*batch n_points 3"]:
    """Unit vectors of positions in degrees, exact at the poles whatever the longitude there.

    Example:
        >>> import numpy as np
        >>> to_unit_vectors(np.array([90.0]), np.array([123.0])).tolist()
        [[0.0, 0.0, 1.0]]
    """
    phi, lam = np.deg2rad(latitude), np.deg2rad(longitude)
    radius = np.where(np.abs(latitude) == 90.0, 0.0, np.cos(phi))
    height = np.sin(phi) * np.ones_like(lam)
    return np.stack([radius * np.cos(lam), radius * np.sin(lam), height], -1)


def to_degrees(
    y: Float[np.ndarray, "*batch n_points 3"],
) -> tuple[Float[np.ndarray, "*batch n_points"], Float[np.ndarray, "*batch n_points"]]:
    """Latitude and longitude, in degrees, longitude in (-180, 180], of vectors from the centre.

    Example:
        >>> import numpy as np
        >>> latitude, longitude = to_degrees(np.array([[-1.0, 0.0, 0.0]]))
        >>> latitude.tolist(), longitude.tolist()
        ([0.0], [180.0])
    """
    latitude = np.rad2deg(np.arctan2(y[..., 2], np.hypot(y[..., 0], y[..., 1])))
    return latitude, wrap_longitude(np.rad2deg(np.arctan2(y[..., 1], y[..., 0])))


def east_and_north(
    latitude: Float[np.ndarray, "*batch n_points"], longitude: Float[np.ndarray, "*batch n_points"]
) -> Float[np.ndarray, "*batch n_points 2 3"]:
    """Unit vectors to the east and to the north at positions in degrees.

    At a pole they are those of the meridian of the given longitude, followed up to the pole.

    Example:
        >>> import numpy as np
        >>> east_and_north(np.array([0.0]), np.array([0.0])).tolist()
        [[[-0.0, 1.0, 0.0], [-0.0, -0.0, 1.0]]]
    """
    phi, lam = np.deg2rad(latitude), np.deg2rad(longitude)
    sin, radius = np.sin(phi), np.where(np.abs(latitude) == 90.0, 0.0, np.cos(phi))
    east = np.stack([-np.sin(lam), np.cos(lam), np.zeros_like(lam + phi)], -1)
    north = np.stack([-sin * np.cos(lam), -sin * np.sin(lam), radius], -1)
    return np.stack([east, north], -2)


def distance_km(
    y1: Float[np.ndarray, "*batch n_points 3"], y2: Float[np.ndarray, "*batch n_points 3"]
) -> Float[np.ndarray, "*batch n_points"]:
    """Great-circle distance in kilometres, accurate for points close together and antipodal.

    Example:
        >>> import numpy as np
        >>> distance_km(np.array([[1.0, 0, 0]]), np.array([[0, 1.0, 0]])).round().tolist()
        [10008.0]
    """
    chord, sum_chord = np.linalg.norm(y1 - y2, axis=-1), np.linalg.norm(y1 + y2, axis=-1)
    return EARTH_RADIUS_KM * 2.0 * np.arctan2(chord, sum_chord)
