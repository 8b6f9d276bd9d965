"""From what points hold to one tangent vector each."""

import haiku as hk
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.networks.layer_norm import layer_norm
from geomndp.networks.pair_attention import PairAttention
from geomndp.networks.tangent_layer import State, View


class Readout(hk.Module):
    """A sum of steps to the sources, vectors of the point and spanning fields, by features."""

    def __init__(self, n_heads: int, name: str = "readout"):
        super().__init__(name)
        self.n_heads = n_heads

    def __call__(self, state: State, sources: State, view: View) -> Float[Array, "n dim_y"]:
        norm = layer_norm("norm")
        normal = norm(state.features)
        weights = PairAttention(self.n_heads).weights(
            normal, norm(sources.features), view.pairs, view.mask
        )
        vectors = jnp.concatenate(
            [jnp.einsum("hnm,nmd->nhd", weights, view.steps), state.vectors, view.fields], 1
        )
        # Coefficients start at 0, so that training starts from the score 0.
        coefficients = hk.Linear(
            vectors.shape[1], w_init=hk.initializers.Constant(0.0), name="coefficients"
        )(normal)
        return jnp.einsum("nk,nkd->nd", coefficients, vectors)
