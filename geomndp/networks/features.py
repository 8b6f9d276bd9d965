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


def damped_waves(
    y: Float[Array, "n dim"], variance: Float[Array, " n"], n_octaves: int
) -> Float[Array, "n n_features"]:
    """Sines and cosines of coordinates, of wavelengths 4, 2, 1 and so on.

    Each is multiplied by what is left of it, on average, when noise of the variance is added.
    """
    numbers = 0.5 * jnp.pi * 2.0 ** jnp.arange(n_octaves, dtype=y.dtype)
    phase = y[..., None] * numbers[None, None]
    left = jnp.exp(-0.5 * variance[:, None] * numbers[None] ** 2)[:, None]
    waves = jnp.concatenate([left * jnp.sin(phase), left * jnp.cos(phase)], -1)
    return waves.reshape(y.shape[0], -1)
