"""Prediction of the noise."""

from geomndp.parametrisations.scaled import AbstractScaled
from geomndp.parametrisations.scales import DataVariance


class NoisePrediction(AbstractScaled):
    r"""The expectation of the noise $L\xi$, in units of its standard deviation.

    Arguments:
        data_variance: As of `PreconditionedScore`.

    References:
        Ho et al. (2020), arXiv:2006.11239.

    Example:
        >>> import geomndp as gn
        >>> gn.parametrisations.NoisePrediction(data_variance=2.0).data_variance
        2.0
    """

    data_variance: DataVariance = None

    def coefficients(self, noising, t, scales):
        return 0.0, -scales.limit / noising.noise_scale(t)
