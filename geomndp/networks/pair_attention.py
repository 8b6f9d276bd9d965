"""Attention whose logits and messages know the geometry of each pair of points."""

import haiku as hk
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float


class PairAttention(hk.Module):
    """Multi-head attention of points to sources, with a feature vector for each pair.

    The pair enters twice: as a bias of the logits, and beside the source's value in the message.

    Arguments:
        n_heads: Number of heads, which divides the width.
        name: Name of the haiku module.
    """

    def __init__(self, n_heads: int, name: str | None = None):
        super().__init__(name)
        self.n_heads = n_heads

    def weights(
        self,
        points: Float[Array, "n width"],
        sources: Float[Array, "m width"],
        pairs: Float[Array, "n m pair_width"],
        mask: Bool[Array, " m"],
    ) -> Float[Array, "heads n m"]:
        """Attention weights: over the real sources they sum to 1, at padding they are 0."""
        query = self._heads(hk.Linear(points.shape[-1], with_bias=False, name="query")(points))
        key = self._heads(hk.Linear(points.shape[-1], with_bias=False, name="key")(sources))
        bias = hk.Linear(self.n_heads, with_bias=False, name="pair_bias")(pairs)
        logits = jnp.einsum("nhd,mhd->hnm", query, key) / query.shape[-1] ** 0.5
        logits = logits + jnp.moveaxis(bias, -1, 0)
        real = jnp.broadcast_to(mask, logits.shape)
        # A finite floor: without real sources the weights are still finite before they are zeroed.
        return jnp.where(real, jax.nn.softmax(jnp.where(real, logits, -1e30), -1), 0)

    def messages(
        self,
        weights: Float[Array, "heads n m"],
        sources: Float[Array, "m width"],
        pairs: Float[Array, "n m pair_width"],
    ) -> Float[Array, "n width"]:
        """What the points receive, given the weights."""
        width, n_points = sources.shape[-1], weights.shape[1]
        value = self._heads(hk.Linear(width, with_bias=False, name="value")(sources))
        carried = jnp.einsum("hnm,mhd->nhd", weights, value).reshape((n_points, width))
        seen = jnp.einsum("hnm,nmp->nhp", weights, pairs).reshape((n_points, -1))
        return hk.Linear(width, name="message")(jnp.concatenate([carried, seen], -1))

    def _heads(self, features: Float[Array, "n width"]) -> Float[Array, "n heads size"]:
        return features.reshape((-1, self.n_heads, features.shape[-1] // self.n_heads))
