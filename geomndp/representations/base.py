"""The interface of a representation."""

import abc

import equinox as eqx
from jaxtyping import Array, Float


class AbstractRepresentation(eqx.Module):
    r"""A linear representation: $\rho(gh) = \rho(g)\rho(h)$, matrices of shape (dim, dim).

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> class Vector(gn.representations.AbstractRepresentation):
        ...     dim: int
        ...     def matrix(self, h):
        ...         return h
        >>> Vector(2).matrix(-jnp.eye(2)).tolist()
        [[-1.0, 0.0], [0.0, -1.0]]
    """

    dim: eqx.AbstractVar[int]

    @abc.abstractmethod
    def matrix(self, h: Float[Array, "d d"]) -> Float[Array, "dim dim"]:
        """The matrix by which the linear part h of a group element acts on a value."""
