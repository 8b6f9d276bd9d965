"""Conversions between an output of order one and the score, coordinate by coordinate."""

import abc

import equinox as eqx
from jaxtyping import Array, Float

from geomndp.fields import FieldSample
from geomndp.parametrisations.base import AbstractConversion, NetworkInputs
from geomndp.parametrisations.scales import (
    DataVariance,
    Scales,
    gaussian,
    scaled_context,
    scaled_inputs,
    scales_of,
)
from geomndp.sde import (
    AbstractGaussianNoising,
    AbstractNoising,
    AbstractNoisingAtPoints,
)
from geomndp.sde.base import as_time
from geomndp.typing import Time, Values


class AbstractScaled(AbstractConversion):
    r"""Conversions for Gaussian noising: values are centred and brought to variance one.

    The score is $s = a_t (y - m) + b_t F$ with an output F of the network, by `coefficients`; where
    values lie in subspaces, such as tangent spaces, the part of it in these. Values of coordinates
    that the group mixes must have one variance, or the symmetry is broken.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> limit = gn.GaussianProcess(gn.kernels.White(1.0))
        >>> process = gn.sde.OrnsteinUhlenbeck(limit, gn.sde.LinearSchedule()).at(jnp.zeros((1, 1)))
        >>> prediction: gn.parametrisations.AbstractScaled
        >>> prediction = gn.parametrisations.DataPrediction(data_variance=4.0)
        >>> y = process.sample_marginal(0.1, jnp.full((1, 1), 6.0), key=jax.random.key(0))
        >>> exact = process.marginal_score(0.1, jnp.full((1, 1), 6.0), y)
        >>> f"{prediction.output(process, 0.1, y, exact).item():.3f}"  # in standard deviations
        '3.000'
    """

    data_variance: eqx.AbstractVar[DataVariance]

    @abc.abstractmethod
    def coefficients(
        self, noising: AbstractGaussianNoising, t: Float[Array, ""], scales: Scales
    ) -> tuple[Values | Float[Array, ""] | float, Values | Float[Array, ""]]:
        """The factors a of the centred values and b of the network's output."""

    def inputs(self, process: AbstractNoisingAtPoints, t: Time, y: Values) -> NetworkInputs:
        return scaled_inputs(process, t, y, self.data_variance)

    def observed(self, noising: AbstractNoising, context: FieldSample) -> FieldSample:
        return scaled_context(noising, context, self.data_variance)

    def score(self, process: AbstractNoisingAtPoints, t: Time, y: Values, output: Values) -> Values:
        process, skip, scale = self._at(process, t, y)
        return process.within(skip * (y - process.mean) + scale * output)

    def output(self, process: AbstractNoisingAtPoints, t: Time, y: Values, score: Values) -> Values:
        process, skip, scale = self._at(process, t, y)
        return (score - skip * (y - process.mean)) / scale

    def _at(self, process: AbstractNoisingAtPoints, t: Time, y: Values):
        process = gaussian(process)
        t = as_time(t, y)
        return process, *self.coefficients(
            process.noising, t, scales_of(process, t, self.data_variance)
        )
