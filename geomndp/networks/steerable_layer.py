"""A layer of message passing on features that turn with space."""

import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from geomndp.networks.irreps_features import (
    SCALAR,
    Features,
    Irrep,
    gated,
    lengths,
    mix,
    normed,
)
from geomndp.networks.steerable_view import SteerableView, paths

HIDDEN = 64
"""Width of the perceptrons that weigh neighbours and gate features."""


class SteerableConvolution(hk.Module):
    """Sums over neighbours of what they hold, multiplied by harmonics of the direction to them.

    Channels do not mix: each path of each channel has a weight of its own, which a perceptron
    makes of the distance and of the noise at both ends. Thomas et al. (2018), *Tensor field
    networks*, arXiv:1802.08219, equation 3, with the weights by channel of Batzner et al. (2022),
    *NequIP*, arXiv:2101.03164.
    """

    def __init__(self, max_degree: int, name: str = "convolution"):
        super().__init__(name)
        self.max_degree = max_degree

    def __call__(
        self,
        sources: Features,
        view: SteerableView,
        noise: Float[Array, "n n_noise"],
        noise_of_sources: Float[Array, "m n_noise"],
    ) -> Features:
        of_kinds = paths(tuple(sources), self.max_degree)
        received: dict[Irrep, list[Array]] = {path.target: [] for path in of_kinds}
        weights = self._weights(
            view, noise, noise_of_sources, [p.source for p in of_kinds], sources
        )
        # The spread of a sum of as many terms, so that dense fields give features of order one.
        spread = jnp.sqrt(1 + jnp.sum(view.edges.weight**2, -1))[:, None, None]
        for kind, part in sources.items():
            seen = jnp.broadcast_to(
                view.edges.gather(part), (*view.edges.weight.shape, *part.shape[1:])
            )
            products = jnp.einsum("nkui,nkio->nkuo", seen, view.couplings[kind])
            mine = [path for path in of_kinds if path.source == kind]
            sizes = [2 * path.target[0] + 1 for path in mine]
            spread_out = jnp.take(weights[kind], np.repeat(np.arange(len(mine)), sizes), axis=-1)
            summed = jnp.sum(products * spread_out, 1) / spread
            pieces = jnp.split(summed, np.cumsum(sizes)[:-1], -1)
            for path, piece in zip(mine, pieces, strict=True):
                received[path.target].append(piece)
        return {kind: jnp.concatenate(parts, 1) for kind, parts in received.items()}

    def _weights(
        self,
        view: SteerableView,
        noise: Float[Array, "n n_noise"],
        noise_of_sources: Float[Array, "m n_noise"],
        kinds: list[Irrep],
        sources: Features,
    ) -> dict[Irrep, Float[Array, "n seen _ _"]]:
        """By kind of source, for each of its channels and paths a weight."""
        at_point = hk.Linear(HIDDEN, name="noise_of_point")(noise)[:, None]
        at_source = hk.Linear(HIDDEN, False, name="noise_of_source")(noise_of_sources)
        at_pair = hk.Linear(HIDDEN, False, name="distance")(view.radial)
        hidden = jax.nn.silu(at_pair + at_point + view.edges.gather(at_source))
        counts = {kind: (part.shape[1], kinds.count(kind)) for kind, part in sources.items()}
        total = sum(n_channels * n_paths for n_channels, n_paths in counts.values())
        flat = hk.Linear(total, False, name="weights")(hidden) * view.edges.weight[..., None]
        ends = np.cumsum([a * b for a, b in counts.values()])[:-1]
        return {
            kind: part.reshape((*part.shape[:2], *counts[kind]))
            for kind, part in zip(counts, jnp.split(flat, ends, -1), strict=True)
        }


class SteerableLayer(hk.Module):
    """A convolution, a perceptron on scalars and lengths, and gates on all other kinds.

    Gates as in Weiler et al. (2018), *3D steerable CNNs*, arXiv:1807.02547, section 4.3.
    """

    def __init__(self, max_degree: int, name: str | None = None):
        super().__init__(name)
        self.max_degree = max_degree

    def __call__(
        self,
        points: Features,
        sources: Features,
        view: SteerableView,
        noise: Float[Array, "n n_noise"],
        noise_of_sources: Float[Array, "m n_noise"],
    ) -> Features:
        channels = {kind: part.shape[1] for kind, part in points.items()}
        own = normed(points, "norm")
        received = SteerableConvolution(self.max_degree)(
            normed(sources, "norm"), view, noise, noise_of_sources
        )
        both = {kind: jnp.concatenate([own[kind], received[kind]], 1) for kind in points}
        change = perceptron_and_gates(both, channels, lengths(own))
        return {kind: part + change[kind] for kind, part in points.items()}


def perceptron_and_gates(
    features: Features, channels: dict[Irrep, int], invariants: list[Float[Array, "n _"]]
) -> Features:
    """New scalars of the scalars and invariants, and combinations of all else times gates."""
    turning = {kind: count for kind, count in channels.items() if kind != SCALAR}
    scalars = features[SCALAR][..., 0]
    hidden = hk.Linear(HIDDEN, name="first")(jnp.concatenate([scalars, *invariants], -1))
    out = hk.Linear(sum(channels.values()), name="second")(jax.nn.silu(hidden))
    of_scalars, gates = out[:, : channels[SCALAR]], out[:, channels[SCALAR] :]
    mixed = gated(mix(features, turning, "mix"), jax.nn.sigmoid(gates))
    return {kind: of_scalars[..., None] if kind == SCALAR else mixed[kind] for kind in channels}
