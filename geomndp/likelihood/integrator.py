"""The interface of an integrator of the probability flow."""

import abc
from typing import Any, NamedTuple

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.likelihood.divergence import AbstractDivergence
from geomndp.likelihood.probability_flow import AbstractProbabilityFlow
from geomndp.typing import Values


class Transported(NamedTuple):
    """Where the flow brings values, and how much it stretches the space about them on the way.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> gn.likelihood.Transported(jnp.zeros((3, 1)), jnp.zeros(1)).u.shape
        (3, 1)
    """

    u: Values
    """The scaled values at `t_max`."""
    estimates: Float[Array, " n_estimates"]
    """The integral of the divergence along the way, by each of its estimates."""


class AbstractIntegrator(eqx.Module):
    """A way to follow the probability flow from data to noise.

    Example:
        >>> import geomndp as gn
        >>> integrator: gn.likelihood.AbstractIntegrator = gn.likelihood.FixedGrid(n_nodes=16)
        >>> integrator.n_nodes
        16
    """

    @abc.abstractmethod
    def integrate(
        self, flow: AbstractProbabilityFlow, u: Values, divergence: AbstractDivergence, probes: Any
    ) -> Transported:
        """Follow the flow from `t_min` to `t_max`.

        Arguments:
            flow: The flow.
            u: Scaled values at `t_min`.
            divergence: How the divergence is computed.
            probes: What is random in that.
        """


def no_estimates(divergence: AbstractDivergence, u: Values) -> Float[Array, " n_estimates"]:
    """The integral over no time."""
    return jnp.zeros((divergence.n_estimates,), u.dtype)
