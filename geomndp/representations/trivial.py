"""The representation that leaves every value alone."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.representations.base import AbstractRepresentation


class Trivial(AbstractRepresentation):
    """`dim` invariant numbers: a temperature, a pressure, or a position seen under a shift of time.

    Arguments:
        dim: How many numbers, at least 1.

    Raises:
        ValueError: If `dim` is below 1.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> gn.representations.Trivial(2).matrix(-jnp.eye(3)).tolist()
        [[1.0, 0.0], [0.0, 1.0]]
    """

    dim: int = 1

    def __check_init__(self) -> None:
        if self.dim < 1:
            raise ValueError(f"expected a dimension of at least 1, got dim={self.dim}")

    def matrix(self, h: Float[Array, "d d"]) -> Float[Array, "dim dim"]:
        return jnp.eye(self.dim, dtype=h.dtype)
