"""Fields that change in time."""

import jax
from jaxtyping import Array, Float

from geomndp.fields import FieldType
from geomndp.groups import AbstractGroup, SpaceTime
from geomndp.groups import Trivial as NoMotion
from geomndp.kernels.base import AbstractKernel, Covariances
from geomndp.kernels.isotropic import check_scalar
from geomndp.kernels.locations import check_locations
from geomndp.kernels.random_features import RandomFeatures
from geomndp.linalg import AbstractOperator, Dense
from geomndp.representations import Trivial
from geomndp.typing import Key, Locations


class SpaceTimeProduct(AbstractKernel):
    r"""$K((p, t), (p', t')) = K_0(p, p')\, k_1(t, t')$: a field of space that changes in time.

    The last coordinate of a location is its time, the others are its place. At each time the law is
    that of the first kernel, and what it becomes is decorrelated by the second. Derivatives in
    space commute with time: a kernel without divergence, or curl, keeps that at all times. The law
    moves with nothing and is the same backwards in time; a sum of such kernels has parts that
    change at different rates.

    Arguments:
        space: The kernel of the field at one time, of any values.
        time: The scalar kernel in time; with the variance 1, variances are those of the first.

    Raises:
        ValueError: If the kernel in time is not scalar.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> wind = gn.kernels.DivergenceFree(gn.kernels.Matern52(lengthscale=300.0, variance=9.0))
        >>> k = gn.kernels.SpaceTimeProduct(wind, gn.kernels.Matern12(12.0, variance=1.0))
        >>> now, later = jnp.array([0.0, 0.0, 0.0]), jnp.array([0.0, 0.0, 6.0])  # km, km, hours
        >>> jnp.diagonal(k(now, later)).round(2).tolist()
        [5.46, 5.46]
    """

    space: AbstractKernel
    time: AbstractKernel

    def __check_init__(self) -> None:
        check_scalar(self.time)

    @property
    def dim_y(self) -> int:
        return self.space.dim_y

    @property
    def smoothness(self) -> float:
        return min(self.space.smoothness, self.time.smoothness)

    def cross_covariance(self, x: Locations, x2: Float[Array, "n_others dim_x"]) -> Covariances:
        (place, time), (place2, time2) = _parts(x), _parts(x2)
        over_space = self.space.cross_covariance(place, place2)
        return over_space * self.time.cross_covariance(time, time2)

    def operator(self, x: Locations) -> AbstractOperator:
        place, time = _parts(x)
        return Dense(self.space.gram(place) * self.time.gram(time))

    def is_equivariant(self, field_type: FieldType) -> bool:
        groups = _groups_of(field_type.group)
        if groups is None:
            return False
        of_space, of_time = groups
        fits = self.space.is_equivariant(FieldType(of_space, field_type.fibre))
        return fits and self.time.is_equivariant(FieldType(of_time, Trivial(1)))

    def random_features(self, n_features: int, dim_x: int, *, key: Key) -> RandomFeatures:
        of_space, of_time, of_product = jax.random.split(key, 3)
        space = self.space.random_features(n_features, dim_x - 1, key=of_space)
        time = self.time.random_features(n_features, 1, key=of_time)
        return space.along(0, dim_x).times(time.along(dim_x - 1, dim_x), key=of_product)


def _groups_of(group: AbstractGroup) -> tuple[AbstractGroup, AbstractGroup] | None:
    """The groups that act on places and on times, if they do so each for itself."""
    if isinstance(group, SpaceTime):
        return group.first, group.second
    if isinstance(group, NoMotion) and group.dim > 1:
        return NoMotion(group.dim - 1), NoMotion(1)
    return None


def _parts(x: Locations) -> tuple[Float[Array, "n dim_space"], Float[Array, "n 1"]]:
    """Places and times."""
    check_locations(x)
    if x.shape[1] < 2:
        raise ValueError(
            f"expected locations with a place and then a time, got dimension {x.shape[1]}"
        )
    return x[:, :-1], x[:, -1:]
