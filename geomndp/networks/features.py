"""Features of one number, from which a network reads it at several scales."""

import jax.numpy as jnp
from jaxtyping import Array, Float


def log_scale_features(
    scale: Float[Array, "*batch"], n_features: int = 16
) -> Float[Array, "*batch n_features"]:
    """Sines and cosines of the logarithm of a positive number, such as a standard deviation.

    The periods run from one e-fold to sixteen, which tells apart any two noise scales.
    """
    periods = jnp.geomspace(1.0, 16.0, n_features // 2, dtype=scale.dtype)
    phase = jnp.log(scale)[..., None] * (2 * jnp.pi / periods).reshape((1,) * scale.ndim + (-1,))
    return jnp.concatenate([jnp.sin(phase), jnp.cos(phase)], -1)


def saturating_features(
    offset: Float[Array, "*batch dim"], unit: float, n_scales: int = 6
) -> Float[Array, "*batch n_features"]:
    """How far and which way, bounded, at scales from unit/8 to 4 unit: 2 n_scales dim features.

    For a difference r and a scale l these are r/(|r| + l) and l/(|r| + l): near 0 the first is
    linear, and far away the second still tells distances apart.
    """
    scales = unit * 2.0 ** jnp.arange(-3, n_scales - 3, dtype=offset.dtype)
    scales = scales.reshape((1,) * offset.ndim + (-1,))
    wide = offset[..., None]
    far = jnp.abs(wide) + scales
    features = jnp.concatenate([wide / far, scales / far], -1)
    return features.reshape((*offset.shape[:-1], -1))
