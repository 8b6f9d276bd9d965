"""The Matérn kernels of half-integer order."""

import jax
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
        return self.variance * _matern32(s / self.lengthscale**2)

    def radial_derivative(self, s: Squared) -> Squared:
        return self.variance / self.lengthscale**2 * _matern32_first(s / self.lengthscale**2)

    def radial_second_derivative(self, s: Squared) -> Squared:
        return self.variance / self.lengthscale**4 * _matern32_second(s / self.lengthscale**2)

    def sample_frequencies(
        self, n_features: int, dim_x: int, *, key: Key
    ) -> Float[Array, "n_features dim_x"]:
        return student_frequencies(1.5, self.lengthscale, (n_features, dim_x), key=key)


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
        return self.variance * _matern52(s / self.lengthscale**2)

    def radial_derivative(self, s: Squared) -> Squared:
        return self.variance / self.lengthscale**2 * _matern52_first(s / self.lengthscale**2)

    def radial_second_derivative(self, s: Squared) -> Squared:
        return self.variance / self.lengthscale**4 * _matern52_second(s / self.lengthscale**2)

    def sample_frequencies(
        self, n_features: int, dim_x: int, *, key: Key
    ) -> Float[Array, "n_features dim_x"]:
        return student_frequencies(2.5, self.lengthscale, (n_features, dim_x), key=key)


# The kernels in units of lengthscale and variance, as functions of the squared distance u, with
# their derivatives in it. These are given, since at u = 0 differentiation would meet the root of u,
# which has none.


@jax.custom_jvp
def _matern32(u: Squared) -> Squared:
    a = 3**0.5 * distance(u)
    return (1 + a) * jnp.exp(-a)


@jax.custom_jvp
def _matern32_first(u: Squared) -> Squared:
    return -1.5 * jnp.exp(-(3**0.5) * distance(u))


def _matern32_second(u: Squared) -> Squared:
    a = 3**0.5 * distance(u)
    apart = a > 0
    return jnp.where(apart, 2.25 * jnp.exp(-a) / jnp.where(apart, a, 1), 0)


@jax.custom_jvp
def _matern52(u: Squared) -> Squared:
    a = 5**0.5 * distance(u)
    return (1 + a + a**2 / 3) * jnp.exp(-a)


@jax.custom_jvp
def _matern52_first(u: Squared) -> Squared:
    a = 5**0.5 * distance(u)
    return -5 / 6 * (1 + a) * jnp.exp(-a)


def _matern52_second(u: Squared) -> Squared:
    return 25 / 12 * jnp.exp(-(5**0.5) * distance(u))


_matern32.defjvps(lambda du, _, u: du * _matern32_first(u))
_matern32_first.defjvps(lambda du, _, u: du * _matern32_second(u))
_matern52.defjvps(lambda du, _, u: du * _matern52_first(u))
_matern52_first.defjvps(lambda du, _, u: du * _matern52_second(u))
