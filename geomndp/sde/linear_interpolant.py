"""The straight line from a field to noise."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.gp import GaussianProcess
from geomndp.sde.gaussian_noising import AbstractGaussianNoising
from geomndp.typing import Time


class LinearInterpolant(AbstractGaussianNoising):
    r"""$Y_t = (1 - t)\, Y_0 + t\, (m + L\xi)$: a flow between a Gaussian process and the data.

    What conditional flow matching calls the optimal-transport path and stochastic interpolants the
    linear one, with a Gaussian process as the base: the probability flow moves each draw of it to
    a field along nearly straight lines. Train it with `losses.FlowMatching`, or with any other
    loss. The variance-preserving interpolant is `OrnsteinUhlenbeck` with a `CosineSchedule`.

    At time 1 the values are noise alone and ratios of signal to noise end, so that `t_max` is a
    little less.

    Arguments:
        limit: The base.
        t_min: The earliest time.
        t_max: The latest time, below 1.

    Raises:
        ValueError: Unless 0 < t_min < t_max < 1.

    References:
        Lipman et al. (2023), *Flow Matching for Generative Modeling*, arXiv:2210.02747; Albergo
        and Vanden-Eijnden (2023), arXiv:2209.15571.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> limit = gn.GaussianProcess(gn.kernels.White(1.0))
        >>> flow = gn.sde.LinearInterpolant(limit)
        >>> process, y0 = flow.at(jnp.zeros((1, 1))), jnp.ones((1, 1))
        >>> y = jnp.full((1, 1), 2.0)
        >>> score = process.marginal_score(0.25, y0, y)  # the noise is (y - 0.75 y0) / 0.25 = 5
        >>> process.probability_flow_drift(0.25, y, score).tolist()  # 5 - y0
        [[4.0]]
    """

    limit: GaussianProcess
    t_min: float = 5e-4  # pyright: ignore[reportIncompatibleMethodOverride]
    t_max: float = 0.999  # pyright: ignore[reportIncompatibleMethodOverride]

    def __check_init__(self) -> None:
        if not 0 < self.t_min < self.t_max < 1:
            raise ValueError(f"expected 0 < t_min < t_max < 1, got {self.t_min} and {self.t_max}")

    def signal(self, t: Time) -> Float[Array, ""]:
        return 1 - jnp.asarray(t)

    def noise_scale(self, t: Time) -> Float[Array, ""]:
        return jnp.asarray(t)

    def rate(self, t: Time) -> Float[Array, ""]:
        return 1 / (1 - jnp.asarray(t))

    def diffusion(self, t: Time) -> Float[Array, ""]:
        t = jnp.asarray(t)
        return jnp.sqrt(2 * t / (1 - t))

    def half_log_snr(self, t: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        return jnp.log1p(-t) - jnp.log(t)

    def time_at_half_log_snr(self, half_log_snr: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        return jax.nn.sigmoid(-half_log_snr)
