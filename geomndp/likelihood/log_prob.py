"""Log-densities by the probability flow."""

from collections.abc import Callable
from typing import TypeAlias

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.fields import FieldSample
from geomndp.likelihood.divergence import AbstractDivergence
from geomndp.likelihood.estimate import LikelihoodEstimate, check_finite
from geomndp.likelihood.exact import Exact
from geomndp.likelihood.fixed_grid import FixedGrid
from geomndp.likelihood.integrator import AbstractIntegrator
from geomndp.likelihood.probability_flow import ProbabilityFlow
from geomndp.sde import AbstractNoising, bind
from geomndp.sde.base import check_values
from geomndp.typing import Key, Score, Values

Terminal: TypeAlias = Callable[[Values], Float[Array, ""]]
"""A log-density of the values at `t_max`, in nats."""


def log_prob(
    noising: AbstractNoising,
    score: Score,
    sample: FieldSample,
    *,
    divergence: AbstractDivergence | None = None,
    integrator: AbstractIntegrator | None = None,
    terminal: Terminal | None = None,
    key: Key | None = None,
) -> Float[Array, ""]:
    r"""The log-density of a field's values under the model, in nats.

    The values are carried to noise by the probability flow, and

    $$ \log p_{t_{\min}}(y) = \log p_{t_{\max}}(y_{t_{\max}}) + \int_{t_{\min}}^{t_{\max}}
       \nabla \cdot v_t(y_t)\, dt, \qquad v = b - \tfrac12 g^2 K \nabla \log p_t, $$

    with the limit as the last law. It is the density of values with the noise that they have at
    `t_min`. Compiled once for each number of points. For many fields at the same points map it:
    `jax.vmap(lambda y: log_prob(noising, score, FieldSample(x, y)))(ys)`, or `jax.lax.map`, which
    takes less memory.

    Arguments:
        noising: The process, a Gaussian noising.
        score: Its score; a pytree such as `model.score(params)` compiles once, a new lambda anew.
        sample: One field. Its covariates are not looked at: the score closes over its own.
        divergence: How the divergence is computed; `Exact()` when left out.
        integrator: How the flow is followed; `FixedGrid()` when left out.
        terminal: The log-density at `t_max`, in the place of that of the limit. With the exact one
            of known data the mismatch at `t_max` is told from the error of the solver.
        key: Random key, for a divergence with random probes.

    Raises:
        TypeError: If the noising is not Gaussian, as on a manifold.
        ValueError: If the points, the values or the mask are unfit, a key is wanted, or the result
            is not finite.

    References:
        Song et al. (2021), arXiv:2011.13456, appendix D.2; Chen et al. (2018), arXiv:1806.07366.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> noising = gn.sde.OrnsteinUhlenbeck(
        ...     gn.GaussianProcess(gn.kernels.White(1.0)), gn.sde.LinearSchedule()
        ... )
        >>> data = gn.GaussianProcess(gn.kernels.Matern32(0.5, 1.0))
        >>> score, x = gn.sde.ExactGaussianScore(noising, data), jnp.linspace(0, 1, 6)[:, None]
        >>> y = data.sample(x, key=jax.random.key(0))
        >>> ours = gn.likelihood.log_prob(noising, score, gn.FieldSample(x, y))
        >>> bool(jnp.abs(ours - data.log_prob(x, y)) < 0.02)
        True
    """
    estimate = estimate_log_prob(
        noising,
        score,
        sample,
        divergence=divergence,
        integrator=integrator,
        terminal=terminal,
        key=key,
    )
    return estimate.value


def estimate_log_prob(
    noising: AbstractNoising,
    score: Score,
    sample: FieldSample,
    *,
    divergence: AbstractDivergence | None = None,
    integrator: AbstractIntegrator | None = None,
    terminal: Terminal | None = None,
    key: Key | None = None,
) -> LikelihoodEstimate:
    """The log-density of a field's values, with the standard error that random probes give it.

    It knows of the probes alone, and is 0 with the exact divergence: errors of the integrator and
    the mismatch at `t_max` are not in it. Of one probe it is NaN.

    Arguments:
        noising: As those of `log_prob`, with all that follow.
        score: The score.
        sample: One field.
        divergence: How the divergence is computed.
        integrator: How the flow is followed.
        terminal: The log-density at `t_max`.
        key: Random key.

    Raises:
        TypeError: As `log_prob`.
        ValueError: As `log_prob`.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> white = gn.GaussianProcess(gn.kernels.White(1.0))
        >>> noising = gn.sde.OrnsteinUhlenbeck(white, gn.sde.LinearSchedule())
        >>> score = gn.sde.ExactGaussianScore(noising, white)
        >>> estimate = gn.likelihood.estimate_log_prob(
        ...     noising, score, gn.FieldSample(jnp.zeros((3, 1)), jnp.zeros((3, 1))),
        ...     divergence=gn.likelihood.Hutchinson(n_probes=4), key=jax.random.key(0),
        ... )
        >>> f"{estimate.value:.3f} {estimate.standard_error:.3f}"
        '-2.757 0.000'
    """
    divergence = Exact() if divergence is None else divergence
    integrator = FixedGrid() if integrator is None else integrator
    estimate = _estimate(noising, score, sample, divergence, integrator, terminal, key)
    check_finite(estimate.value, "log-density")
    return estimate


@eqx.filter_jit
def _estimate(noising, score, sample, divergence, integrator, terminal, key):
    process = noising.at(sample.x, sample.mask)
    flow = ProbabilityFlow.of(process, bind(score, process))
    check_values(sample.y, sample.x, flow.process.noising.limit.dim_y)
    probes = divergence.probes(sample.y, sample.mask, key=key)
    u = flow.scaled(noising.t_min, sample.y)
    transported = integrator.integrate(flow, u, divergence, probes)
    y = flow.values(noising.t_max, transported.u)
    last = process.log_prob_limit(y) if terminal is None else terminal(y)
    estimates = transported.estimates
    value = last + flow.log_growth() + jnp.mean(estimates)
    return LikelihoodEstimate(value, divergence.standard_error(estimates))
