"""What the points of an equivariant network hold, and the linear maps on it."""

from collections.abc import Mapping
from typing import NamedTuple

import haiku as hk
import jax.numpy as jnp
from jaxtyping import Array, Float

Parts = Mapping[str, Float[Array, "n channels dim"]]
"""Channels of values of each kind but the invariant scalars, by the name of the kind."""


class EquivariantState(NamedTuple):
    """Invariant features of points, and channels of vectors and higher orders."""

    features: Float[Array, "n width"]
    parts: dict[str, Float[Array, "n channels dim"]]

    def join(self, other: "EquivariantState") -> "EquivariantState":
        """These points, then the others."""
        parts = {name: jnp.concatenate([v, other.parts[name]]) for name, v in self.parts.items()}
        return EquivariantState(jnp.concatenate([self.features, other.features]), parts)

    def beside(self, other: "EquivariantState") -> "EquivariantState":
        """The same points with the channels of both."""
        parts = {
            name: jnp.concatenate([part, other.parts[name]], 1) for name, part in self.parts.items()
        }
        return EquivariantState(jnp.concatenate([self.features, other.features], -1), parts)


def mix(values: Float[Array, "n channels dim"], n_mixed: int, name: str) -> Float[Array, "n m dim"]:
    """Learned linear combinations of the channels of each point."""
    size = values.shape[1]
    if size == 0:
        return jnp.zeros((values.shape[0], n_mixed, values.shape[2]), values.dtype)
    init = hk.initializers.TruncatedNormal(size**-0.5)
    weight = hk.get_parameter(name, (size, n_mixed), values.dtype, init=init)
    return jnp.einsum("ncd,cm->nmd", values, weight)


def gates(features: Float[Array, "n width"], n_channels: int, name: str) -> Float[Array, "n m 1"]:
    """Factors for the channels of each point, by what is invariant there: about one at first."""
    return (1 + hk.Linear(n_channels, name=name)(features))[..., None]


def bounded(values: Float[Array, "n channels dim"]) -> Float[Array, "n channels dim"]:
    """The values, of length below 1: for what is multiplied, lest it grow from layer to layer."""
    return values / jnp.sqrt(1 + jnp.sum(values**2, -1, keepdims=True))
