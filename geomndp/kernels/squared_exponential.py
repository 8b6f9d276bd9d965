"""The squared exponential kernel."""

import math

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.kernels.parameters import Parameter, check_parameters, positive
from geomndp.kernels.radial import AbstractRadialKernel, Squared
from geomndp.typing import Key


class SquaredExponential(AbstractRadialKernel):
    r"""$k(x, x') = \sigma^2 e^{-|x - x'|^2 / 2\ell^2}$: infinitely smooth fields.

    Arguments:
        lengthscale: The length $\ell$, in units of x; not its square.
        variance: The variance $\sigma^2$ of a value, in squared units of y.

    Raises:
        ValueError: If a parameter is not a positive number.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> k = gn.kernels.SquaredExponential(lengthscale=2.0, variance=1.0)
        >>> f"{k(jnp.zeros(2), jnp.array([2.0, 0.0])).item():.4f}"
        '0.6065'
    """

    lengthscale: Parameter = positive()
    variance: Parameter = positive()

    def __check_init__(self) -> None:
        check_parameters(self)

    @property
    def smoothness(self) -> float:
        return math.inf

    def radial(self, s: Squared) -> Squared:
        return self.variance * jnp.exp(-0.5 * s / self.lengthscale**2)

    def radial_derivative(self, s: Squared) -> Squared:
        return -self.radial(s) / (2 * self.lengthscale**2)

    def radial_second_derivative(self, s: Squared) -> Squared:
        return self.radial(s) / (4 * self.lengthscale**4)

    def sample_frequencies(
        self, n_features: int, dim_x: int, *, key: Key
    ) -> Float[Array, "n_features dim_x"]:
        return jax.random.normal(key, (n_features, dim_x)) / self.lengthscale
