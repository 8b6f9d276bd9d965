"""At which times a training step looks."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.losses.weightings import AbstractWeighting
from geomndp.sde import AbstractNoising
from geomndp.typing import Key

_N_PARTS = 256


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
    return noising.time_at(_even_fractions(n_samples, key))


class WeightedTimes(NamedTuple):
    """Times, and how much more rare each is than it would be among even ones.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> gn.losses.WeightedTimes(jnp.array([0.1, 0.5]), jnp.ones(2)).t.shape
        (2,)
    """

    t: Float[Array, " n_samples"]
    importance: Float[Array, " n_samples"]
    """What to multiply losses by, so that their mean is as if times were even."""


def importance_times(
    noising: AbstractNoising, weighting: AbstractWeighting, n_samples: int, *, key: Key
) -> WeightedTimes:
    r"""Times that are drawn as often as they count in a weighting.

    Their density, in what `noising.time_at` is even in, is proportional to the weighting in each of
    256 equal parts, and importances are its inverse. So each draw has nearly the same factor, and
    none is spent on times of which the weighting makes little. They are of low discrepancy too.

    Arguments:
        noising: The process, which gives the range.
        weighting: How much each time counts, at least 0.
        n_samples: How many times.
        key: Random key.

    References:
        Song et al. (2021), arXiv:2101.09258, section 4.3.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> limit = gn.GaussianProcess(gn.kernels.White(1.0))
        >>> noising = gn.sde.OrnsteinUhlenbeck(limit, gn.sde.LinearSchedule())
        >>> weighting = gn.losses.TimeWeighting()  # so that times are even in t
        >>> times = gn.losses.importance_times(noising, weighting, 4, key=jax.random.key(0))
        >>> jnp.diff(jnp.sort(times.t)).round(2).tolist()
        [0.25, 0.25, 0.25]
    """
    even = _even_fractions(n_samples, key)
    edges = jnp.linspace(0.0, 1.0, _N_PARTS + 1, dtype=even.dtype)
    middles = noising.time_at(0.5 * (edges[1:] + edges[:-1]))
    weights = jax.vmap(lambda t: weighting(noising, t))(middles)
    density = weights / jnp.mean(weights)
    reached = jnp.concatenate([edges[:1], jnp.cumsum(density) / _N_PARTS])
    fractions = jnp.interp(even, reached / reached[-1], edges)
    part = jnp.clip((fractions * _N_PARTS).astype(int), 0, _N_PARTS - 1)
    return WeightedTimes(noising.time_at(fractions), 1 / density[part])


def _even_fractions(n_samples: int, key: Key) -> Float[Array, " n_samples"]:
    grid = jnp.arange(n_samples) / n_samples
    return jnp.mod(grid + jax.random.uniform(key, dtype=grid.dtype), 1.0)
