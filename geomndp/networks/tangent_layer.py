"""A transformer layer on points that hold features and tangent vectors."""

from typing import NamedTuple

import haiku as hk
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from geomndp.manifolds import AbstractManifold
from geomndp.networks.layer_norm import layer_norm
from geomndp.networks.pair_attention import PairAttention


class State(NamedTuple):
    """What each point holds between layers."""

    features: Float[Array, "n width"]
    vectors: Float[Array, "n channels dim_y"]
    """Tangent vectors at the value of the point, such as velocities along a track."""

    def join(self, other: "State") -> "State":
        """These points, then the others."""
        return State(*(jnp.concatenate(parts) for parts in zip(self, other, strict=True)))


class View(NamedTuple):
    """How points see their sources: the same in every layer."""

    y: Float[Array, "n dim_y"]
    """Values of the points."""
    fields: Float[Array, "n n_fields dim_y"]
    """Spanning fields at the values."""
    steps: Float[Array, "n m dim_y"]
    """Tangent vectors towards the values of the sources, scaled."""
    pairs: Float[Array, "n m pair_width"]
    """Features of the pairs."""
    mask: Bool[Array, " m"]
    """True at real sources."""


class TangentLayer(hk.Module):
    """Attention and a perceptron; vectors are attended to, mixed and gated by features.

    A point receives, with the weights of its attention, features of the sources, the steps
    towards them, and the vectors that they hold, moved to its own tangent space by projection.
    Sums of vectors with learned weights make velocities and accelerations exactly, which a
    perceptron on coordinates only approximates.

    Arguments:
        n_heads: Attention heads.
        name: Name of the haiku module.
    """

    def __init__(self, n_heads: int, name: str | None = None):
        super().__init__(name)
        self.n_heads = n_heads

    def __call__(
        self, manifold: AbstractManifold, state: State, sources: State, view: View
    ) -> State:
        width, n_channels = state.features.shape[-1], state.vectors.shape[1]
        attention, norm = PairAttention(self.n_heads), layer_norm("norm_attention")
        normal = norm(sources.features)
        weights = attention.weights(norm(state.features), normal, view.pairs, view.mask)
        features = state.features + attention.messages(weights, normal, view.pairs)

        normal = layer_norm("norm_perceptron")(features)
        received = jnp.concatenate(
            [
                jnp.einsum("hnm,nmd->nhd", weights, view.steps),
                jnp.einsum(
                    "hnm,mhd->nhd", weights, mix_channels(sources.vectors, self.n_heads, "carry")
                ),
            ],
            1,
        )
        gates = 1 + hk.Linear(2 * self.n_heads, name="gates")(normal)
        change = mix_channels(gates[..., None] * received, n_channels, "receive")
        base = jnp.broadcast_to(view.y[:, None], change.shape)
        vectors = state.vectors + manifold.project_tangent(base, change)

        seen = jnp.concatenate([normal, coordinates(vectors, view.fields)], -1)
        hidden = jax.nn.gelu(hk.Linear(2 * width, name="expand")(seen))
        return State(features + hk.Linear(width, name="contract")(hidden), vectors)


def coordinates(
    vectors: Float[Array, "n channels dim_y"], fields: Float[Array, "n n_fields dim_y"]
) -> Float[Array, "n n_coordinates"]:
    """Components of vectors along the spanning fields, by asinh: linear near 0, then slower."""
    along = jnp.einsum("nkd,nfd->nkf", vectors, fields)
    return jnp.arcsinh(along).reshape((vectors.shape[0], -1))


def mix_channels(
    vectors: Float[Array, "n channels dim_y"], n_channels: int, name: str
) -> Float[Array, "n mixed dim_y"]:
    """Learned linear combinations of the vectors of each point."""
    mixed = hk.Linear(n_channels, with_bias=False, name=name)(jnp.swapaxes(vectors, 1, 2))
    return jnp.swapaxes(mixed, 1, 2)
