"""The finite groups of rotations and reflections of the plane."""

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from geomndp.groups.linear import AbstractLinearGroup, Matrix
from geomndp.typing import Key


class C(AbstractLinearGroup):
    r"""The cyclic group $C_n$: rotations of the plane by multiples of $2\pi/n$.

    Arguments:
        order: The number n of rotations, at least 1.

    Raises:
        ValueError: If `order` is below 1.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> jnp.round(gn.groups.C(4).elements()[1]).astype(int).tolist()
        [[0, -1], [1, 0]]
    """

    order: int

    def __init__(self, order: int):
        if order < 1:
            raise ValueError(f"expected at least 1 rotation, got order={order}")
        self.order = order

    @property
    def dim(self) -> int:
        """Number of coordinates of a location."""
        return 2

    @property
    def determinants(self) -> tuple[int, ...]:
        return (1,)

    def elements(self) -> Float[Array, "order 2 2"]:
        """All elements, by increasing angle."""
        return _rotations(self.order)

    def sample(self, *, key: Key, determinant: int | None = None) -> Matrix:
        self.check_determinant(determinant)
        return jax.random.choice(key, self.elements())


class D(AbstractLinearGroup):
    r"""The dihedral group $D_n$: the rotations of $C_n$, and n reflections.

    One mirror is the first axis: the reflection $(x_1, x_2) \mapsto (x_1, -x_2)$ is an element.

    Arguments:
        order: The number n of rotations, at least 1; $D_n$ has 2n elements.

    Raises:
        ValueError: If `order` is below 1.

    Example:
        >>> import geomndp as gn
        >>> gn.groups.D(6).elements().shape
        (12, 2, 2)
    """

    order: int

    def __init__(self, order: int):
        if order < 1:
            raise ValueError(f"expected at least 1 rotation, got order={order}")
        self.order = order

    @property
    def dim(self) -> int:
        """Number of coordinates of a location."""
        return 2

    @property
    def determinants(self) -> tuple[int, ...]:
        return (1, -1)

    def elements(self) -> Float[Array, "twice_the_order 2 2"]:
        """All elements: the rotations by increasing angle, then each after the first mirror."""
        rotations = _rotations(self.order)
        return jnp.concatenate([rotations, rotations @ jnp.diag(jnp.array([1.0, -1.0]))])

    def sample(self, *, key: Key, determinant: int | None = None) -> Matrix:
        self.check_determinant(determinant)
        elements = self.elements()
        first = {None: 0, 1: 0, -1: self.order}[determinant]
        last = {None: 2 * self.order, 1: self.order, -1: 2 * self.order}[determinant]
        return elements[jax.random.randint(key, (), first, last)]


def _rotations(order: int) -> Float[Array, "order 2 2"]:
    angle = 2 * np.pi * np.arange(order) / order
    cosine, sine = np.cos(angle), np.sin(angle)
    return jnp.asarray(np.stack([np.stack([cosine, -sine], -1), np.stack([sine, cosine], -1)], -2))
