"""Smooth paths through the context."""

import itertools

import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from geomndp.baselines.base import AbstractBaseline, check_path, segment_before
from geomndp.fields import FieldSample
from geomndp.manifolds import AbstractManifold


class HermiteInterpolation(AbstractBaseline):
    r"""The cubic with given values and velocities at both ends of each gap.

    The velocity at an end is that of the segment just outside the gap (of the gap's own geodesic
    where there is none). The cubic is a Bézier curve, evaluated by de Casteljau's algorithm with
    geodesics in the place of straight lines; it follows a geodesic of constant speed exactly.
    Outside the context the path goes on at the velocity of its end.

    Arguments:
        manifold: Where the values live; `Sphere(2)` for tracks on the Earth.

    References:
        Park and Ravani (1995), *Bézier curves on Riemannian manifolds and Lie groups with
        kinematics applications*.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> x = jnp.array([[0.0], [1.0], [3.0], [4.0]])
        >>> path = gn.FieldSample(x, jnp.array([[0.0], [1.0], [1.0], [0.0]]))
        >>> hermite = gn.baselines.HermiteInterpolation(gn.manifolds.Euclidean(1))
        >>> hermite(path, jnp.array([[2.0]])).tolist()
        [[1.5]]
    """

    manifold: AbstractManifold

    def __call__(
        self, context: FieldSample, x: Float[Array, "n_points 1"]
    ) -> Float[Array, "n_points ambient_dim"]:
        check_path(context, self.manifold, minimum=2)
        first = segment_before(context, x, offset=1)
        start, end = context.x[first], context.x[first + 1]
        y_start, y_end = context.y[first], context.y[first + 1]
        final = jnp.sum(context.mask, dtype=first.dtype) - 1
        leaving = self._velocity(context, at=first, towards=jnp.where(first > 0, first - 1, 1))
        arriving = self._velocity(
            context, at=first + 1, towards=jnp.where(first + 2 <= final, first + 2, first)
        )
        third = (end - start) / 3
        curve = [
            y_start,
            self.manifold.exp(y_start, third * leaving),
            self.manifold.exp(y_end, -third * arriving),
            y_end,
        ]
        fraction = jnp.clip((x - start) / (end - start), 0, 1)
        while len(curve) > 1:
            curve = [
                self.manifold.exp(a, fraction * self.manifold.log(a, b))
                for a, b in itertools.pairwise(curve)
            ]
        before = self.manifold.exp(y_start, (x - start) * leaving)
        after = self.manifold.exp(y_end, (x - end) * arriving)
        return jnp.where(x < start, before, jnp.where(x > end, after, curve[0]))

    def _velocity(
        self, context: FieldSample, at: Int[Array, " n_points"], towards: Int[Array, " n_points"]
    ) -> Float[Array, "n_points ambient_dim"]:
        """Velocity at one context point of the geodesic that joins it to another, per unit time."""
        step = context.x[towards] - context.x[at]
        return self.manifold.log(context.y[at], context.y[towards]) / step
