"""At which times a training step looks."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.sde import AbstractSchedule
from geomndp.typing import Key


def low_discrepancy_times(
    schedule: AbstractSchedule, n_samples: int, *, key: Key
) -> Float[Array, " n_samples"]:
    r"""Times that cover all scales of noise evenly: one random shift of an even grid.

    Each is uniform in the logarithm of the clock, and together they leave no gap, which lowers
    the variance of a loss averaged over them.

    Arguments:
        schedule: The schedule, which gives the range and the clock.
        n_samples: How many times.
        key: Random key.

    References:
        Kingma et al. (2021), *Variational Diffusion Models*, arXiv:2107.00630, appendix I.1.

    Example:
        >>> import jax, geomndp as gn
        >>> schedule = gn.sde.LinearSchedule()
        >>> t = gn.losses.low_discrepancy_times(schedule, 8, key=jax.random.key(0))
        >>> bool((t >= schedule.t_min * 0.999).all()), bool((t <= schedule.t_max * 1.001).all())
        (True, True)
    """
    grid = jnp.arange(n_samples) / n_samples
    return schedule.time_at(jnp.mod(grid + jax.random.uniform(key, dtype=grid.dtype), 1.0))
