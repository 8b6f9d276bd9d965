"""Maps by any projection that PROJ knows."""

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from geomndp.data.earth_coordinates import AbstractEarthCoordinates
from geomndp.data.globe import wrap_longitude

if TYPE_CHECKING:
    import pyproj


class MapProjection(AbstractEarthCoordinates):
    """A map in km by a projection of PROJ, such as that of a national grid.

    Winds are rotated by the rotation nearest to the derivative of the projection (its orthogonal
    polar factor): for a conformal projection by the convergence of meridians exactly, for others
    within half the distortion of angles of it. Latitudes and longitudes are taken as they are on
    the ellipsoid of the projection.

    Arguments:
        definition: The projection as PROJ has it: "EPSG:32632", "+proj=lcc +lat_1=30 +lat_2=60".

    Raises:
        ValueError: If PROJ knows no such projection, or it is none onto a plane.
        ImportError: If pyproj is not installed.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> utm = gn.data.MapProjection("EPSG:32632")
        >>> latitude, longitude = np.array([51.0]), np.array([12.0])
        >>> utm.locations(latitude, longitude).round(1).tolist()
        [[710.5, 5654.1]]
        >>> utm.vectors(latitude, longitude, [[0.0, 10.0]]).round(2).tolist()  # from the south
        [[-0.41, 9.99]]
    """

    definition: str

    def __check_init__(self) -> None:
        if not _proj(self.definition).crs.is_projected:
            raise ValueError(
                f"expected a projection onto a plane, got {self.definition!r}, which is none; "
                "for the globe use UnitSphere"
            )

    def locations(
        self, latitude: Float[np.ndarray, " n"], longitude: Float[np.ndarray, " n"]
    ) -> Float[np.ndarray, "n 2"]:
        # Lists, since pyproj warns of arrays of one number.
        metres = np.stack(_proj(self.definition)(longitude.tolist(), latitude.tolist()), -1)
        return _finite(metres, self.definition) / 1000.0

    def places(self, x: ArrayLike) -> tuple[Float[np.ndarray, " n"], Float[np.ndarray, " n"]]:
        metres = (np.asarray(x, np.float64) * 1000.0).T.tolist()
        places = np.stack(_proj(self.definition)(*metres, inverse=True), -1)
        longitude, latitude = _finite(places, self.definition).T
        return latitude, wrap_longitude(longitude)

    def frame(
        self, latitude: Float[np.ndarray, " n"], longitude: Float[np.ndarray, " n"]
    ) -> Float[np.ndarray, "n 2 2"]:
        factors = _proj(self.definition).get_factors(longitude.tolist(), latitude.tolist())
        east = np.stack([factors.dx_dlam, factors.dy_dlam], -1)
        north = np.stack([factors.dx_dphi, factors.dy_dphi], -1)
        _finite(np.concatenate([east, north], -1), self.definition)
        # PROJ differentiates by longitude and latitude; its scales are by distance.
        for way, scale in ((east, factors.parallel_scale), (north, factors.meridional_scale)):
            way *= (np.asarray(scale) / np.linalg.norm(way, axis=-1))[:, None]
        angle = np.arctan2(east[:, 1] - north[:, 0], east[:, 0] + north[:, 1])
        cos, sin = np.cos(angle), np.sin(angle)
        return np.stack([np.stack([cos, -sin], -1), np.stack([sin, cos], -1)], -2)


def _proj(definition: str) -> "pyproj.Proj":
    try:
        import pyproj
        from pyproj.exceptions import CRSError
    except ImportError as error:
        raise ImportError(
            "expected pyproj, which projects, got none; "
            "install it with: python -m pip install 'geomndp[winds]'"
        ) from error
    try:
        return pyproj.Proj(definition, preserve_units=False)
    except CRSError as error:
        raise ValueError(
            f"expected a projection that PROJ knows, got {definition!r}: {error}"
        ) from error


def _finite(values: Float[np.ndarray, "n dim"], definition: str) -> Float[np.ndarray, "n dim"]:
    wrong = np.flatnonzero(~np.isfinite(values).all(-1))
    if wrong.size:
        raise ValueError(
            f"expected places within the reach of {definition!r}, got {wrong.size} that are not, "
            f"the first at {wrong[0]}; leave them out, or choose a projection about the region"
        )
    return values
