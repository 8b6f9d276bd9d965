"""A transformer layer on features and on values of every kind."""

import haiku as hk
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from geomndp.networks.equivariant_attention import EquivariantAttention
from geomndp.networks.equivariant_products import invariants
from geomndp.networks.equivariant_state import EquivariantState, Parts, bounded, gates, mix
from geomndp.networks.inducing_tokens import InducingTokens
from geomndp.networks.kinds import Algebra
from geomndp.networks.layer_norm import layer_norm
from geomndp.networks.pair_geometry import PairGeometry


class EquivariantLayer(hk.Module):
    """Attention and a perceptron: the perceptron sees invariants, and what it finds gates the rest.

    Arguments:
        algebra: The kinds.
        n_heads: Number of attention heads.
        n_tokens: Number of inducing tokens, through which all points see all others at linear cost.
        name: Name of the haiku module.
    """

    def __init__(self, algebra: Algebra, n_heads: int, n_tokens: int, name: str = "layer"):
        super().__init__(name)
        self.algebra = algebra
        self.n_heads = n_heads
        self.n_tokens = n_tokens

    def __call__(
        self,
        state: EquivariantState,
        sources: EquivariantState,
        pairs: Float[Array, "pair_width n seen"],
        geometry: PairGeometry,
        mask: Bool[Array, " m"],
    ) -> EquivariantState:
        width = state.features.shape[-1]
        norm = layer_norm("norm_attention")
        normal = state._replace(features=norm(state.features))
        normal_sources = sources._replace(features=norm(sources.features))
        attention = EquivariantAttention(self.algebra, self.n_heads)
        received = attention(normal, normal_sources, pairs, geometry)
        if self.n_tokens:
            tokens = InducingTokens(self.n_tokens, self.n_heads)
            received = received.beside(tokens(normal, normal_sources, mask))
        features = state.features + hk.Linear(width, name="message")(received.features)

        normal = layer_norm("norm_perceptron")(features)
        parts = {
            name: part + _gated(received.parts[name], normal, part.shape[1], name)
            for name, part in state.parts.items()
        }
        parts = self._with_products(parts)
        seen = jnp.concatenate([normal, *invariants(self.algebra, parts)], -1)
        hidden = jax.nn.gelu(hk.Linear(2 * width, name="expand")(seen))
        return EquivariantState(features + hk.Linear(width, name="contract")(hidden), parts)

    def _with_products(self, parts: Parts) -> dict[str, Float[Array, "n channels dim"]]:
        """The parts, and products of two of them, such as cross products, where there are any."""
        changed = dict(parts)
        kinds = self.algebra.kinds
        for i, left in enumerate(kinds):
            for right in kinds[i:]:
                for target in kinds:
                    for j, product in enumerate(self.algebra.products(left, right, target)):
                        name = f"{left.name}_{right.name}_{target.name}_{j}"
                        of_both = parts[left.name], parts[right.name]
                        n_channels = parts[target.name].shape[1]
                        change = _product(*of_both, product, n_channels, name)
                        changed[target.name] = changed[target.name] + change
        return changed


def _gated(
    received: Float[Array, "n n_received dim"],
    normal: Float[Array, "n width"],
    n_channels: int,
    name: str,
) -> Float[Array, "n channels dim"]:
    opened = gates(normal, n_channels, f"gate_{name}")
    return opened * mix(received, n_channels, f"receive_{name}")


def _product(left, right, product, n_channels: int, name: str) -> Float[Array, "n channels dim"]:
    a = mix(left, n_channels, f"first_of_{name}")
    b = bounded(mix(right, n_channels, f"second_of_{name}"))
    return jnp.einsum("kij,nci,ncj->nck", product.astype(a.dtype), a, b)
