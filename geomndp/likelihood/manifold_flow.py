"""The probability flow of any process, with values on a manifold."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.likelihood.divergence import Velocity, masked
from geomndp.likelihood.probability_flow import AbstractProbabilityFlow
from geomndp.manifolds import AbstractManifold
from geomndp.sde import AbstractNoisingAtPoints, BoundScore
from geomndp.typing import Values


class ManifoldFlow(AbstractProbabilityFlow):
    r"""The probability flow of a process on a manifold, with the clock of its scales of noise.

    The clock f goes from 0 to 1, and the time is `noising.time_at(f)`, at which all scales of noise
    have an equal share. Values are their own coordinates, so that no change of them adds anything.
    Of a Brownian motion, whose clock is $\tau$, it reads

    $$ \frac{dy}{d \log\tau} = -\tfrac12 \tau\, \nabla \log p_\tau(y), $$

    which vanishes where $\tau$ is small beside the scale of the data, and where it is so large that
    the law is uniform. Off the manifold the velocity is that at the nearest point.

    Arguments:
        process: The noising process at points.
        score: Its score there; of its vectors the tangent part counts.

    References:
        De Bortoli et al. (2022), *Riemannian Score-Based Generative Modelling*, arXiv:2202.02763,
        section 3.3 and appendix on likelihoods; Mathieu and Nickel (2020), *Riemannian Continuous
        Normalizing Flows*, arXiv:2006.10605, proposition 2.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> process = gn.sde.BrownianMotion(gn.manifolds.Sphere(2)).at(jnp.zeros((1, 1)))
        >>> flow = gn.likelihood.ManifoldFlow(process, lambda t, y: jnp.ones_like(y))
        >>> pole = jnp.array([[0.0, 0.0, 1.0]])
        >>> bool(jnp.abs(flow.velocity(flow.end)(pole)[0, 2]) < 1e-6)  # tangent
        True
    """

    process: AbstractNoisingAtPoints
    score: BoundScore

    @property
    def start(self) -> Float[Array, ""]:
        return jnp.zeros((), self.process.x.dtype)

    @property
    def end(self) -> Float[Array, ""]:
        return jnp.ones((), self.process.x.dtype)

    @property
    def manifold(self) -> AbstractManifold:
        return self.process.noising.manifold

    def scaled(self, t: float, y: Values) -> Values:
        return self.retract(y)

    def values(self, t: float, u: Values) -> Values:
        return u

    def velocity(self, clock: Float[Array, ""]) -> Velocity:
        noising = self.process.noising
        t, rate = jax.jvp(noising.time_at, (clock,), (jnp.ones_like(clock),))
        t = jnp.clip(t, noising.t_min, noising.t_max).astype(clock.dtype)

        def of_values(u: Values) -> Values:
            y = self.retract(u)
            drift = self.process.probability_flow_drift(t, y, self.score(t, y))
            return masked(self.manifold.project_tangent(y, rate * drift), self.process.mask)

        return of_values

    def log_growth(self) -> Float[Array, ""]:
        return jnp.zeros((), self.process.x.dtype)
