"""Conditional flow matching."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.losses.base import AbstractLoss, per_real_point
from geomndp.losses.metrics import AbstractMetric, EuclideanMetric
from geomndp.losses.weightings import AbstractWeighting, TimeWeighting
from geomndp.sde import (
    AbstractGaussianNoising,
    AbstractNoising,
    AbstractNoisingAtPoints,
    BoundScore,
)
from geomndp.sde.base import as_time
from geomndp.typing import Key, Time, Values


class FlowMatching(AbstractLoss):
    r"""How far the velocity of the probability flow is from that of the noised sample.

    $$ \frac{w_t}{n\, u_t^2} \bigl| b_t(y) - \tfrac12 g_t^2\, s(t, x, y) - \dot\alpha_t (y_0 - m)
       - \dot\sigma_t L\xi \bigr|^2, \qquad y = m + \alpha_t (y_0 - m) + \sigma_t L\xi, $$

    in the unit $u_t^2 = \dot\alpha_t^2 + \dot\sigma_t^2$, in which it is of order one at each time
    for any Gaussian noising; for `LinearInterpolant` u is constant. The minimiser is the score of
    the noised data. A network whose parametrisation is `VelocityPrediction` learns the velocity
    itself, with errors that are the same at all times.

    On a manifold $y$ moves along the geodesic of a `GeodesicInterpolant`, of which the velocity is
    the target; the unit is that of the path. For other processes it is the velocity of the flow
    given $y_0$, in units of the noise: then the loss is `DenoisingScoreMatching`.

    Arguments:
        weighting: The factor $w_t$ of each time; when left out, as if times were even in t, as in
            the paper.
        metric: The metric of the error.

    References:
        Lipman et al. (2023), *Flow Matching for Generative Modeling*, arXiv:2210.02747, equation 9
        and theorem 2; Chen and Lipman (2024), *Flow Matching on General Geometries*,
        arXiv:2302.03660, equation 14 and theorem 3.1.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> limit = gn.GaussianProcess(gn.kernels.White(1.0))
        >>> process = gn.sde.LinearInterpolant(limit).at(jnp.zeros((4, 1)))
        >>> start, loss = jnp.ones((4, 1)), gn.losses.FlowMatching()
        >>> exact = lambda t, y: process.marginal_score(t, start, y)
        >>> float(loss(process, exact, start, 0.3, key=jax.random.key(0)))
        0.0
    """

    weighting: AbstractWeighting = TimeWeighting()
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
        t, noising = as_time(t, y0), process.noising
        y = process.sample_marginal(t, y0, key=key)
        # Of the points that end in one y, each has the drift of the flow of its own start.
        target = process.probability_flow_drift(t, y, process.marginal_score(t, y0, y))
        error = process.probability_flow_drift(t, y, score(t, y)) - target
        error = error / _unit(noising, t)
        weight = self.weighting(noising, t)
        return weight * per_real_point(process, self.metric.squared_norm(process, error))


def _unit(noising: AbstractNoising, t: Float[Array, ""]) -> Float[Array, ""]:
    """The size of velocities."""
    scale = noising.noise_scale(t)
    if not isinstance(noising, AbstractGaussianNoising):
        return 0.5 * noising.diffusion(t) ** 2 / scale
    rate = noising.rate(t)
    growth = 0.5 * noising.diffusion(t) ** 2 / scale - rate * scale
    return jnp.sqrt((rate * noising.signal(t)) ** 2 + growth**2)
