"""Attention with invariant weights and steerable messages."""

import haiku as hk
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.networks.equivariant_embedding import linear_of_planes
from geomndp.networks.equivariant_products import couple
from geomndp.networks.equivariant_state import EquivariantState, bounded, mix
from geomndp.networks.kinds import Algebra
from geomndp.networks.pair_geometry import PairGeometry


class EquivariantAttention(hk.Module):
    r"""Points receive products of what their sources hold with harmonics of the way to them.

    The weights are invariant: queries and keys are compared by features and by vectors, and each
    of the two with the direction between the points; a bias knows the pair. A head carries every
    kind through every harmonic, each with a gate of its own, which may be negative; then constant
    matrices couple them to all kinds.

    Arguments:
        algebra: The kinds.
        n_heads: Number of heads.
        name: Name of the haiku module.
    """

    def __init__(self, algebra: Algebra, n_heads: int, name: str = "attention"):
        super().__init__(name)
        self.algebra = algebra
        self.n_heads = n_heads

    def __call__(
        self,
        state: EquivariantState,
        sources: EquivariantState,
        pairs: Float[Array, "pair_width n seen"],
        geometry: PairGeometry,
    ) -> EquivariantState:
        """What the points receive: of each kind as many channels as there are products."""
        n_orders = 1 + len(self.algebra.harmonics)
        of_pairs = linear_of_planes(pairs, self.n_heads * (1 + n_orders), "of_pairs")
        bias, *gates = jnp.split(of_pairs, 1 + n_orders)
        weights = _weights(self.algebra, state, sources, bias, geometry)
        values = _values(self.algebra, self.n_heads, sources)
        # One component at a time: planes of pairs multiply faster than arrays of more axes.
        carried = [
            geometry.edges.carry((1 + gate) * weights * harmonic[None, :, component], values)
            for gate, harmonic in zip(gates, geometry.harmonics, strict=True)
            for component in range(harmonic.shape[1])
        ]
        return couple(self.algebra, jnp.stack(carried, 2))


def _weights(
    algebra: Algebra,
    state: EquivariantState,
    sources: EquivariantState,
    bias: Float[Array, "heads n seen"],
    geometry: PairGeometry,
) -> Float[Array, "heads n seen"]:
    """The shares of the sources in what a point receives."""
    width, n_heads, edges = state.features.shape[-1], bias.shape[0], geometry.edges
    query = hk.Linear(width, with_bias=False, name="query")(state.features)
    key = hk.Linear(width, with_bias=False, name="key")(sources.features)
    queries = [_heads(query, n_heads) / (width // n_heads) ** 0.5]
    keys, logits = [_heads(key, n_heads)], bias
    ways = dict(zip(algebra.harmonics, geometry.harmonics[1:], strict=True))
    for kind in algebra.kinds:
        of_points, of_sources = state.parts[kind.name], sources.parts[kind.name]
        queries.append(bounded(mix(of_points, n_heads, f"query_{kind.name}")))
        keys.append(bounded(mix(of_sources, n_heads, f"key_{kind.name}")))
        if kind in ways:
            ahead = bounded(mix(of_points, n_heads, f"ahead_{kind.name}"))
            back = bounded(mix(of_sources, n_heads, f"back_{kind.name}"))
            logits = logits + _along(ways[kind], ahead[:, None], edges.gather(back))
    logits = logits + edges.products(jnp.concatenate(queries, -1), jnp.concatenate(keys, -1))
    return _softmax(logits, edges.weight)


def _values(
    algebra: Algebra, n_heads: int, sources: EquivariantState
) -> Float[Array, "m heads channels_and_dims"]:
    """What each head carries: as many channels of each kind, side by side in components."""
    # As many as the parts have; of fields of scalars alone, as many as heads.
    n_channels = max([n_heads, *(part.shape[1] for part in sources.parts.values())])
    scalars = hk.Linear(n_channels, with_bias=False, name="value")(sources.features)
    parts = [
        mix(sources.parts[kind.name], n_channels, f"value_{kind.name}") for kind in algebra.kinds
    ]
    return _heads(jnp.concatenate([scalars[..., None], *parts], -1), n_heads)


def _heads(values: Float[Array, "n *shape"], n_heads: int) -> Float[Array, "n heads size"]:
    return values.reshape((values.shape[0], n_heads, -1))


def _along(
    ways: Float[Array, "n dim seen"],
    of_points: Float[Array, "n 1 heads dim"],
    of_sources: Float[Array, "rows seen heads dim"],
) -> Float[Array, "heads n seen"]:
    """Inner products of directions with vectors at both ends, summed.

    Term by term: as products of matrices they would be many tiny ones.
    """
    terms = []
    for component in range(ways.shape[1]):
        at_point, at_source = (
            jnp.moveaxis(ends[..., component], -1, 0) for ends in (of_points, of_sources)
        )
        terms.append((at_point + at_source) * ways[None, :, component])
    return sum(terms[1:], terms[0])


def _softmax(
    logits: Float[Array, "heads n seen"], weight: Float[Array, "n seen"]
) -> Float[Array, "heads n seen"]:
    """Shares in proportion to weight times exp(logit): of no source where all weights are 0."""
    # In half precision sums would lose what is small: shares are found in single precision.
    dtype = logits.dtype
    single = jnp.float32 if dtype == jnp.bfloat16 else dtype
    logits, weight = logits.astype(single), weight.astype(single)
    seen = jnp.broadcast_to(weight > 0, logits.shape)
    highest = jnp.max(jnp.where(seen, logits, -1e30), -1, keepdims=True)
    highest = jax.lax.stop_gradient(highest)
    shares = jnp.where(seen, jnp.exp(jnp.where(seen, logits - highest, 0)), 0) * weight[None]
    total = jnp.sum(shares, -1, keepdims=True)
    return (shares / jnp.where(total > 0, total, 1)).astype(dtype)
