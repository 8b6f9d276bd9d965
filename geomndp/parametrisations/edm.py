"""The scalings of Karras et al."""

import jax.numpy as jnp

from geomndp.parametrisations.scaled import AbstractScaled
from geomndp.parametrisations.scales import DataVariance


class EDM(AbstractScaled):
    r"""What the best linear guess from each value alone leaves of the score, in units of its size.

    $$ s = -\frac{k}{v_t}(y - m) + \frac{\sqrt{k}\, \alpha_t \varsigma}{\sigma_t \sqrt{v_t}} F,
       \qquad v_t = \alpha_t^2 \varsigma^2 + \sigma_t^2 k $$

    with the variance k of the limit and $\varsigma^2$ of the data. Where there is little noise F is
    the noise, where there is much it is the data, and its variance is one throughout; the error of
    the score is damped at both ends.

    Arguments:
        data_variance: As of `PreconditionedScore`.

    References:
        Karras et al. (2022), arXiv:2206.00364, table 1, carried over to processes with a limit.

    Example:
        >>> import geomndp as gn
        >>> gn.parametrisations.EDM(data_variance=0.08).data_variance
        0.08
    """

    data_variance: DataVariance = None

    def coefficients(self, noising, t, scales):
        size = scales.limit * scales.signal / (noising.noise_scale(t) * jnp.sqrt(scales.variance))
        return -(scales.limit**2) / scales.variance, size
