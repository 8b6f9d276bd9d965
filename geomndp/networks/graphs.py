"""Graphs on scattered points: which sources each point attends to."""

import abc
import math

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from geomndp.networks.edges import AbstractEdges, CompleteEdges, NeighbourEdges

_ROWS = 256
"""Points whose distances to all sources are held at once while neighbours are sought."""


class AbstractGraph(eqx.Module):
    """Which sources each point attends to: a rule with static shapes.

    The weights of edges are continuous in the locations, so that a network does not jump when a
    source comes into view.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> graph: gn.networks.AbstractGraph = gn.networks.NearestNeighbourGraph(2)
        >>> x = jnp.array([[0.0], [1.0], [3.0]])
        >>> graph.edges(x, x, jnp.ones(3, bool)).index.tolist()
        [[0, 1], [1, 0], [2, 1]]
    """

    @abc.abstractmethod
    def edges(
        self,
        x: Float[Array, "n dim"],
        sources: Float[Array, "m dim"],
        mask: Bool[Array, " m"],
    ) -> AbstractEdges:
        """The edges from points to the real sources.

        Arguments:
            x: Locations of the points, in coordinates in which distances are Euclidean.
            sources: Locations of the sources.
            mask: True at real sources.
        """

    def edges_to_both(
        self,
        x: Float[Array, "n dim"],
        mask: Bool[Array, " n"],
        given: Float[Array, "m dim"],
        given_mask: Bool[Array, " m"],
    ) -> AbstractEdges:
        """The edges from points to themselves and then to points of a context.

        Each by the rule alone: where points are dense, they do not hide what is given.

        Arguments:
            x: Locations of the points.
            mask: True at real points.
            given: Locations of the context.
            given_mask: True at real points of the context.
        """
        return self.edges(x, x, mask).join(self.edges(x, given, given_mask), x.shape[0])


class CompleteGraph(AbstractGraph):
    """Every point attends to every source: the most accurate, at quadratic cost.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> x = jnp.zeros((3, 2))
        >>> gn.networks.CompleteGraph().edges(x, x, jnp.array([True, True, False])).weight.tolist()
        [[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [1.0, 1.0, 0.0]]
    """

    def edges(
        self,
        x: Float[Array, "n dim"],
        sources: Float[Array, "m dim"],
        mask: Bool[Array, " m"],
    ) -> CompleteEdges:
        weight = jnp.broadcast_to(mask.astype(x.dtype), (x.shape[0], mask.shape[0]))
        return CompleteEdges(weight)


class NearestNeighbourGraph(AbstractGraph):
    r"""Every point attends to its k nearest sources, itself among them.

    With a context it attends to its k nearest of the points and to its k nearest of the context.

    A source at distance r counts $(1 - (r/R)^2)^2$, where R is the distance of the next source
    beyond: it fades before another takes its place. Of several at the same distance, as on a
    regular grid, all count or none does. So where more than k points are at one place none of them
    counts there, the point itself neither, and there alone the weights jump: take a larger k.

    Arguments:
        n_neighbours: How many, k.

    Raises:
        ValueError: If `n_neighbours` is below 2.

    Example:
        >>> import geomndp as gn
        >>> kind = gn.FieldType(gn.groups.E(2), gn.representations.Vector(2))
        >>> graph = gn.networks.NearestNeighbourGraph(16)
        >>> network = gn.networks.EquivariantTransformer(kind, graph=graph)
    """

    n_neighbours: int

    def __check_init__(self) -> None:
        check_count("n_neighbours", self.n_neighbours)

    def edges(
        self,
        x: Float[Array, "n dim"],
        sources: Float[Array, "m dim"],
        mask: Bool[Array, " m"],
    ) -> NeighbourEdges:
        return _nearest(x, sources, mask, self.n_neighbours, math.inf)


class RadiusGraph(AbstractGraph):
    r"""Every point attends to the sources within a radius R, itself among them.

    A source at distance r counts $(1 - (r/R)^2)^2$, once differentiable in the locations. Where
    more sources than `max_neighbours` are within the radius the nearest are taken, and R is the
    distance of the next, as in `NearestNeighbourGraph`.

    Arguments:
        radius: The radius, in the unit of x.
        max_neighbours: The most sources of a point, which memory is set aside for.

    Raises:
        ValueError: If `radius` is not positive, or `max_neighbours` is below 2.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> x = jnp.array([[0.0], [0.5], [3.0]])
        >>> graph = gn.networks.RadiusGraph(1.0, max_neighbours=2)
        >>> graph.edges(x, x, jnp.ones(3, bool)).weight.tolist()
        [[1.0, 0.5625], [1.0, 0.5625], [1.0, 0.0]]
    """

    radius: float
    max_neighbours: int = 32

    def __check_init__(self) -> None:
        check_count("max_neighbours", self.max_neighbours)
        if not self.radius > 0:
            raise ValueError(f"expected a positive radius, got radius={self.radius}")

    def edges(
        self,
        x: Float[Array, "n dim"],
        sources: Float[Array, "m dim"],
        mask: Bool[Array, " m"],
    ) -> NeighbourEdges:
        return _nearest(x, sources, mask, self.max_neighbours, self.radius)


def _nearest(
    x: Float[Array, "n dim"],
    sources: Float[Array, "m dim"],
    mask: Bool[Array, " m"],
    n_neighbours: int,
    radius: float,
) -> NeighbourEdges:
    n_found = min(n_neighbours + 1, sources.shape[0])

    def found_by(point: Float[Array, " dim"]) -> Int[Array, " n_found"]:
        squares = jnp.sum((sources - jnp.broadcast_to(point, sources.shape)) ** 2, -1)
        return jax.lax.top_k(-jnp.where(mask, squares, jnp.inf), n_found)[1]

    # Rows in chunks: never all distances at once.
    index = jax.lax.map(found_by, jax.lax.stop_gradient(x), batch_size=_ROWS)
    squares, real = jnp.sum((sources[index] - x[:, None]) ** 2, -1), mask[index]
    limit = jnp.full_like(x[:, 0], radius**2)
    if n_found > n_neighbours:
        beyond = jnp.where(real[:, -1], squares[:, -1], jnp.inf)
        limit = jnp.minimum(limit, beyond)
        index, squares, real = (part[:, :-1] for part in (index, squares, real))
    # Where the limit is 0, more points coincide than are seen; for all alike, none of them counts.
    share = squares / jnp.where(limit > 0, limit, 1)[:, None]
    seen = real & (share < 1) & (limit > 0)[:, None]
    return NeighbourEdges(jnp.where(seen, (1 - jnp.where(seen, share, 1)) ** 2, 0), index)


def check_count(name: str, count: int | float) -> None:
    """Refuse a number of neighbours that is none.

    Raises:
        ValueError: Unless it is whole and at least 2.
    """
    if not isinstance(count, int) or count < 2:
        raise ValueError(
            f"expected a whole {name} of at least 2, a point and another, got {name}={count!r}"
        )
