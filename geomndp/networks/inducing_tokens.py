"""A global path of linear cost."""

import haiku as hk
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from geomndp.networks.equivariant_state import EquivariantState, mix


class InducingTokens(hk.Module):
    """A few learned tokens attend to all sources, and all points to the tokens.

    Tokens have no place, so nothing here depends on locations; what they hold of vectors are
    averages with invariant weights.

    Arguments:
        n_tokens: How many.
        n_heads: Number of attention heads.
        name: Name of the haiku module.

    References:
        Lee et al. (2019), *Set transformer*, arXiv:1810.00825, section 3.1.
    """

    def __init__(self, n_tokens: int, n_heads: int, name: str = "tokens"):
        super().__init__(name)
        self.n_tokens = n_tokens
        self.n_heads = n_heads

    def __call__(
        self, state: EquivariantState, sources: EquivariantState, mask: Bool[Array, " m"]
    ) -> EquivariantState:
        """What the points receive from the real sources."""
        width = state.features.shape[-1]
        init = hk.initializers.TruncatedNormal(1.0)
        start = hk.get_parameter("start", (self.n_tokens, width), state.features.dtype, init=init)
        tokens = self._attend(EquivariantState(start, {}), sources, mask, "gather")
        hidden = jax.nn.gelu(hk.Linear(width, name="hidden")(start + tokens.features))
        tokens = tokens._replace(features=hk.Linear(width, name="token")(hidden))
        return self._attend(state, tokens, jnp.ones(self.n_tokens, bool), "spread")

    def _attend(
        self, state: EquivariantState, sources: EquivariantState, mask: Bool[Array, " m"], name: str
    ) -> EquivariantState:
        width = state.features.shape[-1]

        def heads(features: Float[Array, "n width"], role: str) -> Float[Array, "n heads size"]:
            mapped = hk.Linear(width, with_bias=False, name=f"{name}_{role}")(features)
            return mapped.reshape((mapped.shape[0], self.n_heads, -1))

        query, key = heads(state.features, "query"), heads(sources.features, "key")
        value = heads(sources.features, "value")
        logits = jnp.einsum("nhd,mhd->hnm", query, key) / query.shape[-1] ** 0.5
        real = jnp.broadcast_to(mask, logits.shape)
        # A finite floor: without real sources the weights are finite before they are zeroed.
        weights = jnp.where(real, jax.nn.softmax(jnp.where(real, logits, -1e30), -1), 0)
        features = jnp.einsum("hnm,mhd->nhd", weights, value)
        parts = {
            kind: jnp.einsum("hnm,mhd->nhd", weights, mix(part, self.n_heads, f"{name}_{kind}"))
            for kind, part in sources.parts.items()
        }
        return EquivariantState(features.reshape((features.shape[0], -1)), parts)
