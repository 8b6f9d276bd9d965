"""Log-densities by the probability flow."""

from collections.abc import Callable
from typing import TypeAlias

import equinox as eqx
import jax
import jax.numpy as jnp
from jax.core import Tracer
from jaxtyping import Array, Float

from geomndp.fields import FieldSample
from geomndp.likelihood.choose_flow import default_integrator, flow_of
from geomndp.likelihood.divergence import AbstractDivergence
from geomndp.likelihood.estimate import LikelihoodEstimate, check_finite
from geomndp.likelihood.exact import Exact
from geomndp.likelihood.integrator import AbstractIntegrator
from geomndp.manifolds import AbstractManifold
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

    with the limit as the last law. On a manifold the divergence is that of its metric, densities
    are with respect to its volume, and values stay on it; the uniform law of n points of volume V
    has the log-density $-n \log V$. It is the density of values with the noise that they have at
    `t_min`. Compiled once for each number of points. For many fields at the same points map it:
    `jax.vmap(lambda y: log_prob(noising, score, FieldSample(x, y)))(ys)`, or `jax.lax.map`, which
    takes less memory.

    Arguments:
        noising: The process, of values in flat space or on a manifold.
        score: Its score; a pytree such as `model.score(params)` compiles once, a new lambda anew.
        sample: One field. Its covariates are not looked at: the score closes over its own.
        divergence: How the divergence is computed; `Exact()` when left out.
        integrator: How the flow is followed; `default_integrator` when left out.
        terminal: The log-density at `t_max`, in the place of that of the limit. With the exact one
            of known data the mismatch at `t_max` is told from the error of the solver.
        key: Random key, for a divergence with random probes.

    Raises:
        ValueError: If the points, the values or the mask are unfit, values are not on the manifold,
            a key is wanted, or the result is not finite.

    References:
        Song et al. (2021), arXiv:2011.13456, appendix D.2; Chen et al. (2018), arXiv:1806.07366;
        on manifolds Mathieu and Nickel (2020), arXiv:2006.10605.

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
    integrator = default_integrator(noising) if integrator is None else integrator
    check_values(sample.y, sample.x, noising.manifold.ambient_dim)
    check_on_manifold(noising.manifold, sample)
    estimate = _estimate(noising, score, sample, divergence, integrator, terminal, key)
    check_finite(estimate.value, "log-density")
    return estimate


@eqx.filter_jit
def _estimate(noising, score, sample, divergence, integrator, terminal, key):
    process = noising.at(sample.x, sample.mask)
    flow = flow_of(process, bind(score, process))
    u = flow.scaled(noising.t_min, sample.y)
    probes = divergence.probes(u, sample.mask, key=key)
    transported = integrator.integrate(flow, u, divergence, probes)
    y = flow.values(noising.t_max, transported.u)
    last = process.log_prob_limit(y) if terminal is None else terminal(y)

    def integrals(other, divergence, probes):
        along = flow_of(process, bind(other, process))
        return integrator.integrate(along, u, divergence, probes).estimates

    estimates = divergence.corrected(transported.estimates, integrals, probes)
    value = last + flow.log_growth() + jnp.mean(estimates)
    return LikelihoodEstimate(value, divergence.standard_error(estimates))


def check_on_manifold(manifold: AbstractManifold, sample: FieldSample) -> None:
    """Refuse values, where they are known, that are not on a manifold.

    Raises:
        ValueError: If a value at a real point is far from the manifold.
    """
    if isinstance(sample.y, Tracer) or isinstance(sample.mask, Tracer):
        return
    with jax.ensure_compile_time_eval():  # what is known is looked at in a compiled function too
        shift = jnp.where(sample.mask[:, None], sample.y - manifold.project(sample.y), 0)
        far = float(jnp.max(jnp.abs(shift), initial=0))
    if far > 1e-3:
        raise ValueError(
            f"expected values on {manifold}, got one that is off it by {far:.2g}; "
            "bring them there by manifold.project"
        )
