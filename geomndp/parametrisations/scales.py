"""The sizes of signal and noise in noised values, by which networks see them in order one."""

from typing import NamedTuple, TypeAlias

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from geomndp.fields import FieldSample
from geomndp.parametrisations.base import NetworkInputs
from geomndp.sde import (
    AbstractGaussianNoising,
    AbstractNoising,
    AbstractNoisingAtPoints,
    GaussianNoisingAtPoints,
)
from geomndp.sde.base import as_time
from geomndp.typing import Time, Values

DataVariance: TypeAlias = float | tuple[float, ...] | None
"""One number, or one for each coordinate; None where it is that of the limit."""


class Scales(NamedTuple):
    """The sizes of what a noised value is made of, for each coordinate of each point.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> one = jnp.ones((1, 1))
        >>> gn.parametrisations.Scales(signal=3 * one, noise=4 * one, limit=one).variance.item()
        25.0
    """

    signal: Values
    r"""$\alpha_t$ times the standard deviation of the data."""
    noise: Values
    r"""$\sigma_t$ times that of the limit."""
    limit: Values
    """Standard deviation of the limit."""

    @property
    def variance(self) -> Values:
        """Of the noised values, by which they are brought to order one."""
        return self.signal**2 + self.noise**2


def scaled_inputs(
    process: AbstractNoisingAtPoints, t: Time, y: Values, data_variance: DataVariance
) -> NetworkInputs:
    """Values centred and divided by their standard deviation at time t."""
    process = gaussian(process)
    scales = scales_of(process, as_time(t, y), data_variance)
    # Over the real points, so that padding has no influence.
    real = process.mask[:, None]
    ratio = jnp.sqrt(
        jnp.sum(jnp.where(real, scales.noise**2, 0)) / jnp.sum(jnp.where(real, scales.signal**2, 0))
    )
    return NetworkInputs(ratio, (y - process.mean) / jnp.sqrt(scales.variance))


def scaled_context(
    noising: AbstractNoising, context: FieldSample, data_variance: DataVariance
) -> FieldSample:
    """Observations centred and divided by the standard deviation of the data."""
    if not isinstance(noising, AbstractGaussianNoising):
        raise TypeError(_not_gaussian(noising))
    process = noising.at(context.x, context.mask)
    start = scales_of(process, jnp.zeros((), context.y.dtype), data_variance)
    return eqx.tree_at(lambda c: c.y, context, (context.y - process.mean) / start.signal)


def scales_of(
    process: GaussianNoisingAtPoints, t: Float[Array, ""], data_variance: DataVariance
) -> Scales:
    """The sizes of signal and noise at time t."""
    limit = jnp.sqrt(process.variances)
    if data_variance is None:
        data = limit
    else:
        deviations = np.sqrt(np.atleast_1d(np.asarray(data_variance, limit.dtype)))
        data = jnp.broadcast_to(jnp.asarray(deviations)[None, :], limit.shape)
    noising = process.noising
    return Scales(noising.signal(t) * data, noising.noise_scale(t) * limit, limit)


def gaussian(process: AbstractNoisingAtPoints) -> GaussianNoisingAtPoints:
    """The process, if it is a Gaussian noising.

    Raises:
        TypeError: If it is not.
    """
    if not isinstance(process, GaussianNoisingAtPoints):
        raise TypeError(_not_gaussian(process.noising))
    return process


def _not_gaussian(noising: AbstractNoising) -> str:
    return (
        f"expected a Gaussian noising process, got {type(noising).__name__}; "
        "on a manifold use TangentScore"
    )
