"""Irreducible representations of the rotations and reflections of the plane and of space."""

import functools

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from geomndp.representations.base import AbstractRepresentation, check_at_least
from geomndp.representations.scalars import sign_of


class IrrepO2(AbstractRepresentation):
    r"""The irreducible representation of O(2) of a given order: turned by m times the angle.

    A rotation by $\theta$ acts as one by $m\theta$, and the mirror $\mathrm{diag}(1, -1)$ as
    itself. Order 1 is `Vector(2)`, order 2 `SymmetricTraceless(2)`; of order 0 there are two,
    `Trivial()` and `Pseudoscalar()`.

    Arguments:
        order: The order m, at least 1.

    Raises:
        ValueError: If `order` is below 1.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> quarter_turn = jnp.array([[0.0, -1.0], [1.0, 0.0]])
        >>> gn.representations.IrrepO2(2).matrix(quarter_turn).tolist()  # half a turn
        [[-1.0, 0.0], [0.0, -1.0]]
    """

    order: int

    def __check_init__(self) -> None:
        check_at_least("order", self.order, 1)

    @property
    def dim(self) -> int:
        return 2

    @property
    def linear_dim(self) -> int:
        return 2

    @property
    def is_orthogonal(self) -> bool:
        return True

    def matrix(self, h: Float[Array, "d d"]) -> Float[Array, "dim dim"]:
        self.check_size(h)
        # The first column of h is the complex number e^{i theta}; its power needs no angle.
        length = jnp.hypot(h[0, 0], h[1, 0])  # 1, but for rounding, which would be raised too
        real, imaginary = h[0, 0] / length, h[1, 0] / length
        cosine, sine = jnp.ones_like(real), jnp.zeros_like(real)
        for _ in range(self.order):
            cosine, sine = cosine * real - sine * imaginary, sine * real + cosine * imaginary
        sign = sign_of(h)
        return jnp.stack([jnp.stack([cosine, -sign * sine]), jnp.stack([sine, sign * cosine])])


class IrrepO3(AbstractRepresentation):
    r"""The irreducible representation of O(3) of a given degree and parity, in e3nn's basis.

    It is how spherical harmonics of degree $\ell$ turn, $Y_\ell(hx) = \rho(h) Y_\ell(x)$, times
    the determinant where the parity is not theirs. `IrrepO3(1, -1)` is `Vector(3)`, and
    `IrrepO3(1, 1)` is `Pseudovector(3)`.

    Arguments:
        degree: The degree $\ell$, at least 0.
        parity: The sign of $\rho(-1)$: 1 or -1.

    Raises:
        ValueError: If `degree` is negative, or `parity` is neither 1 nor -1.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> rho = gn.representations.IrrepO3(degree=2, parity=1)
        >>> rho.dim, bool(jnp.allclose(rho.matrix(-jnp.eye(3)), jnp.eye(5), atol=1e-5))
        (5, True)
    """

    degree: int
    parity: int

    def __check_init__(self) -> None:
        check_at_least("degree", self.degree, 0)
        if self.parity not in (1, -1):
            raise ValueError(f"expected a parity of 1 or -1, got parity={self.parity}")

    @property
    def dim(self) -> int:
        return 2 * self.degree + 1

    @property
    def linear_dim(self) -> int:
        return 3

    @property
    def is_orthogonal(self) -> bool:
        return True

    def matrix(self, h: Float[Array, "d d"]) -> Float[Array, "dim dim"]:
        self.check_size(h)
        points, inverse = _design(self.degree, jnp.result_type(float))
        points, inverse = jnp.asarray(points, h.dtype), jnp.asarray(inverse, h.dtype)
        turned = jnp.matmul(points, h.T, precision=jax.lax.Precision.HIGHEST)
        harmonics = _harmonics(self.degree, turned)
        matrix = jnp.matmul(inverse, harmonics, precision=jax.lax.Precision.HIGHEST).T
        return matrix if self.parity == (-1) ** self.degree else sign_of(h) * matrix


def _harmonics(
    degree: int, points: Float[Array, "n_points 3"]
) -> Float[Array, "n_points components"]:
    import e3nn_jax

    vectors = e3nn_jax.IrrepsArray("1o", points)
    return e3nn_jax.spherical_harmonics(degree, vectors, normalize=False).array


@functools.cache
def _design(degree: int, _precision: jnp.dtype) -> tuple[np.ndarray, np.ndarray]:
    """Points spread over the sphere, and the inverse of the harmonics there.

    A matrix is found from what it does to the harmonics of these points: smooth in h everywhere,
    where formulas in Euler angles lose digits near the poles. Kept for each precision of JAX.
    """
    n_points = 4 * (2 * degree + 1)
    height = 1 - (2 * np.arange(n_points) + 1) / n_points
    angle = np.pi * (3 - np.sqrt(5)) * np.arange(n_points)
    across = np.sqrt(1 - height**2)
    points = np.stack([across * np.cos(angle), across * np.sin(angle), height], -1)
    with jax.ensure_compile_time_eval():
        harmonics = np.asarray(_harmonics(degree, jnp.asarray(points)))
    return points, np.linalg.pinv(harmonics)
