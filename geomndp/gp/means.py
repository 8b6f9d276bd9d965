"""Means of Gaussian processes."""

import abc
from typing import Any

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.fields import FieldType
from geomndp.groups.base import apply_linear
from geomndp.kernels.symmetry import holds_for_all, motion_of
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
        return holds_for_all(
            field_type, lambda g: _is_kept(field_type.fibre_matrix(g), self.value.astype(float))
        )


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
        return holds_for_all(field_type, lambda g: self._is_kept_by(g, field_type))

    def _is_kept_by(self, g: Any, field_type: FieldType) -> bool:
        r"""Whether S(Tx + u) + b = rho (Sx + b) for all x: ST = rho S, Su = 0 and rho b = b."""
        slope, rho = self.slope.astype(float), field_type.fibre_matrix(g)
        turn, shift = motion_of(field_type, g)
        return (
            _is_small(slope @ turn - rho @ slope, abs(slope) @ abs(turn) + abs(rho) @ abs(slope))
            and _is_small(slope @ shift, abs(slope) @ abs(shift))
            and _is_kept(rho, self.intercept.astype(float))
        )


def _is_kept(rho: Float[Array, "dim dim"], value: Float[Array, " dim"]) -> bool:
    return _is_small(rho @ value - value, abs(rho) @ abs(value) + abs(value))


def _is_small(difference: Float[Array, "*shape"], terms: Float[Array, "*shape"]) -> bool:
    """Whether entries vanish beside the terms they are the difference of, each in its own unit."""
    return bool(jnp.all(abs(difference) <= 1e-4 * terms))
