"""Which points see which, and how numbers travel between them."""

import abc
from typing import Any

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

_DENSE = 8
"""With up to so many sources for each that is seen, products with all, most of them with weight 0,
are faster than gathering those that are seen, whose gradients have to be scattered."""


class AbstractEdges(eqx.Module):
    """Edges from points to sources: arrays of pairs have the shape (..., n_points, n_seen)."""

    weight: eqx.AbstractVar[Float[Array, "n seen"]]
    """How much a source counts, 0 where it is not seen at all, and continuous in the locations."""

    @abc.abstractmethod
    def join(self, others: Any, n_sources: int) -> "AbstractEdges":
        """These edges, to so many sources, and others of the same points to sources that follow."""

    @abc.abstractmethod
    def cheapest(self, n_sources: int) -> "AbstractEdges":
        """These edges to so many sources, in the form in which products cost least."""

    @abc.abstractmethod
    def gather(self, values: Float[Array, "m *shape"]) -> Float[Array, "rows seen *shape"]:
        """Values of the sources as the points see them; one row where all see the same."""

    @abc.abstractmethod
    def products(
        self, points: Float[Array, "n heads size"], sources: Float[Array, "m heads size"]
    ) -> Float[Array, "heads n seen"]:
        """Inner products of vectors of each point with those of its sources."""

    @abc.abstractmethod
    def carry(
        self, weights: Float[Array, "heads n seen"], sources: Float[Array, "m heads size"]
    ) -> Float[Array, "n heads size"]:
        """Weighted sums over the sources of each point."""


class CompleteEdges(AbstractEdges):
    """Every point sees every source."""

    weight: Float[Array, "n m"]

    def join(self, others: Any, n_sources: int) -> "CompleteEdges":
        return CompleteEdges(jnp.concatenate([self.weight, others.weight], -1))

    def cheapest(self, n_sources: int) -> "CompleteEdges":
        return self

    def gather(self, values: Float[Array, "m *shape"]) -> Float[Array, "1 m *shape"]:
        return values[None]

    def products(
        self, points: Float[Array, "n heads size"], sources: Float[Array, "m heads size"]
    ) -> Float[Array, "heads n m"]:
        return jnp.einsum("nhd,mhd->hnm", points, sources)

    def carry(
        self, weights: Float[Array, "heads n m"], sources: Float[Array, "m heads size"]
    ) -> Float[Array, "n heads size"]:
        return jnp.einsum("hnm,mhf->nhf", weights, sources)


class NeighbourEdges(AbstractEdges):
    """Every point sees as many sources, given by their numbers."""

    weight: Float[Array, "n k"]
    index: Int[Array, "n k"]

    def join(self, others: Any, n_sources: int) -> "NeighbourEdges":
        weight = jnp.concatenate([self.weight, others.weight], -1)
        return NeighbourEdges(weight, jnp.concatenate([self.index, others.index + n_sources], -1))

    def cheapest(self, n_sources: int) -> AbstractEdges:
        if n_sources > _DENSE * self.index.shape[1]:
            return self
        rows = jnp.arange(self.index.shape[0])[:, None]
        unseen = jnp.zeros((self.index.shape[0], n_sources), self.weight.dtype)
        return CompleteEdges(unseen.at[rows, self.index].add(self.weight))

    def gather(self, values: Float[Array, "m *shape"]) -> Float[Array, "n k *shape"]:
        return values[self.index]

    def products(
        self, points: Float[Array, "n heads size"], sources: Float[Array, "m heads size"]
    ) -> Float[Array, "heads n k"]:
        return jnp.einsum("nhd,nkhd->hnk", points, self.gather(sources))

    def carry(
        self, weights: Float[Array, "heads n k"], sources: Float[Array, "m heads size"]
    ) -> Float[Array, "n heads size"]:
        return jnp.einsum("hnk,nkhf->nhf", weights, self.gather(sources))
