"""Two groups that act independently of each other."""

import abc
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.groups.base import AbstractGroup
from geomndp.groups.translations import T
from geomndp.typing import Key


class AbstractDirectProduct(AbstractGroup):
    """Pairs of elements of two groups, multiplied one by one.

    Members of the family say on what each of the two acts.

    Example:
        >>> import geomndp as gn
        >>> group = gn.groups.SpaceTime(gn.groups.E(2))
        >>> isinstance(group, gn.groups.AbstractDirectProduct), len(group.identity())
        (True, 2)
    """

    @property
    @abc.abstractmethod
    def first(self) -> AbstractGroup:
        """The group of the first elements of pairs."""

    @property
    @abc.abstractmethod
    def second(self) -> AbstractGroup:
        """The group of the second elements of pairs."""

    def identity(self) -> tuple[Any, Any]:
        return self.first.identity(), self.second.identity()

    def compose(self, g: tuple[Any, Any], h: tuple[Any, Any]) -> tuple[Any, Any]:
        return self.first.compose(g[0], h[0]), self.second.compose(g[1], h[1])

    def inverse(self, g: tuple[Any, Any]) -> tuple[Any, Any]:
        return self.first.inverse(g[0]), self.second.inverse(g[1])


class SpaceTime(AbstractDirectProduct):
    r"""A group of motions of space, and the shifts of time: $G \times T(1)$.

    A location is $(x_1, \dots, x_d, t)$; an element acts on space and time each for itself, and on
    values by its spatial part.

    Arguments:
        space: The group that acts on the first d coordinates.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> G = gn.groups.SpaceTime(gn.groups.E(2))
        >>> G.dim, G.linear_dim
        (3, 2)
        >>> still, later = gn.groups.E(2).identity(), jnp.array([6.0])
        >>> G.act((still, later), jnp.array([1.0, 2.0, 0.0])).tolist()
        [1.0, 2.0, 6.0]
    """

    space: AbstractGroup

    def __init__(self, space: AbstractGroup):
        self.space = space

    @property
    def first(self) -> AbstractGroup:
        return self.space

    @property
    def second(self) -> AbstractGroup:
        return T(1)

    @property
    def dim(self) -> int:
        """Number of coordinates of a location."""
        return self.space.dim + 1

    @property
    def linear_dim(self) -> int:
        return self.space.linear_dim

    @property
    def fixes_origin(self) -> bool:
        return False

    @property
    def determinants(self) -> tuple[int, ...]:
        return self.space.determinants

    def act(self, g: tuple[Any, Any], x: Float[Array, "*batch dim"]) -> Float[Array, "*batch dim"]:
        place, time = x[..., :-1], x[..., -1:]
        return jnp.concatenate([self.space.act(g[0], place), self.second.act(g[1], time)], -1)

    def linear_part(self, g: tuple[Any, Any]) -> Float[Array, "linear_dim linear_dim"]:
        return self.space.linear_part(g[0])

    def sample(self, *, key: Key, determinant: int | None = None) -> tuple[Any, Any]:
        of_space, of_time = jax.random.split(key)
        place = self.space.sample(key=of_space, determinant=determinant)
        return place, self.second.sample(key=of_time)


class InputOutput(AbstractDirectProduct):
    r"""One group acts on locations, and another, independently, on values.

    For tracks on the globe: shifts of the clock, and rotations of the sphere.

    Arguments:
        on_locations: The group that acts on locations.
        on_values: The group whose linear parts act on values.

    Example:
        >>> import geomndp as gn
        >>> G = gn.groups.InputOutput(gn.groups.T(1), gn.groups.O(3))
        >>> tracks = gn.FieldType(G, gn.representations.Vector(3), codomain=gn.manifolds.Sphere(2))
        >>> tracks.dim_x, tracks.dim_y
        (1, 3)
    """

    on_locations: AbstractGroup
    on_values: AbstractGroup

    def __init__(self, on_locations: AbstractGroup, on_values: AbstractGroup):
        self.on_locations = on_locations
        self.on_values = on_values

    @property
    def first(self) -> AbstractGroup:
        return self.on_locations

    @property
    def second(self) -> AbstractGroup:
        return self.on_values

    @property
    def dim(self) -> int:
        """Number of coordinates of a location."""
        return self.on_locations.dim

    @property
    def linear_dim(self) -> int:
        return self.on_values.linear_dim

    @property
    def fixes_origin(self) -> bool:
        return self.on_locations.fixes_origin

    @property
    def determinants(self) -> tuple[int, ...]:
        return self.on_values.determinants

    def act(self, g: tuple[Any, Any], x: Float[Array, "*batch dim"]) -> Float[Array, "*batch dim"]:
        return self.on_locations.act(g[0], x)

    def linear_part(self, g: tuple[Any, Any]) -> Float[Array, "linear_dim linear_dim"]:
        return self.on_values.linear_part(g[1])

    def sample(self, *, key: Key, determinant: int | None = None) -> tuple[Any, Any]:
        of_locations, of_values = jax.random.split(key)
        value = self.on_values.sample(key=of_values, determinant=determinant)
        return self.on_locations.sample(key=of_locations), value
