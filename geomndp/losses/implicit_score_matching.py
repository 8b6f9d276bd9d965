"""Score matching without a target: implicit and sliced."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.losses.base import AbstractLoss, per_real_point, require_gaussian
from geomndp.losses.metrics import AbstractMetric, EuclideanMetric
from geomndp.losses.weightings import AbstractWeighting, LikelihoodWeighting
from geomndp.sde import AbstractNoisingAtPoints, BoundScore, GaussianNoisingAtPoints
from geomndp.sde.base import as_time
from geomndp.typing import Key, Time, Values


class ImplicitScoreMatching(AbstractLoss):
    r"""The squared size of a score and twice its divergence, at noised fields.

    $$ \frac{w_t\, \sigma_t^2}{n} \bigl( |s|_M^2 + 2 \nabla \cdot (K M s) \bigr)(t, x, y),
       \qquad y \sim p_t(\cdot \mid y_0), $$

    with the metric M. Its expectation differs from that of `DenoisingScoreMatching` with the same
    weighting and metric by what no score changes, $w_t\, \mathrm{tr}(K M)/n$. The exact divergence
    takes as many derivatives as there are values, so that it is for checks.

    Arguments:
        weighting: The factor $w_t$ of each time.
        metric: The metric of the error.

    References:
        Hyvarinen (2005), *Estimation of Non-Normalized Statistical Models by Score Matching*,
        theorem 1.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> limit = gn.GaussianProcess(gn.kernels.White(1.0))
        >>> process = gn.sde.OrnsteinUhlenbeck(limit, gn.sde.LinearSchedule()).at(jnp.zeros((4, 1)))
        >>> loss = gn.losses.ImplicitScoreMatching()
        >>> silent = lambda t, y: 0 * y
        >>> loss(process, silent, jnp.ones((4, 1)), 0.3, key=jax.random.key(0)).item()
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
        process = require_gaussian(process, self)
        t = as_time(t, y0)
        y = process.sample_marginal(t, y0, key=key)
        units = jnp.eye(y.size, dtype=y.dtype).reshape(y.size, *y.shape)
        divergence = jnp.sum(_slices(self.metric, process, score, t, y, units))
        total = self.metric.squared_norm(process, score(t, y)) + 2 * divergence
        weight = self.weighting(process.noising, t) * process.noising.noise_scale(t) ** 2
        return weight * per_real_point(process, total)


class SlicedScoreMatching(AbstractLoss):
    r"""`ImplicitScoreMatching` with the divergence estimated along random directions.

    That is by the mean of $\xi \cdot \nabla (K M s)\, \xi$ over probes $\xi$ of random signs, each
    of which costs one product with the Jacobian; its expectation is exact.

    Arguments:
        n_probes: Number of probes for each field.
        weighting: The factor $w_t$ of each time.
        metric: The metric of the error.

    Raises:
        ValueError: If there is no probe.

    References:
        Song, Garg, Shi and Ermon (2019), *Sliced Score Matching*, arXiv:1905.07088, equation 8,
        with reduced variance.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> limit = gn.GaussianProcess(gn.kernels.White(1.0))
        >>> process = gn.sde.OrnsteinUhlenbeck(limit, gn.sde.LinearSchedule()).at(jnp.zeros((4, 1)))
        >>> loss = gn.losses.SlicedScoreMatching(n_probes=2)
        >>> loss(process, lambda t, y: -y, jnp.ones((4, 1)), 0.3, key=jax.random.key(0)).shape
        ()
    """

    n_probes: int = 1
    weighting: AbstractWeighting = LikelihoodWeighting()
    metric: AbstractMetric = EuclideanMetric()

    def __check_init__(self) -> None:
        if self.n_probes < 1:
            raise ValueError(f"expected at least 1 probe, got n_probes={self.n_probes}")

    def __call__(
        self,
        process: AbstractNoisingAtPoints,
        score: BoundScore,
        y0: Values,
        t: Time,
        *,
        key: Key,
    ) -> Float[Array, ""]:
        process = require_gaussian(process, self)
        t = as_time(t, y0)
        noise_key, probe_key = jax.random.split(key)
        y = process.sample_marginal(t, y0, key=noise_key)
        probes = jax.random.rademacher(probe_key, (self.n_probes, *y.shape), y.dtype)
        divergence = jnp.mean(_slices(self.metric, process, score, t, y, probes))
        total = self.metric.squared_norm(process, score(t, y)) + 2 * divergence
        weight = self.weighting(process.noising, t) * process.noising.noise_scale(t) ** 2
        return weight * per_real_point(process, total)


def _slices(
    metric: AbstractMetric,
    process: GaussianNoisingAtPoints,
    score: BoundScore,
    t: Float[Array, ""],
    y: Values,
    directions: Float[Array, "n_directions n_points dim_y"],
) -> Float[Array, " n_directions"]:
    r"""$\xi \cdot \nabla (K M s)\, \xi$ for each direction, of its real points."""

    def field(y: Values) -> Values:
        return metric.by_parts(process, score(t, y))

    _, product = jax.linearize(field, y)
    real = jnp.where(process.mask[None, :, None], directions, 0)
    return jnp.sum(real * jax.vmap(product)(real), (1, 2))
