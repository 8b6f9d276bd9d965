"""Rotations, reflections and translations together."""

import abc
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.groups.base import AbstractGroup, apply_linear, check_dimension
from geomndp.groups.linear import AbstractLinearGroup
from geomndp.groups.orthogonal import SO, O
from geomndp.typing import Key


class RigidMotion(NamedTuple):
    """The map x -> hx + u: an element of a Euclidean group.

    Arguments:
        linear: The orthogonal matrix h.
        shift: The vector u.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> turn = gn.groups.RigidMotion(jnp.array([[0.0, -1.0], [1.0, 0.0]]), jnp.array([5.0, 0]))
        >>> gn.groups.E(2).act(turn, jnp.array([1.0, 0.0])).tolist()
        [5.0, 1.0]
    """

    linear: Float[Array, "*elements dim dim"]
    shift: Float[Array, "*elements dim"]


class AbstractRigidMotions(AbstractGroup):
    r"""A semidirect product $T(d) \rtimes H$ of the translations with a group H of matrices.

    Elements are `RigidMotion`s; $(h, u)(h', u') = (hh', u + hu')$.

    Example:
        >>> import geomndp as gn
        >>> isinstance(gn.groups.SE(3), gn.groups.AbstractRigidMotions)
        True
    """

    @property
    @abc.abstractmethod
    def linear_group(self) -> AbstractLinearGroup:
        """The group H of linear parts."""

    @property
    def linear_dim(self) -> int:
        return self.linear_group.dim

    @property
    def fixes_origin(self) -> bool:
        return False

    @property
    def determinants(self) -> tuple[int, ...]:
        return self.linear_group.determinants

    def identity(self) -> RigidMotion:
        return RigidMotion(jnp.eye(self.dim), jnp.zeros(self.dim))

    def compose(self, g: RigidMotion, h: RigidMotion) -> RigidMotion:
        linear = self.linear_group.compose(g.linear, h.linear)
        return RigidMotion(linear, apply_linear(g.linear, h.shift) + g.shift)

    def inverse(self, g: RigidMotion) -> RigidMotion:
        return RigidMotion(g.linear.T, -apply_linear(g.linear.T, g.shift))

    def act(self, g: RigidMotion, x: Float[Array, "*batch dim"]) -> Float[Array, "*batch dim"]:
        return apply_linear(g.linear, x) + jnp.broadcast_to(g.shift.astype(x.dtype), x.shape)

    def linear_part(self, g: RigidMotion) -> Float[Array, "dim dim"]:
        return g.linear

    def sample(self, *, key: Key, determinant: int | None = None) -> RigidMotion:
        self.check_determinant(determinant)
        of_linear, of_shift = jax.random.split(key)
        linear = self.linear_group.sample(key=of_linear, determinant=determinant)
        return RigidMotion(linear, jax.random.normal(of_shift, (self.dim,)))


class E(AbstractRigidMotions):
    r"""The Euclidean group E(d): translations, rotations and reflections of $\mathbb{R}^d$.

    Arguments:
        dim: The dimension d, at least 1.

    Raises:
        ValueError: If `dim` is below 1.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> G = gn.groups.E(2)
        >>> keys = jax.random.split(jax.random.key(0), 5)
        >>> elements = jax.vmap(lambda key: G.sample(key=key))(keys)
        >>> jax.vmap(G.act, (0, None))(elements, jnp.ones((7, 2))).shape
        (5, 7, 2)
    """

    dim: int

    def __check_init__(self) -> None:
        check_dimension(self.dim)

    @property
    def linear_group(self) -> AbstractLinearGroup:
        return O(self.dim)


class SE(AbstractRigidMotions):
    r"""The special Euclidean group SE(d): translations and rotations of $\mathbb{R}^d$.

    Laws of mid-latitude weather are of this kind, not invariant under reflections.

    Arguments:
        dim: The dimension d, at least 1.

    Raises:
        ValueError: If `dim` is below 1.

    Example:
        >>> import geomndp as gn
        >>> gn.groups.SE(2).determinants
        (1,)
    """

    dim: int

    def __check_init__(self) -> None:
        check_dimension(self.dim)

    @property
    def linear_group(self) -> AbstractLinearGroup:
        return SO(self.dim)


class SemidirectProduct(AbstractRigidMotions):
    r"""Translations together with any group of matrices: $T(d) \rtimes H$.

    Arguments:
        point_group: The group H, for example a finite one: the symmetries of a regular grid are
            `SemidirectProduct(D(4))`, apart from the size of its shifts.

    Example:
        >>> import geomndp as gn
        >>> gn.groups.SemidirectProduct(gn.groups.D(4)).determinants
        (1, -1)
    """

    point_group: AbstractLinearGroup

    def __init__(self, point_group: AbstractLinearGroup):
        self.point_group = point_group

    @property
    def dim(self) -> int:
        """Number of coordinates of a location."""
        return self.point_group.dim

    @property
    def linear_group(self) -> AbstractLinearGroup:
        return self.point_group
