"""The published protocol for conditional log-likelihoods."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.fields import FieldSample
from geomndp.likelihood.divergence import AbstractDivergence
from geomndp.likelihood.integrator import AbstractIntegrator
from geomndp.likelihood.log_prob import log_prob
from geomndp.sde import AbstractNoising
from geomndp.typing import Key, Score


def joint_minus_context(
    noising: AbstractNoising,
    score: Score,
    target: FieldSample,
    context: FieldSample,
    *,
    divergence: AbstractDivergence | None = None,
    integrator: AbstractIntegrator | None = None,
    key: Key | None = None,
) -> Float[Array, ""]:
    r"""$\log p(y_C, y_T) - \log p(y_C)$, in nats.

    It is the figure that papers on diffusion models of functions report as the log-likelihood of
    targets given a context.

    **It is not a proper score.** It is the logarithm of a density of $y_T$ only where the model
    of the context is the marginal of the model of both, which nothing forces: the two come from two
    flows, on different sets of points. A model that under-rates contexts is rewarded. One that was
    trained on sets of 60 points only came out at 0.986 nats per target where the law of the data
    itself has 0.937. Report it beside a figure that is normalised, and beside
    `marginal_consistency`.

    Arguments:
        noising: The process.
        score: Its score, at any points; so it can hold no covariates of points of its own.
        target: The targets of one field.
        context: Its context.
        divergence: As of `log_prob`.
        integrator: As of `log_prob`.
        key: Random key, for a divergence with random probes.

    Raises:
        ValueError: As `log_prob`.

    References:
        Dutordoir et al. (2023), *Neural Diffusion Processes*, arXiv:2206.03992; Mathieu, Dutordoir,
        Hutchinson et al. (2023), arXiv:2307.05431, section 5.1.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> white = gn.GaussianProcess(gn.kernels.White(1.0))
        >>> noising = gn.sde.OrnsteinUhlenbeck(white, gn.sde.LinearSchedule())
        >>> score = gn.sde.ExactGaussianScore(noising, white)
        >>> sample = gn.FieldSample(jnp.zeros((3, 1)), jnp.zeros((3, 1)))
        >>> f"{gn.likelihood.joint_minus_context(noising, score, sample, sample):.3f}"
        '-2.757'
    """
    of_joint, of_context = (None, None) if key is None else jax.random.split(key)
    both = _joined(context, target)
    joint = log_prob(
        noising, score, both, divergence=divergence, integrator=integrator, key=of_joint
    )
    alone = log_prob(
        noising, score, context, divergence=divergence, integrator=integrator, key=of_context
    )
    return joint - alone


def _joined(first: FieldSample, second: FieldSample) -> FieldSample:
    """The points of two samples of a field, the padding of both at the end."""
    mask = jnp.concatenate([first.mask, second.mask])
    order = jnp.argsort(~mask, stable=True)
    x, y = jnp.concatenate([first.x, second.x]), jnp.concatenate([first.y, second.y])
    return FieldSample(x[order], y[order], mask[order])
