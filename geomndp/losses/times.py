"""At which times a training step looks."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.sde import AbstractNoising
from geomndp.typing import Key


def low_discrepancy_times(
    noising: AbstractNoising, n_samples: int, *, key: Key
) -> Float[Array, " n_samples"]:
    r"""Times that cover all scales of noise evenly: one random shift of an even grid.

    Each is uniform in what `noising.time_at` is even in, and together they leave no gap, which
    lowers the variance of a loss averaged over them. For Gaussian noising that is half the
    logarithm of the ratio of signal to noise: times with a density proportional to
    $g^2/\sigma^2$, with which the mean of denoising score matching is the likelihood-weighted loss
    sampled by importance, of which the variance is least where it is the same at all times.

    Arguments:
        noising: The process, which gives the range.
        n_samples: How many times.
        key: Random key.

    References:
        Kingma et al. (2021), *Variational Diffusion Models*, arXiv:2107.00630, appendix I.1; Song
        et al. (2021), arXiv:2101.09258, section 4.3.

    Example:
        >>> import jax, geomndp as gn
        >>> motion = gn.sde.BrownianMotion(gn.manifolds.Sphere(2), gn.sde.LinearSchedule())
        >>> t = gn.losses.low_discrepancy_times(motion, 8, key=jax.random.key(0))
        >>> bool((t >= motion.t_min * 0.999).all()), bool((t <= motion.t_max * 1.001).all())
        (True, True)
    """
    grid = jnp.arange(n_samples) / n_samples
    return noising.time_at(jnp.mod(grid + jax.random.uniform(key, dtype=grid.dtype), 1.0))
