"""The probability flow of Gaussian noising, in the coordinates in which it is slowest."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.likelihood.divergence import Velocity, masked
from geomndp.likelihood.probability_flow import AbstractProbabilityFlow
from geomndp.linalg.embedded import Coordinates
from geomndp.linalg.frames import from_frame, rank_of, to_frame
from geomndp.manifolds import Euclidean
from geomndp.sde import BoundScore, GaussianNoisingAtPoints
from geomndp.typing import Values


class GaussianFlow(AbstractProbabilityFlow):
    r"""The probability flow of Gaussian noising, in the log ratio of noise to signal.

    Every Gaussian noising is the same process in another clock and scale. In the logarithm of the
    ratio of noise to signal, $\ell = \log(\sigma/\alpha)$, and with values scaled to
    $u = (y - m)/s$, $s^2 = \alpha^2 + \sigma^2$, all of them read

    $$ \frac{du}{d\ell} = -\frac{\sigma^2}{s^2} \bigl( u + s\, K \nabla \log p_t(m + s u) \bigr), $$

    whose right side vanishes with much noise and with little, so that steps and sums over the clock
    are most accurate. The divergence of this velocity, integrated, and the change of scale
    are the change of the log-density:

    $$ \log p_{t_{\min}}(y) = \log p_{t_{\max}}(y_{t_{\max}}) + n p \log \frac{s_{t_{\max}}}
       {s_{t_{\min}}} + \int \nabla \cdot \frac{du}{d\ell}\, d\ell . $$

    Of values in subspaces, such as tangent vectors of the globe, u are the coordinates in
    orthonormal bases of these, and p is their number.

    Arguments:
        process: The noising process at points.
        score: Its score there.

    References:
        Song et al. (2021), *Score-Based Generative Modeling through Stochastic Differential
        Equations*, arXiv:2011.13456, section 4.3 and appendix D.2; for the change of coordinates
        Karras et al. (2022), arXiv:2206.00364, section 2.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> white = gn.GaussianProcess(gn.kernels.White(1.0))
        >>> process = gn.sde.OrnsteinUhlenbeck(white, gn.sde.LinearSchedule()).at(jnp.zeros((2, 1)))
        >>> flow = gn.likelihood.GaussianFlow(process, lambda t, y: -y)
        >>> flow.velocity(flow.start)(jnp.ones((2, 1))).tolist()  # white values stay in their place
        [[0.0], [0.0]]
    """

    process: GaussianNoisingAtPoints
    score: BoundScore

    @property
    def start(self) -> Float[Array, ""]:
        return self._clock(self.process.noising.t_min)

    @property
    def end(self) -> Float[Array, ""]:
        return self._clock(self.process.noising.t_max)

    @property
    def manifold(self) -> Euclidean:
        return Euclidean(rank_of(self.process.covariance))

    def scaled(self, t: float, y: Values) -> Coordinates:
        centred = to_frame(self.process.frame, y - self.process.mean)
        return centred / self._scale(jnp.asarray(t, y.dtype))

    def values(self, t: float, u: Coordinates) -> Values:
        scaled = self._scale(jnp.asarray(t, u.dtype)) * u
        return self.process.mean + from_frame(self.process.frame, scaled)

    def velocity(self, clock: Float[Array, ""]) -> Velocity:
        noising = self.process.noising
        t = noising.time_at_half_log_snr(-clock)
        t = jnp.clip(t, noising.t_min, noising.t_max).astype(clock.dtype)
        scale = self._scale(t)
        share = (noising.noise_scale(t) / scale) ** 2

        def of_values(u: Coordinates) -> Coordinates:
            y = self.process.mean + scale * from_frame(self.process.frame, u)
            score = to_frame(self.process.frame, self.score(t, y))
            return masked(-share * (u + scale * score), self.process.mask)

        return of_values

    def log_growth(self) -> Float[Array, ""]:
        r"""$n p \log(s_{t_{\max}} / s_{t_{\min}})$, over the real points."""
        dtype = self.process.mean.dtype
        noising = self.process.noising
        ratio = self._scale(jnp.asarray(noising.t_max, dtype)) / self._scale(
            jnp.asarray(noising.t_min, dtype)
        )
        return self.process.n_values.astype(dtype) * jnp.log(ratio)

    def _clock(self, t: float) -> Float[Array, ""]:
        return -self.process.noising.half_log_snr(jnp.asarray(t, self.process.mean.dtype))

    def _scale(self, t: Float[Array, ""]) -> Float[Array, ""]:
        noising = self.process.noising
        return jnp.sqrt(noising.signal(t) ** 2 + noising.noise_scale(t) ** 2)
