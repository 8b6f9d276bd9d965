"""The interface of a baseline."""

import abc

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer
from jaxtyping import Array, Float, Int

from geomndp.fields import FieldSample
from geomndp.manifolds import AbstractManifold


class AbstractBaseline(eqx.Module):
    """A deterministic guess of a path's values from its context.

    A path is a field on the real line with values in `manifold`. The context's points stand in
    order of time, with trailing padding if any, which no result depends on.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> class LastValue(gn.baselines.AbstractBaseline):
        ...     manifold: gn.manifolds.AbstractManifold
        ...
        ...     def __call__(self, context, x):
        ...         last = jnp.sum(context.mask) - 1
        ...         return jnp.broadcast_to(context.y[last], (len(x), self.manifold.ambient_dim))
        >>> path = gn.FieldSample(jnp.array([[0.0], [1.0]]), jnp.array([[5.0], [7.0]]))
        >>> LastValue(gn.manifolds.Euclidean(1))(path, jnp.array([[4.0]])).tolist()
        [[7.0]]
    """

    manifold: eqx.AbstractVar[AbstractManifold]

    @abc.abstractmethod
    def __call__(
        self, context: FieldSample, x: Float[Array, "n_points 1"]
    ) -> Float[Array, "n_points ambient_dim"]:
        """Values at the times `x`, in any order, in the unit of the context's times.

        Raises:
            ValueError: If the context has too few points, is not on the real line or not in order
                of time. Traced contexts (under `jit` or `vmap`) are not checked.
        """


def check_path(context: FieldSample, manifold: AbstractManifold, minimum: int) -> None:
    """Refuse a context that is not a path of at least `minimum` points in order of time.

    Arguments:
        context: The sample to check; of a traced one only the shapes are.
        manifold: Where its values should live.
        minimum: The fewest real points that suffice.

    Raises:
        ValueError: If the context is no such path.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> path = gn.FieldSample(jnp.arange(2.0)[:, None], jnp.ones((2, 1)))
        >>> check_path(path, gn.manifolds.Euclidean(1), minimum=2)
    """
    expected = (context.n_points, 1), (context.n_points, manifold.ambient_dim)
    if (context.x.shape, context.y.shape) != expected:
        raise ValueError(
            f"expected x and y of shapes {expected[0]} and {expected[1]}, a path in {manifold}, "
            f"got {context.x.shape} and {context.y.shape}; vmap over batches"
        )
    if any(isinstance(part, Tracer) for part in (context.mask, context.x)):
        return
    times = np.asarray(context.x)[np.asarray(context.mask), 0]
    if times.size < minimum:
        raise ValueError(
            f"expected at least {minimum} context points, got {times.size}; "
            "leave out paths that are so short"
        )
    steps = np.diff(times)
    if not np.all(steps > 0):
        row = int(np.argmin(steps > 0)) + 1
        raise ValueError(
            f"expected context times in ascending order, got {times[row]} after "
            f"{times[row - 1]} at point {row}; sort them and keep one value per time"
        )


def segment_before(
    context: FieldSample, x: Float[Array, "n_points 1"], offset: int
) -> Int[Array, " n_points"]:
    """Index of the segment between consecutive real points that serves each time.

    Arguments:
        context: A path of at least two points.
        x: Times.
        offset: 1 for the segment that holds the time, 2 for the last one complete by then.

    Returns:
        The number of each segment's first point; the nearest segment where there is none.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> path = gn.FieldSample(jnp.arange(4.0)[:, None], jnp.ones((4, 1)))
        >>> segment_before(path, jnp.array([[-1.0], [1.5], [9.0]]), offset=1).tolist()
        [0, 1, 2]
    """
    times = jnp.where(context.mask, context.x[:, 0], jnp.inf)
    n_before = jnp.searchsorted(times, x[:, 0], side="right")
    return jnp.clip(n_before - offset, 0, jnp.sum(context.mask, dtype=n_before.dtype) - 2)
