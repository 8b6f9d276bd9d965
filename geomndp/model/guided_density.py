"""The normalised density of values given observations, by guidance."""

import math
from typing import Any

import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.fields import FieldSample
from geomndp.likelihood import AbstractDivergence, AbstractIntegrator, log_prob
from geomndp.sampling import (
    AbstractConditionalMethod,
    AbstractGuidance,
    Context,
    GuidedScore,
    ObservationNoise,
    Observed,
    TweedieGuidance,
    has_noise,
    joint_points,
    joint_score,
)
from geomndp.sde import AbstractGaussianNoising, AbstractNoising
from geomndp.typing import Key


def conditional_log_prob(
    noising: AbstractNoising,
    score: Any,
    context: Context,
    sample: FieldSample,
    *,
    method: AbstractConditionalMethod | None = None,
    observation_noise: ObservationNoise = 0.0,
    divergence: AbstractDivergence | None = None,
    integrator: AbstractIntegrator | None = None,
    key: Key | None = None,
) -> Float[Array, ""]:
    r"""Log-density of values given exact observations of the field, in nats, with a prior's score.

    The guided flow has a density of the values asked for and of those observed, which at `t_min`
    are the observations with the noise that is left there:

    $$ \log p(y \mid y_o) = \log p_{t_{\min}}(y, \bar y_o \mid y_o) - \log \mathcal{N}(\bar y_o;\,
       \bar y_o,\, \sigma^2_{t_{\min}} K_{oo}) $$

    where $\bar y_o$ is the mean of the noised observations. The flow leaves them with the noise of
    `t_min`, and errors of the score that are larger than that grow without bound: it is for scores
    that are exact, or nearly so at `t_min`. With those of networks the result is often not finite,
    which is an error; models that were trained with observations have a density by `Amortised`.
    So far as the guidance leads to the
    observations it is normalised, unlike the difference of the prior's densities with and without
    the values, which is a density of them only if marginals of the model agree with one another.

    Arguments:
        noising: The process, of Gaussian noise.
        score: The score of the prior.
        context: The observations, values of the field without noise.
        sample: The values at other points.
        method: The guidance; `TweedieGuidance` with a ridge of 1e-3 when left out, for scores that
            are exact or nearly so.
        observation_noise: 0; of noisy observations the density is not known.
        divergence: As of `likelihood.log_prob`.
        integrator: As of `likelihood.log_prob`.
        key: As of `likelihood.log_prob`.

    Raises:
        ValueError: If observations have noise, or are not values of the field, or the method is not
            one of guidance.
        TypeError: If the process is not a Gaussian noising.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> noising = gn.sde.OrnsteinUhlenbeck(
        ...     gn.GaussianProcess(gn.kernels.White(1.0)), gn.sde.LinearSchedule(beta_max=15.0)
        ... )
        >>> data = gn.GaussianProcess(gn.kernels.Matern32(0.5, 1.0))
        >>> score, x = gn.sde.ExactGaussianScore(noising, data), jnp.linspace(0, 1, 4)[:, None]
        >>> y = data.sample(x, key=jax.random.key(0))
        >>> ours = gn.model.conditional_log_prob(
        ...     noising, score, gn.FieldSample(x[:1], y[:1]), gn.FieldSample(x[1:], y[1:]),
        ... )
        >>> exact = data.log_prob(x, y) - data.log_prob(x[:1], y[:1])
        >>> bool(jnp.abs(ours - exact) < 0.1)
        True
    """
    method = TweedieGuidance(ridge=1e-3) if method is None else method
    if not isinstance(method, AbstractGuidance):
        raise ValueError(
            f"expected a method of guidance, got {type(method).__name__}; densities are of "
            "Amortised, or of a method such as TweedieGuidance"
        )
    if not isinstance(noising, AbstractGaussianNoising):
        raise TypeError(
            f"expected a Gaussian noising process, got {type(noising).__name__}; use Amortised"
        )
    if not isinstance(context, FieldSample) or has_noise(observation_noise):
        raise ValueError(
            "expected values of the field without noise as observations, got "
            f"{type(context).__name__} and observation_noise={observation_noise}; with noise no "
            "density is known, but draws are: sample by TweedieGuidance"
        )
    observed = Observed.of(context, 0.0)
    guided = GuidedScore(noising, joint_score(score, context), method, observed)
    at_context = noising.at(context.x, context.mask)
    x, mask = joint_points(context, sample.x, sample.mask)
    y = jnp.concatenate([at_context.marginal_mean(noising.t_min, context.y), sample.y])
    joint = log_prob(
        noising,
        guided,
        FieldSample(x, y, mask),
        divergence=divergence,
        integrator=integrator,
        key=key,
    )
    variance = noising.noise_scale(jnp.asarray(noising.t_min, y.dtype)) ** 2
    n_values = at_context.n_values.astype(y.dtype)
    log_det = at_context.covariance.log_det() + n_values * jnp.log(2 * math.pi * variance)
    return joint + 0.5 * log_det
