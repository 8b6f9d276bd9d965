"""The interface of a kernel, and the algebra of kernels."""

import abc

import equinox as eqx
from jaxtyping import Array, Float

from geomndp.fields import FieldType
from geomndp.kernels.parameters import Parameter, check_parameters, positive
from geomndp.kernels.random_features import RandomFeatures
from geomndp.linalg import AbstractOperator, Dense, add
from geomndp.typing import Key, Locations

Covariances = Float[Array, "n_points n_others dim_y dim_y"]
r"""$k(x_i, x'_j)$, a matrix for each pair of locations."""


class AbstractKernel(eqx.Module):
    r"""The covariance of a random field: $k(x, x') = \mathrm{Cov}(f(x), f(x'))$, a matrix.

    A kernel is symmetric, $k(x, x') = k(x', x)^\top$, and positive: the covariance of the values at
    any finite set of locations has no negative eigenvalue. Scalar kernels have p = 1.

    `k1 + k2` is the covariance of the sum of independent fields, `k1 * k2` the product of scalar
    kernels, and `2.0 * k` a kernel with twice the variance.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> def correlation(kernel: gn.kernels.AbstractKernel, x1, x2):
        ...     return kernel(x1, x2) / kernel(x1, x1)
        >>> k = gn.kernels.SquaredExponential(lengthscale=1.0, variance=4.0)
        >>> f"{correlation(k, jnp.array([0.0]), jnp.array([1.0])).item():.4f}"
        '0.6065'
    """

    @property
    @abc.abstractmethod
    def dim_y(self) -> int:
        """Number p of coordinates of a value."""

    @property
    @abc.abstractmethod
    def smoothness(self) -> float:
        """How many derivatives the field has in mean square, white noise aside; may be infinite."""

    @abc.abstractmethod
    def cross_covariance(self, x: Locations, x2: Float[Array, "n_others dim_x"]) -> Covariances:
        """Covariances between the values at two sets of locations, shape (n, m, p, p).

        White noise contributes nothing: it is independent from one set to the other.

        Raises:
            ValueError: If a set is empty, locations have a dimension that the kernel does not take,
                or one is not finite.
        """

    @abc.abstractmethod
    def operator(self, x: Locations) -> AbstractOperator:
        """The covariance of the values at one set of locations, with the structure that it has.

        Raises:
            ValueError: As `cross_covariance`.
        """

    @abc.abstractmethod
    def is_equivariant(self, field_type: FieldType) -> bool:
        r"""Whether a centred Gaussian law of this covariance is invariant under a field's group.

        That is $k(gx, gx') = \rho(h)\, k(x, x')\, \rho(h)^\top$ for all elements, decided by the
        form of the kernel.
        """

    @abc.abstractmethod
    def random_features(self, n_features: int, dim_x: int, *, key: Key) -> RandomFeatures:
        r"""Waves whose random sums have this covariance, in expectation over their frequencies.

        Arguments:
            n_features: Number of frequencies of each stationary term.
            dim_x: Dimension of locations.
            key: A random key.

        Raises:
            ValueError: If the kernel is not stationary, or not continuous.
        """

    def __call__(
        self, x1: Float[Array, " dim_x"], x2: Float[Array, " dim_x"]
    ) -> Float[Array, "dim_y dim_y"]:
        """The covariance of the values at two locations, shape (p, p)."""
        return self.cross_covariance(x1[None], x2[None])[0, 0]

    def gram(self, x: Locations) -> Float[Array, "n_points n_points dim_y dim_y"]:
        """Covariances of the values at one set of locations, shape (n, n, p, p).

        White noise is on the diagonal, by index: points that coincide have noise of their own.
        """
        return self.operator(x).dense()

    def __add__(self, other: "AbstractKernel") -> "AbstractKernel":
        if not isinstance(other, AbstractKernel):
            raise TypeError(f"expected a kernel to add, got {other!r}; a level is a Constant")
        terms = [k.terms if isinstance(k, Sum) else (k,) for k in (self, other)]
        return Sum((*terms[0], *terms[1]))

    def __mul__(self, other: "AbstractKernel | Parameter") -> "AbstractKernel":
        return Product(self, other) if isinstance(other, AbstractKernel) else Scaled(self, other)

    def __rmul__(self, factor: Parameter) -> "AbstractKernel":
        return Scaled(self, factor)


class Sum(AbstractKernel):
    r"""The covariance of a sum of independent fields: $k_1 + k_2 + \dots$; written `k1 + k2`.

    Arguments:
        terms: The kernels, at least one.

    Raises:
        ValueError: If there is no term, or values differ in dimension.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> k = gn.kernels.Matern52(lengthscale=1.0, variance=1.0) + gn.kernels.White(variance=0.1)
        >>> f"{k.gram(jnp.zeros((1, 1))).item():.2f}"
        '1.10'
    """

    terms: tuple[AbstractKernel, ...]

    def __check_init__(self) -> None:
        if len({term.dim_y for term in self.terms}) != 1:
            raise ValueError(
                "expected kernels of fields with the same number of coordinates, "
                f"got {[term.dim_y for term in self.terms]}; Isotropic makes a scalar kernel one "
                "of a vector field, and White takes dim_y"
            )

    @property
    def dim_y(self) -> int:
        return self.terms[0].dim_y

    @property
    def smoothness(self) -> float:
        return min(term.smoothness for term in self.terms)

    def cross_covariance(self, x: Locations, x2: Float[Array, "n_others dim_x"]) -> Covariances:
        first, *others = (term.cross_covariance(x, x2) for term in self.terms)
        return sum(others, first)

    def operator(self, x: Locations) -> AbstractOperator:
        return add(*(term.operator(x) for term in self.terms))

    def is_equivariant(self, field_type: FieldType) -> bool:
        return all(term.is_equivariant(field_type) for term in self.terms)

    def random_features(self, n_features: int, dim_x: int, *, key: Key) -> RandomFeatures:
        return RandomFeatures.of_sum(self.terms, n_features, dim_x, key=key)


class Product(AbstractKernel):
    r"""The product of two scalar kernels: $k_1(x, x')\, k_2(x, x')$; written `k1 * k2`.

    A field that is periodic in the short run only has the covariance
    `SquaredExponential(...) * Periodic(...)`.

    Arguments:
        left: A scalar kernel.
        right: Another.

    Raises:
        ValueError: If one is no scalar kernel.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> k = gn.kernels.SquaredExponential(2.0, 1.0) * gn.kernels.Periodic(1.0, 1.0, 1.0)
        >>> f"{k(jnp.zeros(1), jnp.ones(1)).item():.4f}"  # one period later
        '0.8825'
    """

    left: AbstractKernel
    right: AbstractKernel

    def __check_init__(self) -> None:
        if (self.left.dim_y, self.right.dim_y) != (1, 1):
            raise ValueError(
                "expected scalar kernels to multiply, got values with "
                f"{self.left.dim_y} and {self.right.dim_y} coordinates"
            )

    @property
    def dim_y(self) -> int:
        return 1

    @property
    def smoothness(self) -> float:
        return min(self.left.smoothness, self.right.smoothness)

    def cross_covariance(self, x: Locations, x2: Float[Array, "n_others dim_x"]) -> Covariances:
        return self.left.cross_covariance(x, x2) * self.right.cross_covariance(x, x2)

    def operator(self, x: Locations) -> AbstractOperator:
        return Dense(self.left.gram(x) * self.right.gram(x))

    def is_equivariant(self, field_type: FieldType) -> bool:
        return self.left.is_equivariant(field_type) and self.right.is_equivariant(field_type)

    def random_features(self, n_features: int, dim_x: int, *, key: Key) -> RandomFeatures:
        return RandomFeatures.of_product(self.left, self.right, n_features, dim_x, key=key)


class Scaled(AbstractKernel):
    r"""A kernel times a number: $c\, k(x, x')$; written `c * k`.

    Arguments:
        kernel: The kernel.
        factor: The number c, positive; a factor of the variance.

    Raises:
        ValueError: If the factor is not positive.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> (2.0 * gn.kernels.SquaredExponential(1.0, 3.0))(jnp.zeros(2), jnp.zeros(2)).item()
        6.0
    """

    kernel: AbstractKernel
    factor: Parameter = positive()

    def __check_init__(self) -> None:
        check_parameters(self)

    @property
    def dim_y(self) -> int:
        return self.kernel.dim_y

    @property
    def smoothness(self) -> float:
        return self.kernel.smoothness

    def cross_covariance(self, x: Locations, x2: Float[Array, "n_others dim_x"]) -> Covariances:
        return self.factor * self.kernel.cross_covariance(x, x2)

    def operator(self, x: Locations) -> AbstractOperator:
        return self.factor * self.kernel.operator(x)

    def is_equivariant(self, field_type: FieldType) -> bool:
        return self.kernel.is_equivariant(field_type)

    def random_features(self, n_features: int, dim_x: int, *, key: Key) -> RandomFeatures:
        return self.kernel.random_features(n_features, dim_x, key=key).scaled(self.factor)
