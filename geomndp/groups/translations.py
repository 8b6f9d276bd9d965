"""The translations of Euclidean space."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.groups.base import AbstractGroup, as_coordinates, check_dimension
from geomndp.typing import Key


class T(AbstractGroup):
    r"""The group T(d) of translations of $\mathbb{R}^d$; an element is its shift vector.

    For tracks, d = 1: a shift of the clock.

    Arguments:
        dim: The dimension d, at least 1.

    Raises:
        ValueError: If `dim` is below 1.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> G = gn.groups.T(1)
        >>> G.act(jnp.array([2.0]), jnp.array([[0.0], [1.0]])).tolist()
        [[2.0], [3.0]]
    """

    dim: int

    def __check_init__(self) -> None:
        check_dimension(self.dim)

    @property
    def linear_dim(self) -> int:
        return self.dim

    @property
    def fixes_origin(self) -> bool:
        return False

    @property
    def determinants(self) -> tuple[int, ...]:
        return (1,)

    def identity(self) -> Float[Array, " dim"]:
        return jnp.zeros(self.dim)

    def compose(self, g: Float[Array, " dim"], h: Float[Array, " dim"]) -> Float[Array, " dim"]:
        return g + h

    def inverse(self, g: Float[Array, " dim"]) -> Float[Array, " dim"]:
        return -g

    def act(
        self, g: Float[Array, " dim"], x: Float[Array, "*batch dim"]
    ) -> Float[Array, "*batch dim"]:
        x = as_coordinates(x, self.dim)
        return x + jnp.broadcast_to(g.astype(x.dtype), x.shape)

    def linear_part(self, g: Float[Array, " dim"]) -> Float[Array, "dim dim"]:
        return jnp.eye(self.dim, dtype=g.dtype)

    def sample(self, *, key: Key, determinant: int | None = None) -> Float[Array, " dim"]:
        self.check_determinant(determinant)
        return jax.random.normal(key, (self.dim,))
