"""Values of plane and space as parts of one kind: the irreducible ones of O(3)."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from geomndp.groups import AbstractGroup, AbstractLinearGroup, AbstractRigidMotions
from geomndp.representations import AbstractRepresentation, IrrepO3, intertwiners
from geomndp.typing import Key


class PlaneInSpace(AbstractLinearGroup):
    r"""The symmetries of a plane in space: $\mathrm{diag}(h, \pm 1)$, with h of a planar group.

    The mirror in the plane itself, $\mathrm{diag}(1, 1, -1)$, leaves all of a planar field as it
    is, and so must be an element: it tells the values of a plane from others of space.

    Arguments:
        planar: The group of the plane.
    """

    planar: AbstractLinearGroup

    def __init__(self, planar: AbstractLinearGroup):
        self.planar = planar

    @property
    def dim(self) -> int:
        """Number of coordinates of a location."""
        return 3

    @property
    def determinants(self) -> tuple[int, ...]:
        return (1, -1)

    def sample(self, *, key: Key, determinant: int | None = None) -> Float[Array, "3 3"]:
        self.check_determinant(determinant)
        of_plane, of_sign = jax.random.split(key)
        h = self.planar.sample(key=of_plane)
        drawn = jax.random.rademacher(of_sign, (), h.dtype)
        sign = drawn if determinant is None else determinant * jnp.sign(jnp.linalg.det(h))
        return jax.scipy.linalg.block_diag(h, sign[None, None])


class InPlane(AbstractRepresentation):
    """Values of a plane in space: the mirror in the plane leaves them alone.

    Arguments:
        of: How the symmetries of the plane act on them.
    """

    of: AbstractRepresentation

    @property
    def dim(self) -> int:
        return self.of.dim

    @property
    def linear_dim(self) -> int:
        return 3

    @property
    def is_orthogonal(self) -> bool:
        return self.of.is_orthogonal

    def matrix(self, h: Float[Array, "d d"]) -> Float[Array, "dim dim"]:
        return self.of.matrix(h[:2, :2])


class Steering(NamedTuple):
    r"""How values are made of irreducible ones of O(3), for one group of plane or space.

    In the plane, `Trivial` is `0e`, `Vector(2)` lies in `1o`, `Pseudoscalar` is the component of
    `1e` along the normal, and of order 2 there are parts of `2e`. A group without reflections has
    more maps, and fixed values that tell left from right: `0o` in space, and in the plane the
    normal as a *pseudo*vector, in `1e`. A polar normal would not do, since mirrors whose plane
    holds it leave it in place.

    Arguments:
        group: The symmetries, as matrices of size 3.
        planar: Whether they are those of a plane.
    """

    group: AbstractLinearGroup
    planar: bool

    @classmethod
    def of(cls, group: AbstractGroup) -> "Steering":
        """That of O(d), SO(d), E(d) or SE(d), for d of 2 or 3."""
        linear: Any = group.linear_group if isinstance(group, AbstractRigidMotions) else group
        return cls(PlaneInSpace(linear), True) if group.dim == 2 else cls(linear, False)

    def to_irrep(
        self, fibre: AbstractRepresentation, degree: int, parity: int
    ) -> Float[np.ndarray, "n_maps components dim"]:
        """The equivariant maps from values to an irreducible kind."""
        return intertwiners(self._in_space(fibre), IrrepO3(degree, parity), self.group)

    def from_irrep(
        self, fibre: AbstractRepresentation, degree: int, parity: int
    ) -> Float[np.ndarray, "n_maps dim components"]:
        """The equivariant maps back."""
        return intertwiners(IrrepO3(degree, parity), self._in_space(fibre), self.group)

    def between(
        self, source: AbstractRepresentation, target: AbstractRepresentation
    ) -> Float[np.ndarray, "n_maps dim_target dim_source"]:
        """The equivariant maps between values."""
        return intertwiners(self._in_space(source), self._in_space(target), self.group)

    def _in_space(self, fibre: AbstractRepresentation) -> AbstractRepresentation:
        return InPlane(fibre) if self.planar else fibre
