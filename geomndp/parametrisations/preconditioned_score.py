"""The preconditioned score."""

from geomndp.parametrisations.scaled import AbstractScaled
from geomndp.parametrisations.scales import DataVariance


class PreconditionedScore(AbstractScaled):
    r"""The preconditioned score $K \nabla \log p_t$, in units of its size $\sqrt{k}/\sigma_t$.

    Arguments:
        data_variance: Variance of the data, one number or one for each coordinate; that of the
            limit when left out.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> limit = gn.GaussianProcess(gn.kernels.White(4.0))
        >>> noising = gn.sde.OrnsteinUhlenbeck(limit, gn.sde.LinearSchedule())
        >>> process, y = noising.at(jnp.zeros((1, 1))), jnp.zeros((1, 1))
        >>> parametrisation = gn.parametrisations.PreconditionedScore()
        >>> score = parametrisation.score(process, 0.5, y, jnp.ones((1, 1)))
        >>> f"{(noising.noise_scale(0.5) * score).item():.3f}"
        '2.000'
    """

    data_variance: DataVariance = None

    def coefficients(self, noising, t, scales):
        return 0.0, scales.limit / noising.noise_scale(t)
