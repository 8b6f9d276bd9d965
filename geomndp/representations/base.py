"""The interface of a representation, and the algebra of representations."""

import abc
from collections.abc import Sequence

import equinox as eqx
import jax.numpy as jnp
import jax.scipy.linalg
from jaxtyping import Array, Float


class AbstractRepresentation(eqx.Module):
    r"""A linear representation of orthogonal matrices: $\rho(gh) = \rho(g)\rho(h)$.

    `rho + sigma` is the direct sum, of values side by side; `rho * sigma` the tensor product;
    `3 * rho` the sum of three copies.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> class Axis(gn.representations.AbstractRepresentation):  # a line, by twice its angle
        ...     dim = linear_dim = 2
        ...     is_orthogonal = True
        ...     def matrix(self, h):
        ...         (a, b), (c, d) = h
        ...         return jnp.array([[a * a - c * c, 2 * a * b], [2 * a * c, a * d + b * c]])
        >>> quarter_turn = jnp.array([[0.0, -1.0], [1.0, 0.0]])
        >>> Axis().matrix(quarter_turn).tolist()
        [[-1.0, 0.0], [0.0, -1.0]]
    """

    @property
    @abc.abstractmethod
    def dim(self) -> int:
        """Number of coordinates of a value."""

    @property
    @abc.abstractmethod
    def linear_dim(self) -> int | None:
        """Size of the matrices that are represented; None where any size will do."""

    @property
    @abc.abstractmethod
    def is_orthogonal(self) -> bool:
        """Whether its matrices are orthogonal, so that it keeps lengths, volumes, white noise."""

    @abc.abstractmethod
    def matrix(self, h: Float[Array, "d d"]) -> Float[Array, "dim dim"]:
        """The matrix by which the linear part h of a group element acts on a value."""

    def __add__(self, other: "AbstractRepresentation") -> "AbstractRepresentation":
        return DirectSum((*_summands(self), *_summands(other)))

    def __mul__(self, other: "AbstractRepresentation") -> "AbstractRepresentation":
        return TensorProduct(self, other)

    def __rmul__(self, copies: int) -> "AbstractRepresentation":
        return DirectSum(copies * _summands(self))

    def check_size(self, h: Float[Array, "d d"]) -> None:
        """Refuse the linear part of a group of another dimension.

        Raises:
            ValueError: If h is not of size `linear_dim`.
        """
        if self.linear_dim is not None and h.shape[0] != self.linear_dim:
            raise ValueError(
                f"expected a linear part of size {self.linear_dim}, which {self} represents, "
                f"got {h.shape[0]}; give a group and a fibre of the same dimension"
            )


class DirectSum(AbstractRepresentation):
    r"""Values side by side, each transformed by itself: $\rho_1 \oplus \rho_2 \oplus \dots$.

    Written `rho1 + rho2`. Wind and pressure together are `Vector(2) + Trivial(1)`.

    Arguments:
        parts: The summands, at least one.

    Raises:
        ValueError: If there is no part, or parts represent matrices of different sizes.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> wind_and_pressure = gn.representations.Vector(2) + gn.representations.Trivial(1)
        >>> wind, pressure = wind_and_pressure.split(jnp.array([3.0, 4.0, 1013.0]))
        >>> wind.tolist(), pressure.tolist()
        ([3.0, 4.0], [1013.0])
    """

    parts: tuple[AbstractRepresentation, ...]

    def __init__(self, parts: Sequence[AbstractRepresentation]):
        self.parts = tuple(parts)
        if not self.parts:
            raise ValueError("expected at least one part of a direct sum, got none")
        _common_size(self.parts)

    @property
    def dim(self) -> int:
        return sum(part.dim for part in self.parts)

    @property
    def linear_dim(self) -> int | None:
        return _common_size(self.parts)

    @property
    def is_orthogonal(self) -> bool:
        return all(part.is_orthogonal for part in self.parts)

    def matrix(self, h: Float[Array, "d d"]) -> Float[Array, "dim dim"]:
        return jax.scipy.linalg.block_diag(*(part.matrix(h) for part in self.parts))

    def split(self, y: Float[Array, "*batch dim"]) -> tuple[Float[Array, "*batch part"], ...]:
        """The coordinates of each part."""
        ends = [sum(part.dim for part in self.parts[: n + 1]) for n in range(len(self.parts) - 1)]
        return tuple(jnp.split(y, ends, -1))


class TensorProduct(AbstractRepresentation):
    r"""Products of the coordinates of two values: $(\rho \otimes \sigma)(h)$, row by row.

    Written `rho * sigma`. The coordinates are those of the matrix $v w^\top$, the second index
    running first.

    Arguments:
        left: The representation of the first value.
        right: That of the second.

    Raises:
        ValueError: If they represent matrices of different sizes.

    Example:
        >>> import geomndp as gn
        >>> vector = gn.representations.Vector(2)
        >>> (vector * vector).dim  # a tensor of rank 2, such as a stress or a velocity gradient
        4
    """

    left: AbstractRepresentation
    right: AbstractRepresentation

    def __check_init__(self) -> None:
        _common_size((self.left, self.right))

    @property
    def dim(self) -> int:
        return self.left.dim * self.right.dim

    @property
    def linear_dim(self) -> int | None:
        return _common_size((self.left, self.right))

    @property
    def is_orthogonal(self) -> bool:
        return self.left.is_orthogonal and self.right.is_orthogonal

    def matrix(self, h: Float[Array, "d d"]) -> Float[Array, "dim dim"]:
        return jnp.kron(self.left.matrix(h), self.right.matrix(h))


class Dual(AbstractRepresentation):
    r"""Linear functions of values: $\rho^*(h) = \rho(h^{-1})^\top$.

    For orthogonal representations it is the representation itself.

    Arguments:
        of: The representation whose dual it is.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> gn.representations.Dual(gn.representations.Vector(2)).matrix(-jnp.eye(2)).tolist()
        [[-1.0, 0.0], [0.0, -1.0]]
    """

    of: AbstractRepresentation

    @property
    def dim(self) -> int:
        return self.of.dim

    @property
    def linear_dim(self) -> int | None:
        return self.of.linear_dim

    @property
    def is_orthogonal(self) -> bool:
        return self.of.is_orthogonal

    def matrix(self, h: Float[Array, "d d"]) -> Float[Array, "dim dim"]:
        return self.of.matrix(h.T).T


def _summands(rho: AbstractRepresentation) -> tuple[AbstractRepresentation, ...]:
    return rho.parts if isinstance(rho, DirectSum) else (rho,)


def _common_size(parts: Sequence[AbstractRepresentation]) -> int | None:
    """The size of the matrices that all of the parts represent."""
    sizes = {part.linear_dim for part in parts if part.linear_dim is not None}
    if len(sizes) > 1:
        raise ValueError(
            f"expected parts that represent matrices of one size, got sizes {sorted(sizes)}; "
            "values of one field are acted on by one group"
        )
    return next(iter(sizes), None)


def check_at_least(name: str, value: int, least: int) -> None:
    """Refuse a number that is too small."""
    if value < least:
        raise ValueError(f"expected {name} of at least {least}, got {name}={value}")
