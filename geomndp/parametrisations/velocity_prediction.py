"""Prediction of the velocity of the probability flow."""

import jax.numpy as jnp

from geomndp.parametrisations.scaled import AbstractScaled
from geomndp.parametrisations.scales import DataVariance


class VelocityPrediction(AbstractScaled):
    r"""The expectation of $\dot Y_t$, the drift of the probability flow, in units of its size.

    It is what flow matching learns.

    Arguments:
        data_variance: As of `PreconditionedScore`.

    References:
        Lipman et al. (2023), arXiv:2210.02747; Salimans and Ho (2022), arXiv:2202.00512.

    Example:
        >>> import geomndp as gn
        >>> gn.parametrisations.VelocityPrediction().data_variance is None
        True
    """

    data_variance: DataVariance = None

    def coefficients(self, noising, t, scales):
        rate, squared = noising.rate(t), noising.diffusion(t) ** 2
        # d sigma / dt over sigma.
        growth = 0.5 * squared / noising.noise_scale(t) ** 2 - rate
        size = jnp.sqrt((rate * scales.signal) ** 2 + (growth * scales.noise) ** 2)
        return -2 * rate / squared, -2 * size / squared
