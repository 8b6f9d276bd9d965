"""Rotations of space about an axis."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.groups.linear import AbstractLinearGroup, Matrix
from geomndp.typing import Key


class Axial(AbstractLinearGroup):
    r"""Rotations of $\mathbb{R}^3$, and of its spheres, about the third axis; mirrors if wanted.

    On the globe these are the shifts of longitude. The planet's own rotation is unchanged by a
    mirror in the equator, but turned round by a mirror in a meridian.

    Arguments:
        equatorial_mirror: Whether $x_3 \mapsto -x_3$ is an element.
        meridional_mirror: Whether $x_2 \mapsto -x_2$, and so the mirror in every meridian, is one.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> G = gn.groups.Axial(equatorial_mirror=True)
        >>> g = G.sample(key=jax.random.key(0), determinant=-1)
        >>> G.act(g, jnp.array([0.0, 0.0, 1.0])).tolist()  # the north pole goes south
        [0.0, 0.0, -1.0]
    """

    equatorial_mirror: bool
    meridional_mirror: bool

    def __init__(self, equatorial_mirror: bool = False, meridional_mirror: bool = False):
        self.equatorial_mirror = equatorial_mirror
        self.meridional_mirror = meridional_mirror

    @property
    def dim(self) -> int:
        """Number of coordinates of a location."""
        return 3

    @property
    def determinants(self) -> tuple[int, ...]:
        return (1, -1) if self.equatorial_mirror or self.meridional_mirror else (1,)

    def sample(self, *, key: Key, determinant: int | None = None) -> Matrix:
        self.check_determinant(determinant)
        of_angle, of_equator, of_meridian = jax.random.split(key, 3)
        angle = jax.random.uniform(of_angle, maxval=2 * jnp.pi)
        equator = _sign(of_equator, self.equatorial_mirror)
        meridian = _sign(of_meridian, self.meridional_mirror)
        if determinant is not None:
            # The sign of one mirror follows from that of the other.
            if self.meridional_mirror:
                meridian = determinant * equator
            else:
                equator = determinant * meridian
        cosine, sine, zero = jnp.cos(angle), jnp.sin(angle), jnp.zeros_like(angle)
        rows = (
            [cosine, -sine * meridian, zero],
            [sine, cosine * meridian, zero],
            [zero, zero, equator],
        )
        return jnp.stack([jnp.stack(row) for row in rows])


def _sign(key: Key, either: bool) -> Float[Array, ""]:
    """1, or with equal chances -1."""
    return jax.random.rademacher(key, ()).astype(float) if either else jnp.ones(())
