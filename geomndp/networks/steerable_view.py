"""How points see their neighbours, in a steerable network: what the locations determine."""

import functools
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

from geomndp.networks.edges import AbstractEdges, CompleteEdges
from geomndp.networks.graphs import CompleteGraph, NearestNeighbourGraph, RadiusGraph
from geomndp.networks.irreps_features import Irrep


class SteerableView(NamedTuple):
    """The neighbours of each point, with what is carried over from them."""

    edges: AbstractEdges
    radial: Float[Array, "n seen n_radial"]
    """Smooth functions of the distance."""
    couplings: dict[Irrep, Float[Array, "_ _ _ _"]]
    """By kind of what the neighbour holds: the matrix from its components to those of all paths."""


class Path(NamedTuple):
    """A product of what a neighbour holds with harmonics of the direction to it."""

    source: Irrep
    degree: int
    """Of the harmonics."""
    target: Irrep


@functools.cache
def paths(kinds: tuple[Irrep, ...], max_degree: int) -> tuple[Path, ...]:
    """All products up to a degree of harmonics whose value is of one of the kinds."""
    return tuple(
        Path(source, degree, target)
        for source in kinds
        for degree in range(max_degree + 1)
        for target in kinds
        if abs(source[0] - degree) <= target[0] <= source[0] + degree
        and target[1] == source[1] * (-1) ** degree
    )


def steerable_view(
    x: Float[Array, "n dim_x"],
    sources: Float[Array, "m dim_x"],
    mask: Bool[Array, " m"],
    n_neighbours: int | None,
    radius: float | None,
    kinds: tuple[Irrep, ...],
    max_degree: int,
) -> SteerableView:
    """How points see the real sources, at locations of plane or space in units of their own."""
    edges = _edges(x, sources, mask, n_neighbours, radius)
    steps = edges.gather(sources) - x[:, None]
    squares = jnp.sum(steps**2, -1, keepdims=True)
    # Distances from an eighth of the unit to four units, each told where it is about as large.
    scales = jnp.geomspace(0.125, 4.0, 8, dtype=x.dtype).reshape((1, 1, -1))
    radial = squares / (squares + scales**2)
    # Directions fade where points coincide, for there they have none.
    directions = steps / jnp.sqrt(squares + 0.01)
    in_space = jnp.pad(directions, ((0, 0), (0, 0), (0, 3 - x.shape[-1])))
    harmonics = _harmonics(max_degree, in_space)
    couplings = {
        kind: jnp.einsum("nkj,ijo->nkio", harmonics, jnp.asarray(tensor, x.dtype))
        for kind, tensor in _tensors(kinds, max_degree).items()
    }
    return SteerableView(edges, radial, couplings)


def _edges(
    x: Float[Array, "n dim_x"],
    sources: Float[Array, "m dim_x"],
    mask: Bool[Array, " m"],
    n_neighbours: int | None,
    radius: float | None,
) -> AbstractEdges:
    # Points are among their own neighbours, in addition to those that are asked for.
    if n_neighbours is not None and radius is not None:
        return RadiusGraph(radius, n_neighbours + 1).edges(x, sources, mask)
    if n_neighbours is not None:
        return NearestNeighbourGraph(n_neighbours + 1).edges(x, sources, mask)
    weight = CompleteGraph().edges(x, sources, mask).weight
    if radius is not None:
        squares = jnp.sum((sources[None] - x[:, None]) ** 2, -1)
        weight = weight * (1 - jnp.minimum(squares / radius**2, 1)) ** 2
    return CompleteEdges(weight)


def _harmonics(
    max_degree: int, directions: Float[Array, "n seen 3"]
) -> Float[Array, "n seen n_harmonics"]:
    import e3nn_jax

    vectors = e3nn_jax.IrrepsArray("1o", directions)
    degrees = list(range(max_degree + 1))
    return e3nn_jax.spherical_harmonics(degrees, vectors, normalize=False).array


@functools.cache
def _tensors(
    kinds: tuple[Irrep, ...], max_degree: int
) -> dict[Irrep, Float[np.ndarray, "components n_harmonics outputs"]]:
    """By source the tensor to the outputs of all of its paths: Clebsch-Gordan coefficients."""
    import e3nn_jax

    tensors = {}
    for kind in kinds:
        blocks = []
        for path in paths(kinds, max_degree):
            if path.source == kind:
                size = 2 * path.target[0] + 1
                block = np.zeros((2 * kind[0] + 1, (max_degree + 1) ** 2, size))
                clebsch_gordan = e3nn_jax.clebsch_gordan(kind[0], path.degree, path.target[0])
                columns = slice(path.degree**2, (path.degree + 1) ** 2)
                block[:, columns] = np.sqrt(size) * np.asarray(clebsch_gordan)
                blocks.append(block)
        tensors[kind] = np.concatenate(blocks, -1)
    return tensors
