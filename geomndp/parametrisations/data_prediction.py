"""Prediction of the values without noise."""

from geomndp.parametrisations.scaled import AbstractScaled
from geomndp.parametrisations.scales import DataVariance


class DataPrediction(AbstractScaled):
    r"""The expectation of the values at time 0, centred, in units of their standard deviation.

    Its errors become large errors of the score where there is little noise.

    Arguments:
        data_variance: As of `PreconditionedScore`.

    Example:
        >>> import geomndp as gn
        >>> gn.parametrisations.DataPrediction(data_variance=(1.0, 1.0)).data_variance
        (1.0, 1.0)
    """

    data_variance: DataVariance = None

    def coefficients(self, noising, t, scales):
        variance = noising.noise_scale(t) ** 2
        return -1 / variance, scales.signal / variance
