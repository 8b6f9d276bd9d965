"""The interface of a representation."""

import abc

import equinox as eqx
from jaxtyping import Array, Float


class AbstractRepresentation(eqx.Module):
    r"""A linear representation: $\rho(gh) = \rho(g)\rho(h)$, matrices of shape (dim, dim)."""

    dim: eqx.AbstractVar[int]

    @abc.abstractmethod
    def matrix(self, h: Float[Array, "d d"]) -> Float[Array, "dim dim"]:
        """The matrix by which the linear part h of a group element acts on a value."""
