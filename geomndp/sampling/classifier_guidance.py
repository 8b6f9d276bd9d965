"""Guidance by any likelihood of the field that a user writes down."""

from collections.abc import Callable

import jax
from jaxtyping import Array, Float

from geomndp.sampling.guidance import AbstractTwist, Guided, Twist, denoiser
from geomndp.sampling.observed import Observed
from geomndp.sampling.tweedie_guidance import TweedieGuidance
from geomndp.sde import (
    AbstractGaussianNoising,
    AbstractNoisingAtPoints,
    BoundScore,
    BrownianMotion,
    GaussianNoisingAtPoints,
)
from geomndp.sde.base import as_time
from geomndp.solvers import AbstractSolver
from geomndp.typing import Time, Values


class ClassifierGuidance(AbstractTwist):
    r"""The score of the prior, and of a likelihood of the denoised field that a user gives.

    $$ s + w_t\, K \nabla_y \log \ell(D(y)), \qquad w_t = \frac{w\, \alpha_t^2}{\alpha_t^2 +
       \sigma_t^2} $$

    with the denoised field D in the place of the field, which is right where little noise is left
    and only then: so $w_t$ makes less of it before, and `TwistedSMC` corrects it. On a manifold D
    is $\exp_y(\tau s)$, K the metric, and $w_t = w/(1 + \tau)$.
    Observations, if there are any, are heeded by another method of guidance.

    Arguments:
        log_likelihood: A differentiable function of the values at the points asked for, (n, dim_y),
            padding included, such as the log-probability that a track passes near a place.
        observations: How observations are heeded; `TweedieGuidance` if there are none or left out.
        weight: The factor w, at the end.
        solver: The reverse-time solver; that of `sample` when left out.

    References:
        Dhariwal & Nichol (2021), arXiv:2105.05233, section 4, with the denoised field in the place
        of a classifier of noised ones: Bansal et al. (2023), arXiv:2302.07121.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> data = gn.GaussianProcess(gn.kernels.SquaredExponential(1.0, 1.0))
        >>> limit = gn.GaussianProcess(gn.kernels.White(1.0))
        >>> noising = gn.sde.OrnsteinUhlenbeck(limit, gn.sde.LinearSchedule(beta_max=10.0))
        >>> high = gn.sampling.ClassifierGuidance(
        ...     log_likelihood=lambda y: jax.nn.log_sigmoid(20 * y[0, 0])
        ... )
        >>> nothing = gn.FieldSample(jnp.zeros((0, 1)), jnp.zeros((0, 1)))
        >>> y = gn.sampling.sample_conditional(
        ...     noising, gn.sde.ExactGaussianScore(noising, data), nothing, jnp.zeros((1, 1)),
        ...     n_samples=50, method=high, key=jax.random.key(0)
        ... )
        >>> bool((y > -0.2).all())
        True
    """

    log_likelihood: Callable[[Float[Array, "n_points dim_y"]], Float[Array, ""]]
    observations: AbstractTwist = TweedieGuidance()
    weight: float = 1.0
    solver: AbstractSolver | None = None

    def twist(
        self, process: AbstractNoisingAtPoints, score: BoundScore, observed: Observed
    ) -> Twist:
        if not isinstance(process.noising, AbstractGaussianNoising | BrownianMotion):
            raise TypeError(
                "expected Gaussian noising or a Brownian motion for ClassifierGuidance, got "
                f"{type(process.noising).__name__}"
            )
        n_before, heeded = observed.n_points, None
        if observed.n_values > 0:
            heeded = self.observations.twist(process, score, observed)

        def of_values(t: Time, y: Values) -> Guided:
            t = as_time(t, y)

            def likelihood(y: Values) -> tuple[Float[Array, ""], Values]:
                denoised, own = denoiser(process, score, t)(y)
                return self.log_likelihood(denoised[n_before:]), own

            (log_likelihood, own), gradient = jax.value_and_grad(likelihood, has_aux=True)(y)
            weight = self.weight * _trust(process, t)
            shift = weight * _raised(process, y, gradient)
            log_likelihood = weight * log_likelihood
            if heeded is None:
                return Guided(own, own + shift, log_likelihood)
            found = heeded(t, y)
            return Guided(own, found.score + shift, found.log_likelihood + log_likelihood)

        return of_values


def _raised(process: AbstractNoisingAtPoints, y: Values, gradient: Values) -> Values:
    """A gradient as a score: times the covariance of the limit, or in the tangent space."""
    if isinstance(process, GaussianNoisingAtPoints):
        return process.covariance.matvec(gradient)
    return process.noising.manifold.project_tangent(y, gradient)


def _trust(process: AbstractNoisingAtPoints, t: Float[Array, ""]) -> Float[Array, ""]:
    """How far the denoised field stands for the field: from 0, with much noise, to 1."""
    noise = process.noising.noise_scale(t) ** 2
    if isinstance(process, GaussianNoisingAtPoints):
        noise = noise / process.noising.signal(t) ** 2
    return 1 / (1 + noise)
