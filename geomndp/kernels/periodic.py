"""The periodic kernel of the line."""

import math

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.fields import FieldType
from geomndp.kernels.base import AbstractKernel, Covariances
from geomndp.kernels.locations import differences
from geomndp.kernels.parameters import Parameter, check_parameters, positive
from geomndp.kernels.random_features import RandomFeatures
from geomndp.kernels.symmetry import is_scalar
from geomndp.linalg import AbstractOperator, Dense
from geomndp.typing import Key, Locations


class Periodic(AbstractKernel):
    r"""$k = \sigma^2 \exp(-\tfrac12 \sin^2(\pi r / P) / \ell^2)$ with $r = |x - x'|$, on the line.

    Fields repeat themselves exactly; times a `SquaredExponential` they do so in the short run only.

    Arguments:
        lengthscale: $\ell$, in units of the sine, so without unit.
        period: The period P, in units of x.
        variance: The variance $\sigma^2$ of a value, in squared units of y.

    Raises:
        ValueError: If a parameter is not a positive number, or locations have another dimension
            than 1.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> k = gn.kernels.Periodic(lengthscale=1.0, period=24.0, variance=1.0)
        >>> f"{k(jnp.zeros(1), jnp.array([12.0])).item():.4f}"
        '0.6065'
    """

    lengthscale: Parameter = positive()
    period: Parameter = positive()
    variance: Parameter = positive()

    def __check_init__(self) -> None:
        check_parameters(self)

    @property
    def dim_y(self) -> int:
        return 1

    @property
    def smoothness(self) -> float:
        return math.inf

    def cross_covariance(self, x: Locations, x2: Float[Array, "n_others dim_x"]) -> Covariances:
        sine = jnp.sin(jnp.pi * differences(x, x2, 1) / self.period)
        return (self.variance * jnp.exp(-0.5 * (sine / self.lengthscale) ** 2))[..., None]

    def operator(self, x: Locations) -> AbstractOperator:
        return Dense(self.cross_covariance(x, x))

    def is_equivariant(self, field_type: FieldType) -> bool:
        return is_scalar(field_type) and field_type.dim_x == 1

    def random_features(self, n_features: int, dim_x: int, *, key: Key) -> RandomFeatures:
        if dim_x != 1:
            raise ValueError(f"expected locations of dimension 1, got dimension {dim_x}")
        # The Fourier coefficients are e^{-z} I_k(z) with z = 1/(4 l^2), the law of the difference
        # of two Poisson numbers of mean z/2.
        numbers = jax.random.poisson(key, 1 / (8 * self.lengthscale**2), (2, n_features, 1))
        harmonic = (numbers[0] - numbers[1]).astype(float)
        real = jnp.broadcast_to(jnp.sqrt(self.variance / n_features), (n_features, 1))
        frequencies = 2 * jnp.pi * harmonic / self.period
        return RandomFeatures(frequencies, real, jnp.zeros_like(real))
