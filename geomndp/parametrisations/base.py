"""The interface of a parametrisation of the score."""

import abc
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import equinox as eqx
from jaxtyping import Array, Float

from geomndp.fields import FieldSample
from geomndp.sde import AbstractNoising, AbstractNoisingAtPoints, BoundScore
from geomndp.typing import Time, Values


class NetworkInputs(NamedTuple):
    """What a network is given in the place of the time and the noised values.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> gn.parametrisations.NetworkInputs(jnp.array(0.1), jnp.zeros((3, 2))).y.shape
        (3, 2)
    """

    noise_ratio: Float[Array, ""]
    """Standard deviation of the noise in proportion to that of the signal."""
    y: Values
    """Noised values, of order one."""


BoundNetwork: TypeAlias = Callable[[NetworkInputs], Values]
"""A network with its parameters and the points, their mask, and what else it is given."""


class AbstractParametrisation(eqx.Module):
    """How the score is made of a network that sees, and has to say, what is of order one.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> limit = gn.GaussianProcess(gn.kernels.White(1.0))
        >>> process = gn.sde.OrnsteinUhlenbeck(limit, gn.sde.LinearSchedule()).at(jnp.zeros((1, 1)))
        >>> edm: gn.parametrisations.AbstractParametrisation = gn.parametrisations.EDM()
        >>> silent = lambda inputs: 0 * inputs.y
        >>> edm.bind(process, silent)(0.3, jnp.ones((1, 1))).tolist()  # as of white noise
        [[-1.0]]
    """

    @abc.abstractmethod
    def inputs(self, process: AbstractNoisingAtPoints, t: Time, y: Values) -> NetworkInputs:
        """What the network is given."""

    @abc.abstractmethod
    def observed(self, noising: AbstractNoising, context: FieldSample) -> FieldSample:
        """Observations free of noise, in the scale in which the network is given values."""

    @abc.abstractmethod
    def bind(
        self,
        process: AbstractNoisingAtPoints,
        network: BoundNetwork,
        context: FieldSample | None = None,
    ) -> BoundScore:
        """The score that a network gives at the points of a process.

        Arguments:
            process: The noising.
            network: The network, which has been given the context by itself.
            context: Observations free of noise, as they are, or None.
        """


class AbstractConversion(AbstractParametrisation):
    """A parametrisation that turns outputs of a network into scores, and back.

    `output` undoes `score` exactly.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> limit = gn.GaussianProcess(gn.kernels.White(1.0))
        >>> process = gn.sde.OrnsteinUhlenbeck(limit, gn.sde.LinearSchedule()).at(jnp.zeros((1, 1)))
        >>> noise: gn.parametrisations.AbstractConversion = gn.parametrisations.NoisePrediction()
        >>> y = jnp.ones((1, 1))
        >>> output = noise.output(process, 0.3, y, score=-y)
        >>> bool(jnp.allclose(noise.score(process, 0.3, y, output), -y))
        True
    """

    @abc.abstractmethod
    def score(self, process: AbstractNoisingAtPoints, t: Time, y: Values, output: Values) -> Values:
        """The score that an output of the network stands for."""

    @abc.abstractmethod
    def output(self, process: AbstractNoisingAtPoints, t: Time, y: Values, score: Values) -> Values:
        """The output of the network that stands for a score."""

    def bind(
        self,
        process: AbstractNoisingAtPoints,
        network: BoundNetwork,
        context: FieldSample | None = None,
    ) -> BoundScore:
        return lambda t, y: self.score(process, t, y, network(self.inputs(process, t, y)))
