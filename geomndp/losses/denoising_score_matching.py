"""Denoising score matching."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.fields import FieldSample
from geomndp.sde import AbstractNoising
from geomndp.typing import Key, Score, Time


def denoising_score_matching(
    noising: AbstractNoising, score: Score, sample: FieldSample, t: Time, *, key: Key
) -> Float[Array, ""]:
    r"""How far a score is from that of the noised sample, at one time, in units of the noise.

    $$ \frac{\sigma_t^2}{n} \sum_i \bigl| s(t, x, y)_i - \nabla_{y_i} \log p_t(y_i \mid y_{0,i})
       \bigr|^2, \qquad y \sim p_t(\cdot \mid y_0), $$

    over the n real points. Its minimiser over all functions is the score of the noised data, and
    the weight $\sigma_t^2$ keeps every time of order one.

    Arguments:
        noising: The process; on a manifold the target is the gradient of its heat kernel.
        score: The score, which closes over its context and covariates.
        sample: One field.
        t: Diffusion time.
        key: Random key, for the noise.

    References:
        Vincent (2011); De Bortoli et al. (2022), arXiv:2202.02763, section 3.2.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> motion = gn.sde.BrownianMotion(gn.manifolds.Sphere(2), gn.sde.LinearSchedule())
        >>> start = jnp.array([[0.0, 0.0, 1.0]])
        >>> sample = gn.FieldSample(jnp.zeros((1, 1)), start)
        >>> exact = lambda t, x, y, mask: motion.marginal_score(t, x, start, y)
        >>> key = jax.random.key(0)
        >>> float(gn.losses.denoising_score_matching(motion, exact, sample, 0.3, key=key))
        0.0
    """
    y = noising.sample_marginal(t, sample.x, sample.y, key=key)
    target = noising.marginal_score(t, sample.x, sample.y, y)
    error = noising.noise_scale(t).astype(y.dtype) * (score(t, sample.x, y, sample.mask) - target)
    squared = jnp.where(sample.mask, jnp.sum(error**2, -1), 0)
    return jnp.sum(squared) / jnp.maximum(jnp.sum(sample.mask), 1).astype(y.dtype)
