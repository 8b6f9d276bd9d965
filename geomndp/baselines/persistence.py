"""Motion of constant velocity."""

from jaxtyping import Array, Float

from geomndp.baselines.base import AbstractBaseline, check_path, segment_before
from geomndp.fields import FieldSample
from geomndp.manifolds import AbstractManifold


class Persistence(AbstractBaseline):
    """Going on as before: the geodesic through the last two context points, at its speed.

    The last two points at or before each time are meant, so that no result looks ahead; before
    the second point it is the first two.

    Arguments:
        manifold: Where the values live; `Sphere(2)` for tracks on the Earth.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> path = gn.FieldSample(jnp.array([[0.0], [1.0]]), jnp.array([[0.0, 0.0], [1.0, 2.0]]))
        >>> persistence = gn.baselines.Persistence(gn.manifolds.Euclidean(2))
        >>> persistence(path, jnp.array([[3.0]])).tolist()
        [[3.0, 6.0]]
    """

    manifold: AbstractManifold

    def __call__(
        self, context: FieldSample, x: Float[Array, "n_points 1"]
    ) -> Float[Array, "n_points ambient_dim"]:
        check_path(context, self.manifold, minimum=2)
        first = segment_before(context, x, offset=2)
        start, end = context.x[first], context.x[first + 1]
        y_start, y_end = context.y[first], context.y[first + 1]
        pace = (end - x) / (end - start)
        return self.manifold.exp(y_end, pace * self.manifold.log(y_end, y_start))
