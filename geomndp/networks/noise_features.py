"""What a network is told of the noise at each point."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.networks.features import log_scale_features
from geomndp.networks.points import Points


def noise_features(points: Points) -> Float[Array, "n n_noise"]:
    """The ratio of noise to signal at several scales, and whether there is any noise."""
    observed = points.noise[:, None] == 0
    noise = jnp.where(observed, 1, points.noise[:, None])
    known = jnp.where(observed, 0, log_scale_features(noise[:, 0]))
    return jnp.concatenate([known, observed.astype(known.dtype)], -1)
