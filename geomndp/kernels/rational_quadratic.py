"""The rational quadratic kernel."""

import math

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.kernels.parameters import Parameter, check_parameters, positive
from geomndp.kernels.radial import AbstractRadialKernel, Squared
from geomndp.typing import Key


class RationalQuadratic(AbstractRadialKernel):
    r"""$k = \sigma^2 (1 + |x - x'|^2 / 2\alpha\ell^2)^{-\alpha}$: a mixture of lengthscales.

    Arguments:
        lengthscale: The length $\ell$, in units of x.
        variance: The variance $\sigma^2$ of a value, in squared units of y.
        alpha: The exponent $\alpha$, without unit; the mixture is narrow where it is large.

    Raises:
        ValueError: If a parameter is not a positive number.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> k = gn.kernels.RationalQuadratic(lengthscale=1.0, variance=1.0, alpha=1.0)
        >>> f"{k(jnp.zeros(1), jnp.ones(1)).item():.4f}"
        '0.6667'
    """

    lengthscale: Parameter = positive()
    variance: Parameter = positive()
    alpha: Parameter = positive()

    def __check_init__(self) -> None:
        check_parameters(self)

    @property
    def smoothness(self) -> float:
        return math.inf

    def radial(self, s: Squared) -> Squared:
        return self.variance * self._power(s, 0)

    def radial_derivative(self, s: Squared) -> Squared:
        return -self.variance / (2 * self.lengthscale**2) * self._power(s, 1)

    def radial_second_derivative(self, s: Squared) -> Squared:
        factor = (self.alpha + 1) / (4 * self.alpha * self.lengthscale**4)
        return self.variance * factor * self._power(s, 2)

    def sample_frequencies(
        self, n_features: int, dim_x: int, *, key: Key
    ) -> Float[Array, "n_features dim_x"]:
        of_normal, of_scale = jax.random.split(key)
        normal = jax.random.normal(of_normal, (n_features, dim_x))
        precision = jax.random.gamma(of_scale, self.alpha, (n_features, 1)) / self.alpha
        return jnp.sqrt(precision) * normal / self.lengthscale

    def _power(self, s: Squared, more: int) -> Squared:
        base = jnp.log1p(s / (2 * self.alpha * self.lengthscale**2))
        return jnp.exp(-(self.alpha + more) * base)
