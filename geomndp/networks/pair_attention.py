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
        width = points.shape[-1]
        size = width // self.n_heads
        query = hk.Linear(width, with_bias=False, name="query")(points)
        key = hk.Linear(width, with_bias=False, name="key")(sources)
        bias = hk.Linear(self.n_heads, with_bias=False, name="pair_bias")(pairs)
        logits = jnp.einsum(
            "nhd,mhd->hnm",
            query.reshape((-1, self.n_heads, size)),
            key.reshape((-1, self.n_heads, size)),
        )
        logits = logits / size**0.5 + jnp.moveaxis(bias, -1, 0)
        real = jnp.broadcast_to(mask, logits.shape)
        # A finite floor: without real sources the weights are still finite before they are zeroed.
        return jnp.where(real, jax.nn.softmax(jnp.where(real, logits, -1e30), -1), 0)

    def __call__(
        self,
        points: Float[Array, "n width"],
        sources: Float[Array, "m width"],
        pairs: Float[Array, "n m pair_width"],
        mask: Bool[Array, " m"],
    ) -> Float[Array, "n width"]:
        """The messages that the points receive."""
        width = points.shape[-1]
        weights = self.weights(points, sources, pairs, mask)
        value = hk.Linear(width, with_bias=False, name="value")(sources)
        value = value.reshape((-1, self.n_heads, width // self.n_heads))
        carried = jnp.einsum("hnm,mhd->nhd", weights, value).reshape(points.shape)
        seen = jnp.einsum("hnm,nmp->nhp", weights, pairs).reshape((points.shape[0], -1))
        return hk.Linear(width, name="message")(jnp.concatenate([carried, seen], -1))


class TransformerLayer(hk.Module):
    """Attention and a perceptron, each on normalised features and added to its input.

    Arguments:
        n_heads: Attention heads.
        name: Name of the haiku module.
    """

    def __init__(self, n_heads: int, name: str | None = None):
        super().__init__(name)
        self.attention = PairAttention(n_heads)
        self.norm_attention = layer_norm("norm_attention")
        self.norm_perceptron = layer_norm("norm_perceptron")

    def __call__(
        self,
        points: Float[Array, "n width"],
        sources: Float[Array, "m width"],
        pairs: Float[Array, "n m pair_width"],
        mask: Bool[Array, " m"],
    ) -> Float[Array, "n width"]:
        normal = self.norm_attention
        points = points + self.attention(normal(points), normal(sources), pairs, mask)
        hidden = hk.Linear(2 * points.shape[-1], name="expand")(self.norm_perceptron(points))
        return points + hk.Linear(points.shape[-1], name="contract")(jax.nn.gelu(hidden))


def layer_norm(name: str) -> hk.LayerNorm:
    """Layer normalisation of each point's features, with a learned scale and offset."""
    return hk.LayerNorm(-1, create_scale=True, create_offset=True, name=name)
