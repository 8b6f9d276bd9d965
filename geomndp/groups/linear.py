"""The interface of groups of orthogonal matrices."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.groups.base import AbstractGroup, apply_linear

Matrix = Float[Array, "dim dim"]
"""An orthogonal matrix."""


class AbstractLinearGroup(AbstractGroup):
    r"""A group of orthogonal matrices $h$, acting by $x \mapsto hx$; an element is its matrix.

    A member of the family has only to say how its elements are drawn.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> class QuarterTurns(gn.groups.AbstractLinearGroup):
        ...     dim: int = 2
        ...     determinants: tuple[int, ...] = (1,)
        ...     def sample(self, *, key, determinant=None):
        ...         self.check_determinant(determinant)
        ...         turns = jnp.array([[1.0, 0], [0, 1], [-1, 0], [0, -1]])
        ...         cosine, sine = jax.random.choice(key, turns)
        ...         return jnp.array([[cosine, -sine], [sine, cosine]])
        >>> G = QuarterTurns()
        >>> g = G.sample(key=jax.random.key(0))
        >>> bool((G.compose(g, G.inverse(g)) == G.identity()).all())
        True
    """

    @property
    def linear_dim(self) -> int:
        return self.dim

    @property
    def fixes_origin(self) -> bool:
        return True

    def identity(self) -> Matrix:
        return jnp.eye(self.dim)

    def compose(self, g: Matrix, h: Matrix) -> Matrix:
        return apply_linear(h.T, g)

    def inverse(self, g: Matrix) -> Matrix:
        return g.T

    def act(self, g: Matrix, x: Float[Array, "*batch dim"]) -> Float[Array, "*batch dim"]:
        return apply_linear(g, x)

    def linear_part(self, g: Matrix) -> Matrix:
        return g
