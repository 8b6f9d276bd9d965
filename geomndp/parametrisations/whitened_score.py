"""The score in whitened coordinates."""

from geomndp.fields import FieldSample
from geomndp.parametrisations.base import AbstractConversion, NetworkInputs
from geomndp.parametrisations.scales import DataVariance, gaussian, scaled_context, scaled_inputs
from geomndp.sde import AbstractNoising, AbstractNoisingAtPoints
from geomndp.sde.base import as_time
from geomndp.typing import Time, Values


class WhitenedScore(AbstractConversion):
    r"""The score in whitened coordinates, $L^\top \nabla \log p_t$ of size $1/\sigma_t$.

    The root L depends on the order of the points or the frame, and so what a network says of one
    point depends on the others' locations: with a limit that is not white it is neither
    equivariant under permutations of the points nor under the group. It is here to be compared.

    Arguments:
        data_variance: As of `PreconditionedScore`.

    Example:
        >>> import geomndp as gn
        >>> gn.parametrisations.WhitenedScore().data_variance is None
        True
    """

    data_variance: DataVariance = None

    def inputs(self, process: AbstractNoisingAtPoints, t: Time, y: Values) -> NetworkInputs:
        return scaled_inputs(process, t, y, self.data_variance)

    def observed(self, noising: AbstractNoising, context: FieldSample) -> FieldSample:
        return scaled_context(noising, context, self.data_variance)

    def score(self, process: AbstractNoisingAtPoints, t: Time, y: Values, output: Values) -> Values:
        process = gaussian(process)
        return process.covariance.sqrt_matvec(output) / process.noising.noise_scale(as_time(t, y))

    def output(self, process: AbstractNoisingAtPoints, t: Time, y: Values, score: Values) -> Values:
        process = gaussian(process)
        return process.covariance.sqrt_solve(score) * process.noising.noise_scale(as_time(t, y))
