"""How points, and pairs of them, enter an equivariant network."""

from collections.abc import Sequence
from typing import TypeAlias

import haiku as hk
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.groups import AbstractGroup
from geomndp.networks.equivariant_state import EquivariantState, mix
from geomndp.networks.kinds import Algebra
from geomndp.networks.noise_features import noise_features
from geomndp.networks.pair_geometry import PairGeometry
from geomndp.networks.points import Points
from geomndp.representations import AbstractRepresentation

Known: TypeAlias = Sequence[tuple[AbstractRepresentation, Float[Array, "n _"]]]
"""What is known of points, with how the group acts on it: values, and perhaps locations."""


def known_parts(
    algebra: Algebra, group: AbstractGroup, known: Known
) -> tuple[Float[Array, "n n_scalars"], dict[str, Float[Array, "n _ _"]]]:
    """The invariant numbers in what is known of points, and its parts of every other kind.

    Beside the parts there is what the group leaves in place.
    """
    scalars, parts = [], {kind.name: [] for kind in algebra.kinds}
    for fibre, values in known:
        maps = algebra.maps(fibre, algebra.scalar)[:, 0].astype(values.dtype)
        scalars.append(jnp.einsum("cy,ny->nc", maps, values))
        for kind in algebra.kinds:
            maps = algebra.maps(fibre, kind).astype(values.dtype)
            parts[kind.name].append(jnp.einsum("cdy,ny->ncd", maps, values))
    n_points, dtype = scalars[0].shape[0], scalars[0].dtype
    for kind in algebra.kinds:
        fixed = jnp.asarray(algebra.fixed(group, kind), dtype)
        parts[kind.name].append(jnp.broadcast_to(fixed, (n_points, *fixed.shape)))
    joined = {name: jnp.concatenate(channels, 1) for name, channels in parts.items()}
    return jnp.concatenate(scalars, -1), joined


class EquivariantEmbedding(hk.Module):
    """What a point knows by itself: its value, its noise, its covariates, and fixed directions.

    Arguments:
        algebra: The kinds.
        width: Number of invariant features.
        n_channels: Channels of every other kind.
        name: Name of the haiku module.
    """

    def __init__(self, algebra: Algebra, width: int, n_channels: int, name: str = "embedding"):
        super().__init__(name)
        self.algebra = algebra
        self.width = width
        self.n_channels = n_channels

    def __call__(
        self,
        points: Points,
        scalars: Float[Array, "n scalars"],
        parts: dict[str, Float[Array, "n channels dim"]],
    ) -> EquivariantState:
        """The first state, of values taken apart and of what else is known at each point."""
        octaves = jnp.concatenate([scalars * 2.0**k for k in range(4)], -1)
        features = [scalars, jnp.sin(octaves), jnp.cos(octaves), noise_features(points)]
        features += [self._lengths(values) for values in parts.values()]
        if points.covariates is not None:
            features.append(points.covariates)
        hidden = jax.nn.gelu(hk.Linear(self.width, name="first")(jnp.concatenate(features, -1)))
        first = {name: mix(values, self.n_channels, name) for name, values in parts.items()}
        return EquivariantState(hk.Linear(self.width, name="second")(hidden), first)

    def _lengths(self, values: Float[Array, "n channels dim"]) -> Float[Array, "n n_features"]:
        squares = jnp.sum(values**2, -1)
        return jnp.concatenate([squares / (squares + 4.0**k) for k in range(-1, 3)], -1)


class PairEmbedding(hk.Module):
    """Features of pairs, from what does not change under motions and from both points' noise.

    Arguments:
        width: Number of features.
        name: Name of the haiku module.
    """

    def __init__(self, width: int, name: str = "pair_embedding"):
        super().__init__(name)
        self.width = width

    def __call__(
        self, geometry: PairGeometry, points: Points, sources: Points
    ) -> Float[Array, "width n seen"]:
        of_pair = linear_of_planes(geometry.invariants, self.width, "of_pair")
        of_point = hk.Linear(self.width, name="of_point")(noise_features(points))
        of_source = hk.Linear(self.width, name="of_source")(noise_features(sources))
        seen = jnp.moveaxis(geometry.edges.gather(of_source), -1, 0)
        hidden = jax.nn.gelu(of_pair + seen + of_point.T[:, :, None])
        return linear_of_planes(hidden, self.width, "second")


def linear_of_planes(
    planes: Float[Array, "size n m"], n_out: int, name: str
) -> Float[Array, "n_out n m"]:
    """A learned linear map of what each pair holds, pairs on the last two axes."""
    size = planes.shape[0]
    init = hk.initializers.TruncatedNormal(size**-0.5)
    weight = hk.get_parameter(name, (size, n_out), planes.dtype, init=init)
    return jnp.einsum("pq,pnm->qnm", weight, planes)
