"""The exact divergence."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from geomndp.likelihood.divergence import (
    AbstractDivergence,
    Linearised,
    Velocity,
    check_count,
    linearised,
    or_flat,
)
from geomndp.manifolds import AbstractManifold
from geomndp.manifolds.covariant_derivative import frame_vector
from geomndp.typing import Key, Mask, Values


class Exact(AbstractDivergence):
    """The whole diagonal of the Jacobian: one derivative along each coordinate of each point.

    On a manifold it is one along each vector of an orthonormal frame of the tangent space. The
    velocity is linearised once, and derivatives are taken in chunks, one after another.

    Arguments:
        chunk_size: How many derivatives are taken at once. Memory grows with it; time hardly
            falls beyond a few on a CPU. Take more on a GPU.

    Raises:
        ValueError: If `chunk_size` is below 1.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> y, mask = jnp.array([[1.0, 2.0], [3.0, 4.0]]), jnp.array([True, False])
        >>> divergence = gn.likelihood.Exact()
        >>> divergence(lambda y: y**2, y, mask, None).estimates.tolist()
        [6.0]
    """

    chunk_size: int = 4

    def __check_init__(self) -> None:
        check_count("chunk_size", self.chunk_size)

    @property
    def n_estimates(self) -> int:
        return 1

    def probes(self, y: Values, mask: Mask, *, key: Key | None) -> None:
        return None

    def __call__(
        self,
        velocity: Velocity,
        y: Values,
        mask: Mask,
        probes: None,
        manifold: AbstractManifold | None = None,
    ) -> Linearised:
        manifold = or_flat(manifold, y)
        v, derivative = linearised(velocity, y, mask, manifold)
        frame = jax.vmap(manifold.frame)(y)
        size = y.shape[0] * manifold.dim
        chunk_size = min(self.chunk_size, size)
        n_chunks = -(-size // chunk_size)
        # Numbers beyond the last vector have none, and so count nothing.
        numbers = jnp.arange(n_chunks * chunk_size).reshape(n_chunks, chunk_size)

        def on_diagonal(number: Int[Array, ""]) -> Float[Array, ""]:
            unit = frame_vector(frame, number)
            return jnp.sum(manifold.inner(unit, derivative(unit)), where=mask)

        sums = jax.lax.map(lambda chunk: jnp.sum(jax.vmap(on_diagonal)(chunk)), numbers)
        return Linearised(v, jnp.sum(sums)[None])

    def standard_error(self, estimates: Float[Array, " n_estimates"]) -> Float[Array, ""]:
        return jnp.zeros((), estimates.dtype)
