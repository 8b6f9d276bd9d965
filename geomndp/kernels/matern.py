"""The Matérn kernels of half-integer order."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.kernels.parameters import Parameter, check_parameters, positive
from geomndp.kernels.radial import AbstractRadialKernel, Squared, distance, student_frequencies
from geomndp.typing import Key


class Matern12(AbstractRadialKernel):
    r"""$k = \sigma^2 e^{-a}$ with $a = |x - x'| / \ell$: continuous fields without derivatives.

    Arguments:
        lengthscale: The length $\ell$, in units of x.
        variance: The variance $\sigma^2$ of a value, in squared units of y.

    Raises:
        ValueError: If a parameter is not a positive number.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> k = gn.kernels.Matern12(lengthscale=1.0, variance=1.0)
        >>> f"{k(jnp.zeros(1), jnp.ones(1)).item():.4f}"
        '0.3679'
    """

    lengthscale: Parameter = positive()
    variance: Parameter = positive()

    def __check_init__(self) -> None:
        check_parameters(self)

    @property
    def smoothness(self) -> float:
        return 0.0

    def radial(self, s: Squared) -> Squared:
        return self.variance * jnp.exp(-distance(s) / self.lengthscale)

    def radial_derivative(self, s: Squared) -> Squared:
        r = distance(s)
        return -self.radial(s) / (2 * self.lengthscale * r)

    def radial_second_derivative(self, s: Squared) -> Squared:
        r = distance(s)
        return self.radial(s) * (r + self.lengthscale) / (4 * self.lengthscale**2 * r**3)

    def sample_frequencies(
        self, n_features: int, dim_x: int, *, key: Key
    ) -> Float[Array, "n_features dim_x"]:
        return student_frequencies(0.5, self.lengthscale, (n_features, dim_x), key=key)


class Matern32(AbstractRadialKernel):
    r"""$k = \sigma^2 (1 + a) e^{-a}$ with $a = \sqrt 3 |x - x'| / \ell$: one derivative.

    Arguments:
        lengthscale: The length $\ell$, in units of x.
        variance: The variance $\sigma^2$ of a value, in squared units of y.

    Raises:
        ValueError: If a parameter is not a positive number.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> k = gn.kernels.Matern32(lengthscale=1.0, variance=1.0)
        >>> f"{k(jnp.zeros(1), jnp.ones(1)).item():.4f}"
        '0.4834'
    """

    lengthscale: Parameter = positive()
    variance: Parameter = positive()

    def __check_init__(self) -> None:
        check_parameters(self)

    @property
    def smoothness(self) -> float:
        return 1.0

    def radial(self, s: Squared) -> Squared:
        a = self._scaled(s)
        return self.variance * (1 + a) * jnp.exp(-a)

    def radial_derivative(self, s: Squared) -> Squared:
        return -1.5 * self.variance / self.lengthscale**2 * jnp.exp(-self._scaled(s))

    def radial_second_derivative(self, s: Squared) -> Squared:
        a = self._scaled(s)
        apart = a > 0
        inverse = jnp.where(apart, 1 / jnp.where(apart, a, 1), 0)
        return 2.25 * self.variance / self.lengthscale**4 * inverse * jnp.exp(-a)

    def sample_frequencies(
        self, n_features: int, dim_x: int, *, key: Key
    ) -> Float[Array, "n_features dim_x"]:
        return student_frequencies(1.5, self.lengthscale, (n_features, dim_x), key=key)

    def _scaled(self, s: Squared) -> Squared:
        return 3**0.5 * distance(s) / self.lengthscale


class Matern52(AbstractRadialKernel):
    r"""$k = \sigma^2 (1 + a + a^2/3) e^{-a}$ with $a = \sqrt 5 |x - x'| / \ell$: two derivatives.

    Arguments:
        lengthscale: The length $\ell$, in units of x.
        variance: The variance $\sigma^2$ of a value, in squared units of y.

    Raises:
        ValueError: If a parameter is not a positive number.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> k = gn.kernels.Matern52(lengthscale=1.0, variance=1.0)
        >>> f"{k(jnp.zeros(1), jnp.ones(1)).item():.4f}"
        '0.5240'
    """

    lengthscale: Parameter = positive()
    variance: Parameter = positive()

    def __check_init__(self) -> None:
        check_parameters(self)

    @property
    def smoothness(self) -> float:
        return 2.0

    def radial(self, s: Squared) -> Squared:
        a = self._scaled(s)
        return self.variance * (1 + a + a**2 / 3) * jnp.exp(-a)

    def radial_derivative(self, s: Squared) -> Squared:
        a = self._scaled(s)
        return -5 / 6 * self.variance / self.lengthscale**2 * (1 + a) * jnp.exp(-a)

    def radial_second_derivative(self, s: Squared) -> Squared:
        return 25 / 12 * self.variance / self.lengthscale**4 * jnp.exp(-self._scaled(s))

    def sample_frequencies(
        self, n_features: int, dim_x: int, *, key: Key
    ) -> Float[Array, "n_features dim_x"]:
        return student_frequencies(2.5, self.lengthscale, (n_features, dim_x), key=key)

    def _scaled(self, s: Squared) -> Squared:
        return 5**0.5 * distance(s) / self.lengthscale
