"""Score matching with the score of small times in the place of that of the heat kernel."""

from jaxtyping import Array, Float

from geomndp.losses.base import AbstractLoss, per_real_point
from geomndp.losses.metrics import AbstractMetric, EuclideanMetric
from geomndp.losses.weightings import AbstractWeighting, LikelihoodWeighting
from geomndp.sde import AbstractNoisingAtPoints, BoundScore, BrownianMotion
from geomndp.sde.base import as_time
from geomndp.typing import Key, Time, Values


class SmallTimeScoreMatching(AbstractLoss):
    r"""`DenoisingScoreMatching` of a Brownian motion, with Varadhan's approximation as the target.

    $$ \frac{w_t\, \tau}{n} \bigl| s(t, x, y) - \tfrac1\tau \log_y y_0 \bigr|^2,
       \qquad y \sim p_\tau(y_0, \cdot) $$

    The target points along the geodesic to the start, and is the limit of $\tau \nabla \log
    p_\tau(y_0, y)$ over $\tau$ as the clock $\tau$ goes to 0. It takes no heat kernel but for the
    samples. **Its minimum is not the score** where $\tau$ is not small beside the squared size of
    the manifold: a motion that has gone about it has forgotten its start, and the target has not.
    In flat space the two are the same.

    Arguments:
        weighting: The factor $w_t$ of each time.
        metric: The metric of the error.

    References:
        Varadhan (1967), *On the behavior of the fundamental solution of the heat equation with
        variable coefficients*; De Bortoli et al. (2022), arXiv:2202.02763, section 3.2.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> process = gn.sde.BrownianMotion(gn.manifolds.Sphere(2)).at(jnp.zeros((1, 1)))
        >>> start, loss = jnp.array([[0.0, 0.0, 1.0]]), gn.losses.SmallTimeScoreMatching()
        >>> exact = lambda t, y: process.marginal_score(t, start, y)
        >>> of = lambda t: loss(process, exact, start, t, key=jax.random.key(0))
        >>> bool(of(0.01) < 1e-5), bool(of(1.0) > 0.05)
        (True, True)
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
        noising = process.noising
        if not isinstance(noising, BrownianMotion):
            raise TypeError(
                f"expected a Brownian motion for SmallTimeScoreMatching, got "
                f"{type(noising).__name__}; use DenoisingScoreMatching"
            )
        t = as_time(t, y0)
        y = process.sample_marginal(t, y0, key=key)
        scale = noising.noise_scale(t)
        # In units of the noise, as the quotient by the clock would lose digits at small times.
        error = scale * score(t, y) - noising.manifold.log(y, y0) / scale
        weight = self.weighting(noising, t)
        return weight * per_real_point(process, self.metric.squared_norm(process, error))
