"""The score without preconditioning."""

import jax.numpy as jnp

from geomndp.fields import FieldSample
from geomndp.parametrisations.base import AbstractConversion, NetworkInputs
from geomndp.parametrisations.scales import DataVariance, gaussian, scaled_context, scaled_inputs
from geomndp.sde import AbstractNoising, AbstractNoisingAtPoints, GaussianNoisingAtPoints
from geomndp.sde.base import as_time
from geomndp.typing import Time, Values


class PlainScore(AbstractConversion):
    r"""The plain score $\nabla \log p_t$, in units of $1/(\sqrt{k}\,\sigma_t)$.

    Of order one only where the limit is white: otherwise it grows with the condition number of
    K(x, x), for which reason the preconditioned score is preferred.

    Arguments:
        data_variance: As of `PreconditionedScore`.

    Example:
        >>> import geomndp as gn
        >>> gn.parametrisations.PlainScore().data_variance is None
        True
    """

    data_variance: DataVariance = None

    def inputs(self, process: AbstractNoisingAtPoints, t: Time, y: Values) -> NetworkInputs:
        return scaled_inputs(process, t, y, self.data_variance)

    def observed(self, noising: AbstractNoising, context: FieldSample) -> FieldSample:
        return scaled_context(noising, context, self.data_variance)

    def score(self, process: AbstractNoisingAtPoints, t: Time, y: Values, output: Values) -> Values:
        process = gaussian(process)
        return process.covariance.matvec(output / self._unit(process, t, y))

    def output(self, process: AbstractNoisingAtPoints, t: Time, y: Values, score: Values) -> Values:
        process = gaussian(process)
        return process.covariance.solve(score) * self._unit(process, t, y)

    def _unit(self, process: GaussianNoisingAtPoints, t: Time, y: Values) -> Values:
        return jnp.sqrt(process.variances) * process.noising.noise_scale(as_time(t, y))
