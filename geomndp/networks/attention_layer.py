"""A layer of plain attention: what a point receives depends on features alone."""

import haiku as hk
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from geomndp.networks.layer_norm import layer_norm


class AttentionLayer(hk.Module):
    """Multi-head attention to the real sources, then a perceptron, each added to what was there.

    The norm comes before either, as in Xiong et al. (2020), *On layer normalization in the
    transformer architecture*, arXiv:2002.04745, figure 1b.

    Arguments:
        n_heads: Attention heads, which divide the width.
        name: Name of the haiku module.
    """

    def __init__(self, n_heads: int, name: str | None = None):
        super().__init__(name)
        self.n_heads = n_heads

    def __call__(
        self,
        points: Float[Array, "n width"],
        sources: Float[Array, "m width"],
        mask: Bool[Array, " m"],
    ) -> Float[Array, "n width"]:
        width = points.shape[-1]
        norm = layer_norm("norm_attention")
        normal = norm(sources)
        attention = hk.MultiHeadAttention(
            self.n_heads, width // self.n_heads, w_init=WEIGHTS, model_size=width, name="attention"
        )
        # Without any real source the weights are even, and finite: nothing reads such points.
        real = jnp.broadcast_to(mask, (1, points.shape[0], mask.shape[0]))
        return with_perceptron(points + attention(norm(points), normal, normal, real))


def with_perceptron(features: Float[Array, "n width"]) -> Float[Array, "n width"]:
    """Features and what a perceptron of one hidden layer makes of them, in the module around."""
    width = features.shape[-1]
    hidden = hk.Linear(2 * width, name="expand")(layer_norm("norm_perceptron")(features))
    return features + hk.Linear(width, name="contract")(jax.nn.gelu(hidden))


WEIGHTS = hk.initializers.VarianceScaling(1.0, "fan_in", "truncated_normal")
