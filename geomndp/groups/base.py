"""The interface of a group that acts on Euclidean locations."""

import abc
from typing import Any

import equinox as eqx
from jaxtyping import Array, Float

from geomndp.typing import Key


class AbstractGroup(eqx.Module):
    r"""A group with a left action on $\mathbb{R}^d$.

    Implementations keep the laws of a left action, for all elements $g, h$ and locations $x$:
    $(gh)x = g(hx)$, $ex = x$, and associativity and inverses of the group itself.
    Elements are pytrees of arrays, so that `jax.vmap` acts on batches of them.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> group: gn.groups.AbstractGroup = gn.groups.T(2)
        >>> g = group.sample(key=jax.random.key(0))
        >>> x = jnp.ones((3, 2))
        >>> bool(jnp.allclose(group.act(group.inverse(g), group.act(g, x)), x))
        True
    """

    dim: eqx.AbstractVar[int]

    @abc.abstractmethod
    def identity(self) -> Any:
        """The neutral element."""

    @abc.abstractmethod
    def compose(self, g: Any, h: Any) -> Any:
        """The product gh: first h acts, then g."""

    @abc.abstractmethod
    def inverse(self, g: Any) -> Any:
        """The inverse of g."""

    @abc.abstractmethod
    def act(self, g: Any, x: Float[Array, "*batch dim"]) -> Float[Array, "*batch dim"]:
        """The image gx of locations."""

    @abc.abstractmethod
    def linear_part(self, g: Any) -> Float[Array, "dim dim"]:
        """The linear part h of x -> hx + u, by which g acts on fibres."""

    @abc.abstractmethod
    def sample(self, *, key: Key) -> Any:
        """A random element: Haar on compact parts, standard normal on translations."""
