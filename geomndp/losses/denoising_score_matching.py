"""Denoising score matching."""

from jaxtyping import Array, Float

from geomndp.losses.base import AbstractLoss, per_real_point
from geomndp.losses.metrics import AbstractMetric, EuclideanMetric
from geomndp.losses.weightings import AbstractWeighting, LikelihoodWeighting
from geomndp.sde import AbstractNoisingAtPoints, BoundScore
from geomndp.sde.base import as_time
from geomndp.typing import Key, Time, Values


class DenoisingScoreMatching(AbstractLoss):
    r"""How far a score is from that of the noised sample, in units of the noise.

    $$ \frac{w_t\, \sigma_t^2}{n} \bigl| s(t, x, y) - s(t, y_0, y) \bigr|^2,
       \qquad y \sim p_t(\cdot \mid y_0), $$

    over the n real points, with the (preconditioned) score $s(t, y_0, y)$ of the transition. Its
    minimiser over all functions is the score of the noised data. On a manifold the target is the
    gradient of the heat kernel.

    Arguments:
        weighting: The factor $w_t$ of each time.
        metric: The metric of the error; `NoiseMetric` is that of the likelihood where the limit is
            not white.

    References:
        Vincent (2011); De Bortoli et al. (2022), arXiv:2202.02763, section 3.2; Mathieu, Dutordoir,
        Hutchinson et al. (2023), arXiv:2307.05431, section 3.2.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> motion = gn.sde.BrownianMotion(gn.manifolds.Sphere(2), gn.sde.LinearSchedule())
        >>> process, start = motion.at(jnp.zeros((1, 1))), jnp.array([[0.0, 0.0, 1.0]])
        >>> exact = lambda t, y: process.marginal_score(t, start, y)
        >>> loss = gn.losses.DenoisingScoreMatching()
        >>> float(loss(process, exact, start, 0.3, key=jax.random.key(0)))
        0.0
    """

    weighting: AbstractWeighting = LikelihoodWeighting()
    metric: AbstractMetric = EuclideanMetric()

    def __call__(
        self,
        process: AbstractNoisingAtPoints,
        score: BoundScore,
        y0: Values,
        t: Time,
        *,
        key: Key,
    ) -> Float[Array, ""]:
        t = as_time(t, y0)
        y = process.sample_marginal(t, y0, key=key)
        error = score(t, y) - process.marginal_score(t, y0, y)
        error = process.noising.noise_scale(t) * error
        weight = self.weighting(process.noising, t)
        return weight * per_real_point(process, self.metric.squared_norm(process, error))
