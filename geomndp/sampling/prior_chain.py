"""The chain of the prior that particles follow, and proposals beside it."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.sde import GaussianNoisingAtPoints
from geomndp.typing import Key, Values


def propose(
    process: GaussianNoisingAtPoints,
    t: Float[Array, ""],
    t_next: Float[Array, ""],
    y: Values,
    *,
    prior: Values,
    proposed: Values,
    share: float,
    key: Key,
) -> tuple[Values, Float[Array, ""]]:
    """A step back in time by another score than the prior's.

    Arguments:
        process: The noising process.
        t: The time.
        t_next: The time after the step, nearer to the data.
        y: The field.
        prior: The score of the prior.
        proposed: The score of the proposal.
        share: Which covariance a step has, see `AbstractSequentialMonteCarlo`.
        key: Random key.

    Returns:
        The field after it, and the logarithm of how much likelier that is by the chain of the
        prior than by the proposal.
    """
    noising = process.noising
    h = noising.half_log_snr(t_next) - noising.half_log_snr(t)
    scale = noising.noise_scale(t_next)
    gain = noising.signal(t_next) * -jnp.expm1(-2 * h)
    kept = scale / noising.noise_scale(t) * jnp.exp(-h) * (y - process.mean)
    least, most = -jnp.expm1(-2 * h), jnp.expm1(2 * h)
    spread = scale * jnp.sqrt(least + share * (most - least))

    denoised = process.denoised(t, y, proposed)
    noise = spread * process.noise(y, key=key)
    moved = process.mean + kept + gain * (denoised - process.mean) + noise
    shift = gain * (denoised - process.denoised(t, y, prior))
    ends = process.squared_norm(shift + noise) - process.squared_norm(noise)
    return moved, -0.5 * ends / spread**2
