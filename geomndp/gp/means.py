"""Means of Gaussian processes."""

import abc

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.fields import FieldType
from geomndp.groups.base import apply_linear
from geomndp.kernels.symmetry import sampled_elements
from geomndp.typing import Locations, Values


class AbstractMean(eqx.Module):
    r"""The mean m of a Gaussian process, a function of the location.

    The law is invariant under a group only if $m(gx) = \rho(h)\, m(x)$; of vectors in dimension 2
    or more, under E(d), only the zero mean is.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> class Bump(gn.gp.AbstractMean):
        ...     dim_y = 1
        ...     def __call__(self, x):
        ...         return jnp.exp(-jnp.sum(x**2, -1, keepdims=True))
        ...     def is_equivariant(self, field_type):
        ...         return field_type.group.fixes_origin
        >>> gp = gn.GaussianProcess(gn.kernels.SquaredExponential(1.0, 1.0), mean=Bump())
        >>> gp.mean(jnp.zeros((1, 2))).tolist()
        [[1.0]]
    """

    @property
    @abc.abstractmethod
    def dim_y(self) -> int:
        """Number of coordinates of a value."""

    @abc.abstractmethod
    def __call__(self, x: Locations) -> Values:
        """The mean at locations."""

    @abc.abstractmethod
    def is_equivariant(self, field_type: FieldType) -> bool:
        r"""Whether $m(gx) = \rho(h)\, m(x)$ for all elements of the group."""


class ZeroMean(AbstractMean):
    """The mean 0.

    Arguments:
        size: Number of coordinates of a value.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> gn.gp.ZeroMean(2)(jnp.ones((1, 3))).tolist()
        [[0.0, 0.0]]
    """

    size: int

    @property
    def dim_y(self) -> int:
        return self.size

    def __call__(self, x: Locations) -> Values:
        return jnp.zeros((x.shape[0], self.size), x.dtype)

    def is_equivariant(self, field_type: FieldType) -> bool:
        return field_type.dim_y == self.size


class ConstantMean(AbstractMean):
    """The same value everywhere.

    Arguments:
        value: The value.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> westerlies = gn.gp.ConstantMean(jnp.array([10.0, 0.0]))
        >>> wind = gn.representations.Vector(2)
        >>> westerlies.is_equivariant(gn.FieldType(gn.groups.T(2), wind))
        True
        >>> westerlies.is_equivariant(gn.FieldType(gn.groups.SE(2), wind))
        False
    """

    value: Float[Array, " dim_y"]

    @property
    def dim_y(self) -> int:
        return self.value.shape[0]

    def __call__(self, x: Locations) -> Values:
        return jnp.broadcast_to(self.value.astype(x.dtype), (x.shape[0], self.dim_y))

    def is_equivariant(self, field_type: FieldType) -> bool:
        if field_type.dim_y != self.dim_y:
            return False
        value = self.value.astype(float)
        turned = (
            apply_linear(field_type.fibre_matrix(g), value) for g in sampled_elements(field_type)
        )
        return all(_close(each, value) for each in turned)


class LinearMean(AbstractMean):
    """A linear function of the location.

    Arguments:
        slope: The matrix by which locations are multiplied.
        intercept: The value at the origin.

    Raises:
        ValueError: If the two disagree in the number of coordinates of a value.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> trend = gn.gp.LinearMean(slope=jnp.array([[2.0]]), intercept=jnp.array([1.0]))
        >>> trend(jnp.array([[0.0], [3.0]])).tolist()
        [[1.0], [7.0]]
    """

    slope: Float[Array, "dim_y dim_x"]
    intercept: Float[Array, " dim_y"]

    def __check_init__(self) -> None:
        if self.slope.shape[0] != self.intercept.shape[0]:
            raise ValueError(
                f"expected a slope and an intercept of values with as many coordinates, got shapes "
                f"{self.slope.shape} and {self.intercept.shape}"
            )

    @property
    def dim_y(self) -> int:
        return self.intercept.shape[0]

    def __call__(self, x: Locations) -> Values:
        intercept = jnp.broadcast_to(self.intercept.astype(x.dtype), (x.shape[0], self.dim_y))
        return apply_linear(self.slope, x) + intercept

    def is_equivariant(self, field_type: FieldType) -> bool:
        if (field_type.dim_x, field_type.dim_y) != self.slope.shape[::-1]:
            return False
        # A function that is linear is known from its values at the corners of a simplex.
        x = jnp.concatenate([jnp.zeros((1, field_type.dim_x)), jnp.eye(field_type.dim_x)])
        return all(
            _close(
                self(field_type.group.act(g, x)), apply_linear(field_type.fibre_matrix(g), self(x))
            )
            for g in sampled_elements(field_type)
        )


def _close(a: Float[Array, "*shape"], b: Float[Array, "*shape"]) -> bool:
    size = jnp.maximum(jnp.abs(a).max(), jnp.abs(b).max())
    return bool(jnp.abs(a - b).max() <= 1e-4 * size)
