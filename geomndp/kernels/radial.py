"""Kernels that depend on the distance alone."""

import abc

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.fields import FieldType
from geomndp.kernels.base import AbstractKernel, Covariances
from geomndp.kernels.locations import differences
from geomndp.kernels.parameters import Parameter
from geomndp.kernels.random_features import RandomFeatures
from geomndp.kernels.symmetry import is_scalar
from geomndp.linalg import AbstractOperator, Dense
from geomndp.typing import Key, Locations

Squared = Float[Array, "*shape"]
"""Squared distances."""


class AbstractRadialKernel(AbstractKernel):
    r"""A scalar kernel $k(x, x') = \kappa(|x - x'|^2)$, invariant under every isometry.

    A member of the family gives $\kappa$ and its first two derivatives in the squared distance
    s in closed form, from which kernels of gradients and curls are made, and the spectral measure.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> def slope(kernel: gn.kernels.AbstractRadialKernel, distance):
        ...     return 2 * distance * kernel.radial_derivative(distance**2)
        >>> f"{slope(gn.kernels.SquaredExponential(1.0, 1.0), jnp.array(1.0)):.4f}"
        '-0.6065'
    """

    @abc.abstractmethod
    def radial(self, s: Squared) -> Squared:
        r"""$\kappa(s)$, at squared distances s."""

    @abc.abstractmethod
    def radial_derivative(self, s: Squared) -> Squared:
        r"""$\kappa'(s)$; finite at 0 for a smoothness of at least 1."""

    @abc.abstractmethod
    def radial_second_derivative(self, s: Squared) -> Squared:
        r"""$\kappa''(s)$, or 0 at s = 0 where it is infinite but $s \kappa''(s)$ vanishes."""

    @abc.abstractmethod
    def sample_frequencies(
        self, n_features: int, dim_x: int, *, key: Key
    ) -> Float[Array, "n_features dim_x"]:
        """Draws from the spectral measure, normalised to one, in radians per unit of length."""

    @property
    def dim_y(self) -> int:
        return 1

    def cross_covariance(self, x: Locations, x2: Float[Array, "n_others dim_x"]) -> Covariances:
        squared = jnp.sum(differences(x, x2) ** 2, -1)
        return self.radial(squared)[:, :, None, None]

    def operator(self, x: Locations) -> AbstractOperator:
        return Dense(self.cross_covariance(x, x))

    def is_equivariant(self, field_type: FieldType) -> bool:
        return is_scalar(field_type)

    def random_features(self, n_features: int, dim_x: int, *, key: Key) -> RandomFeatures:
        frequencies = self.sample_frequencies(n_features, dim_x, key=key)
        size = jnp.sqrt(self.radial(jnp.zeros((), frequencies.dtype)) / n_features)
        real = jnp.broadcast_to(size, (n_features, 1))
        return RandomFeatures(frequencies, real, jnp.zeros_like(real))


def distance(s: Squared) -> Squared:
    """The root of a squared distance, with gradient 0 where the distance is 0; NaN stays NaN."""
    at_zero = s <= 0
    return jnp.where(at_zero, 0, jnp.sqrt(jnp.where(at_zero, 1, s)))


def student_frequencies(
    smoothness: float, lengthscale: Parameter, shape: tuple[int, int], *, key: Key
) -> Float[Array, "n_features dim_x"]:
    """Frequencies of a Matérn kernel: a multivariate t law with 2 nu degrees of freedom."""
    of_normal, of_scale = jax.random.split(key)
    normal = jax.random.normal(of_normal, shape)
    chi_squared_over_dof = jax.random.gamma(of_scale, smoothness, (shape[0], 1)) / smoothness
    return normal / (lengthscale * jnp.sqrt(chi_squared_over_dof))
