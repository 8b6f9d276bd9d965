"""Shortest paths between neighbours."""

from jaxtyping import Array, Float

from geomndp.baselines.base import AbstractBaseline, check_path, segment_before
from geomndp.fields import FieldSample
from geomndp.manifolds import AbstractManifold


class GeodesicInterpolation(AbstractBaseline):
    """The geodesic, at constant speed, between the context points before and after each time.

    On the globe it is the great circle. Outside the context the first or last of these
    geodesics goes on.

    Arguments:
        manifold: Where the values live; `Sphere(2)` for tracks on the Earth.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> y = gn.manifolds.from_geographic(jnp.array([60.0, 60.0]), jnp.array([0.0, 180.0]))
        >>> path = gn.FieldSample(jnp.array([[0.0], [1.0]]), y)
        >>> interpolation = gn.baselines.GeodesicInterpolation(gn.manifolds.Sphere(2))
        >>> interpolation(path, jnp.array([[0.5]])).round(4).tolist()[0][2]  # over the pole
        1.0
    """

    manifold: AbstractManifold

    def __call__(
        self, context: FieldSample, x: Float[Array, "n_points 1"]
    ) -> Float[Array, "n_points ambient_dim"]:
        check_path(context, self.manifold, minimum=2)
        first = segment_before(context, x, offset=1)
        start, end = context.x[first], context.x[first + 1]
        y_start, y_end = context.y[first], context.y[first + 1]
        fraction = (x - start) / (end - start)
        return self.manifold.exp(y_start, fraction * self.manifold.log(y_start, y_end))
