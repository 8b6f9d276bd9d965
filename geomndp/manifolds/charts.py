"""Maps of the globe to the plane and back, for methods that know only the plane."""

import abc

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.manifolds.geographic import from_geographic, to_geographic
from geomndp.manifolds.sphere import Sphere


class AbstractChart(eqx.Module):
    """Two coordinates for points of $S^2$, both in radians on the sphere about the centre.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> chart: gn.manifolds.AbstractChart = gn.manifolds.Stereographic(jnp.array([0.0, 0, 1]))
        >>> y = gn.manifolds.from_geographic(jnp.array([40.0]), jnp.array([10.0]))
        >>> bool(jnp.allclose(chart.to_sphere(chart.to_plane(y)), y, atol=1e-6))
        True
    """

    @classmethod
    @abc.abstractmethod
    def about(cls, y: Float[Array, "3"]) -> "AbstractChart":
        """The chart of this kind about a point of the sphere."""

    @abc.abstractmethod
    def to_plane(self, y: Float[Array, "*batch 3"]) -> Float[Array, "*batch 2"]:
        """Coordinates of points of the sphere."""

    @abc.abstractmethod
    def to_sphere(self, u: Float[Array, "*batch 2"]) -> Float[Array, "*batch 3"]:
        """Points of the sphere with given coordinates."""

    @abc.abstractmethod
    def log_det_jacobian(self, y: Float[Array, "*batch 3"]) -> Float[Array, "*batch"]:
        """Log of the area in the plane per area on the sphere, at points of the sphere.

        The log-density of a law on the sphere is that of the coordinates plus this.
        """


class Stereographic(AbstractChart):
    r"""The stereographic projection about a centre c: $u = 2 F y / (1 + c \cdot y)$.

    F is an orthonormal frame of the tangent plane at c. It keeps angles; lengths grow by the factor
    $1 + |u|^2 / 4$ away from the centre, and the antipode is at infinity.

    Arguments:
        centre: A unit vector.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> chart = gn.manifolds.Stereographic(jnp.array([1.0, 0.0, 0.0]))
        >>> chart.to_plane(jnp.array([0.0, 1.0, 0.0])).tolist()  # the equator, a quarter away
        [2.0, 0.0]
    """

    centre: Float[Array, "3"]

    @classmethod
    def about(cls, y: Float[Array, "3"]) -> "Stereographic":
        return cls(y)

    def to_plane(self, y: Float[Array, "*batch 3"]) -> Float[Array, "*batch 2"]:
        frame = Sphere(2).frame(self.centre)
        return 2 * (y @ frame.T) / (1 + y @ self.centre)[..., None]

    def to_sphere(self, u: Float[Array, "*batch 2"]) -> Float[Array, "*batch 3"]:
        frame = Sphere(2).frame(self.centre)
        squared = jnp.sum(u**2, -1, keepdims=True)
        across = jnp.tensordot(u, frame, 1)
        ahead = jnp.tensordot(4 - squared, self.centre[None], 1)
        return (ahead + 4 * across) / (4 + squared)

    def log_det_jacobian(self, y: Float[Array, "*batch 3"]) -> Float[Array, "*batch"]:
        return 2 * jnp.log(2 / (1 + y @ self.centre))


class LongitudeLatitude(AbstractChart):
    """Longitude from that of the centre, in (-π, π], and latitude, as if they were a plane.

    What it does to tracks is the reason for this library: a degree of longitude is shorter towards
    the poles, a track that crosses the antipodal meridian is torn, and one over a pole too.

    Arguments:
        longitude: Of the centre, in degrees east.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> chart = gn.manifolds.LongitudeLatitude(jnp.array(179.0))
        >>> y = gn.manifolds.from_geographic(jnp.array([0.0]), jnp.array([-179.0]))
        >>> jnp.rad2deg(chart.to_plane(y)).round(3).tolist()
        [[2.0, 0.0]]
    """

    longitude: Float[Array, ""]

    @classmethod
    def about(cls, y: Float[Array, "3"]) -> "LongitudeLatitude":
        return cls(to_geographic(y)[1])

    def to_plane(self, y: Float[Array, "*batch 3"]) -> Float[Array, "*batch 2"]:
        latitude, longitude = to_geographic(y)
        east = 180 - jnp.mod(180 - (longitude - self.longitude), 360)
        return jnp.deg2rad(jnp.stack([east, latitude], -1))

    def to_sphere(self, u: Float[Array, "*batch 2"]) -> Float[Array, "*batch 3"]:
        degrees = jnp.rad2deg(u)
        return from_geographic(degrees[..., 1], degrees[..., 0] + self.longitude)

    def log_det_jacobian(self, y: Float[Array, "*batch 3"]) -> Float[Array, "*batch"]:
        return -jnp.log(jnp.hypot(y[..., 0], y[..., 1]))
