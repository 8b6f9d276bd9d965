"""Attention over points and over input dimensions at once."""

import haiku as hk
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from geomndp.networks.attention_layer import WEIGHTS


class BiDimensionalLayer(hk.Module):
    """Each input dimension attends over the points, each point over its dimensions; both are added.

    A gate, tanh times sigmoid, makes of the sum what is added to the features and what is handed
    past all later layers to the readout: Dutordoir et al. (2023), arXiv:2206.03992, figure 3.

    Arguments:
        n_heads: Attention heads, which divide the width.
        name: Name of the haiku module.
    """

    def __init__(self, n_heads: int, name: str = "layer"):
        super().__init__(name)
        self.n_heads = n_heads

    def __call__(
        self,
        points: Float[Array, "n dim_x width"],
        sources: Float[Array, "m dim_x width"],
        mask: Bool[Array, " m"],
        noise: Float[Array, "n n_noise"],
        noise_of_sources: Float[Array, "m n_noise"],
    ) -> tuple[Float[Array, "n dim_x width"], Float[Array, "n dim_x width"]]:
        width = points.shape[-1]
        of_noise = hk.Linear(width, name="noise")
        own = points + of_noise(noise)[:, None]
        others = sources + of_noise(noise_of_sources)[:, None]
        by_dimension = jnp.swapaxes(others, 0, 1)
        # Without any real source the weights are even, and finite: nothing reads such points.
        real = jnp.broadcast_to(mask, (1, 1, points.shape[0], mask.shape[0]))
        over_points = self._attention("over_points", width)(
            jnp.swapaxes(own, 0, 1), by_dimension, by_dimension, real
        )
        over_dimensions = self._attention("over_dimensions", width)(own, own, own)
        received = jnp.swapaxes(over_points, 0, 1) + over_dimensions
        content, gate = jnp.split(hk.Linear(2 * width, name="gate")(received), 2, -1)
        passed = jnp.tanh(content) * jax.nn.sigmoid(gate)
        change, skip = jnp.split(hk.Linear(2 * width, name="pass")(passed), 2, -1)
        return (points + change) / 2**0.5, skip

    def _attention(self, name: str, width: int) -> hk.MultiHeadAttention:
        size = width // self.n_heads
        return hk.MultiHeadAttention(
            self.n_heads, size, w_init=WEIGHTS, model_size=width, name=name
        )
