"""The interface of a group that acts on locations and on values."""

import abc
from typing import Any

import equinox as eqx
import jax
from jaxtyping import Array, Float

from geomndp.typing import Key


class AbstractGroup(eqx.Module):
    r"""A group of isometries, with a left action on $\mathbb{R}^d$.

    Implementations keep the laws of a left action, for all elements $g, h$ and locations $x$:
    $(gh)x = g(hx)$, $ex = x$, and associativity and inverses of the group itself. The linear part
    is a homomorphism into the orthogonal matrices. `sample` draws elements of every determinant
    that is promised, and refuses others by `check_determinant`. Elements are pytrees of arrays, so
    that `jax.vmap` acts on batches of them, and an action is computed in the precision of x.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> def there_and_back(group: gn.groups.AbstractGroup, x, key):
        ...     g = group.sample(key=key)
        ...     return group.act(group.inverse(g), group.act(g, x))
        >>> x = jnp.ones((3, 2))
        >>> bool(jnp.allclose(there_and_back(gn.groups.E(2), x, jax.random.key(0)), x, atol=1e-5))
        True
    """

    dim: eqx.AbstractVar[int]
    """Number of coordinates of a location."""

    @property
    @abc.abstractmethod
    def linear_dim(self) -> int:
        """Size of the linear parts, which act on values: d for a group of motions of space."""

    @property
    @abc.abstractmethod
    def fixes_origin(self) -> bool:
        """Whether every element leaves the origin, and so every sphere about it, in place."""

    @property
    @abc.abstractmethod
    def determinants(self) -> tuple[int, ...]:
        """Determinants of the linear parts: (1,), or (1, -1) for a group with reflections."""

    @abc.abstractmethod
    def identity(self) -> Any:
        """The neutral element."""

    @abc.abstractmethod
    def compose(self, g: Any, h: Any) -> Any:
        """The product gh: first h acts, then g."""

    @abc.abstractmethod
    def inverse(self, g: Any) -> Any:
        """The inverse of g."""

    @abc.abstractmethod
    def act(self, g: Any, x: Float[Array, "*batch dim"]) -> Float[Array, "*batch dim"]:
        """The image gx of locations."""

    @abc.abstractmethod
    def linear_part(self, g: Any) -> Float[Array, "linear_dim linear_dim"]:
        """The linear part h of x -> hx + u, by which g acts on values."""

    @abc.abstractmethod
    def sample(self, *, key: Key, determinant: int | None = None) -> Any:
        """A random element: Haar on compact parts, standard normal on translations.

        Arguments:
            key: A random key.
            determinant: That of the linear part, where it is to be chosen: 1 or -1.

        Raises:
            ValueError: If the group has no element of that determinant.
        """

    def check_determinant(self, determinant: int | None) -> None:
        """Refuse a determinant that no element has.

        Raises:
            ValueError: If it is neither None nor one of `determinants`.
        """
        if determinant is not None and determinant not in self.determinants:
            raise ValueError(
                f"expected a determinant of {' or '.join(map(str, self.determinants))}, "
                f"as elements of {self} have, got {determinant}"
            )


def apply_linear(
    h: Float[Array, "rows columns"], v: Float[Array, "*batch columns"]
) -> Float[Array, "*batch rows"]:
    """The images hv of vectors on the last axis, in their own precision.

    Accelerators would round the factors to fewer digits by default.

    Raises:
        ValueError: If the vectors have another number of coordinates.
    """
    v = as_coordinates(v, h.shape[-1])
    return jax.numpy.matmul(v, h.astype(v.dtype).T, precision=jax.lax.Precision.HIGHEST)


def as_coordinates(v: Float[Array, "*batch dim"], dim: int) -> Float[Array, "*batch dim"]:
    """Vectors in floating point, if they have as many coordinates as expected.

    Raises:
        ValueError: If they have not.
    """
    if jax.numpy.shape(v)[-1:] != (dim,):
        raise ValueError(
            f"expected {dim} coordinates on the last axis, got shape {jax.numpy.shape(v)}"
        )
    return v if jax.numpy.issubdtype(v.dtype, jax.numpy.floating) else v.astype(float)


def check_dimension(dim: int, least: int = 1) -> None:
    """Refuse a dimension that is too small."""
    if dim < least:
        raise ValueError(f"expected a dimension of at least {least}, got dim={dim}")
