"""Score matching without a target: implicit and sliced."""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.losses.base import AbstractLoss, per_real_point, require_score
from geomndp.losses.metrics import AbstractMetric, EuclideanMetric
from geomndp.losses.weightings import AbstractWeighting, LikelihoodWeighting
from geomndp.manifolds.covariant_derivative import covariant_derivative, frame_vector
from geomndp.sde import AbstractNoisingAtPoints, BoundScore
from geomndp.sde.base import as_time
from geomndp.typing import Key, Time, Values


class ImplicitScoreMatching(AbstractLoss):
    r"""The squared size of a score and twice its divergence, at noised fields.

    $$ \frac{w_t\, \sigma_t^2}{n} \bigl( |s|_M^2 + 2 \nabla \cdot (K M s) \bigr)(t, x, y),
       \qquad y \sim p_t(\cdot \mid y_0), $$

    with the metric M. Its expectation differs from that of `DenoisingScoreMatching` with the same
    weighting and metric by what no score changes: for Gaussian noising $w_t\, \mathrm{tr}(K M)/n$.
    It needs samples of the process alone, and so serves on manifolds where no law of $y$ given
    $y_0$ is known; there the divergence is that of the metric, and of the score the tangent part
    counts. The exact divergence takes as many derivatives as there are values.

    Arguments:
        weighting: The factor $w_t$ of each time.
        metric: The metric of the error.

    References:
        Hyvarinen (2005), *Estimation of Non-Normalized Statistical Models by Score Matching*,
        theorem 1; De Bortoli et al. (2022), arXiv:2202.02763, section 3.2, on manifolds.

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
        require_score(process, self)
        t, manifold = as_time(t, y0), process.noising.manifold
        y = process.sample_marginal(t, y0, key=key)
        parts = _parts(self.metric, process, score, t, y)
        frame = jax.vmap(manifold.frame)(y)
        units = jax.vmap(lambda number: frame_vector(frame, number))(
            jnp.arange(y.shape[0] * manifold.dim)
        )
        inner = manifold.inner(units, jax.vmap(parts.derivative)(units))
        divergence = jnp.sum(inner, where=process.mask[None, :])
        total = parts.squared_norm + 2 * divergence
        weight = self.weighting(process.noising, t) * process.noising.noise_scale(t) ** 2
        return weight * per_real_point(process, total)


class SlicedScoreMatching(AbstractLoss):
    r"""`ImplicitScoreMatching` with the divergence estimated along random directions.

    That is by the mean of $\xi \cdot \nabla (K M s)\, \xi$ over probes $\xi$ of random signs, each
    of which costs one product with the Jacobian; its expectation is exact. On a manifold the
    Jacobian is that of the tangent part, along the tangent part of $\xi$.

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
        require_score(process, self)
        t = as_time(t, y0)
        noise_key, probe_key = jax.random.split(key)
        y = process.sample_marginal(t, y0, key=noise_key)
        probes = jax.random.rademacher(probe_key, (self.n_probes, *y.shape), y.dtype)
        parts = _parts(self.metric, process, score, t, y)
        slices = jnp.sum(probes * jax.vmap(parts.derivative)(probes), (1, 2))
        total = parts.squared_norm + 2 * jnp.mean(slices)
        weight = self.weighting(process.noising, t) * process.noising.noise_scale(t) ** 2
        return weight * per_real_point(process, total)


class _Parts(NamedTuple):
    """What the losses are made of."""

    squared_norm: Float[Array, ""]
    derivative: Callable[[Values], Values]
    """The covariant derivative of K M s, from and to vectors at the real points."""


def _parts(
    metric: AbstractMetric,
    process: AbstractNoisingAtPoints,
    score: BoundScore,
    t: Float[Array, ""],
    y: Values,
) -> _Parts:
    manifold = process.noising.manifold

    def field(y: Values) -> Values:
        return metric.by_parts(process, y, manifold.project_tangent(y, score(t, y)))

    def real(v: Values) -> Values:
        return jnp.where(process.mask[:, None], v, 0)

    _, derivative = covariant_derivative(manifold, field, y)
    tangent = manifold.project_tangent(y, score(t, y))
    return _Parts(metric.squared_norm(process, tangent), lambda v: real(derivative(real(v))))
