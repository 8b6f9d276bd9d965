"""The interface of a probability flow."""

import abc

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.likelihood.divergence import Velocity
from geomndp.manifolds import AbstractManifold
from geomndp.sde import AbstractNoisingAtPoints, BoundScore
from geomndp.typing import Values


class AbstractProbabilityFlow(eqx.Module):
    r"""The ordinary differential equation whose solutions have the law of a noised field.

    It is in coordinates u of the values and with a clock $\ell$ of its own, in which it is slow at
    every moment. The divergence of its velocity, integrated, and what the change of coordinates
    adds are the change of the log-density:

    $$ \log p_{t_{\min}}(y) = \log p_{t_{\max}}(y_{t_{\max}}) + \texttt{log\_growth}
       + \int \nabla \cdot \frac{du}{d\ell}\, d\ell . $$

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> white = gn.GaussianProcess(gn.kernels.White(1.0))
        >>> process = gn.sde.OrnsteinUhlenbeck(white, gn.sde.LinearSchedule()).at(jnp.zeros((2, 1)))
        >>> flow: gn.likelihood.AbstractProbabilityFlow
        >>> flow = gn.likelihood.GaussianFlow(process, lambda t, y: -y)
        >>> flow.velocity(flow.start)(jnp.ones((2, 1))).tolist()  # white values stay in their place
        [[0.0], [0.0]]
    """

    process: eqx.AbstractVar[AbstractNoisingAtPoints]
    score: eqx.AbstractVar[BoundScore]

    @property
    @abc.abstractmethod
    def start(self) -> Float[Array, ""]:
        """What the clock shows at `t_min`."""

    @property
    @abc.abstractmethod
    def end(self) -> Float[Array, ""]:
        """What the clock shows at `t_max`."""

    @abc.abstractmethod
    def scaled(self, t: float, y: Values) -> Values:
        """The coordinates u of values y at a time."""

    @abc.abstractmethod
    def values(self, t: float, u: Values) -> Values:
        """The values of which u are the coordinates at a time."""

    @abc.abstractmethod
    def velocity(self, clock: Float[Array, ""]) -> Velocity:
        """The right side, at one moment; zero at padding, so that it stays where it is."""

    @abc.abstractmethod
    def log_growth(self) -> Float[Array, ""]:
        """What the change of coordinates adds to the log-density, in nats, at the real points."""

    @property
    @abc.abstractmethod
    def manifold(self) -> AbstractManifold:
        """Where the coordinates of each value live."""

    def retract(self, u: Values) -> Values:
        """The nearest coordinates on the manifold, from which sums of velocities lead away.

        A step of a method that adds velocities, projected, is of the same order within the
        manifold (Hairer, Lubich and Wanner, *Geometric Numerical Integration*, section IV.4).
        """
        return jnp.where(self.process.mask[:, None], self.manifold.project(u), u)
