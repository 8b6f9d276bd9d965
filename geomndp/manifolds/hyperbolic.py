"""Hyperbolic space."""

import math
from typing import NoReturn

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.manifolds.base import AbstractManifold, Point, Tangent
from geomndp.manifolds.even_functions import decayed_cosh
from geomndp.manifolds.unit_vectors import identity, safe_norm
from geomndp.typing import Key


class Hyperbolic(AbstractManifold):
    r"""Hyperbolic space $H^n$ of curvature -1, as the upper sheet of a hyperboloid.

    In the Lorentz model, points of $\mathbb{R}^{n+1}$ have $\langle y, y\rangle = -1$ and a
    positive time, which is the first coordinate, in the form of Minkowski
    $\langle u, v\rangle = -u_0 v_0 + u_1 v_1 + \dots + u_n v_n$. This form is the metric: on
    tangent vectors it is positive. Any two points are joined by one geodesic.

    Arguments:
        n: The intrinsic dimension, at least 1.

    Raises:
        ValueError: If `n` is below 1.

    References:
        Nickel and Kiela (2018), *Learning continuous hierarchies in the Lorentz model of
        hyperbolic geometry*.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> plane = gn.manifolds.Hyperbolic(2)
        >>> y = plane.base_point()
        >>> z = plane.exp(y, jnp.array([0.0, 3.0, 4.0]))
        >>> round(float(plane.dist(y, z)), 4)
        5.0
    """

    n: int

    def __check_init__(self) -> None:
        if self.n < 1:
            raise ValueError(f"expected a dimension of at least 1, got n={self.n}")

    @property
    def dim(self) -> int:
        return self.n

    @property
    def ambient_dim(self) -> int:
        return self.n + 1

    @property
    def heat_kernel(self) -> NoReturn:
        raise ValueError(
            f"expected a manifold with a heat kernel, got {self}: it is not available; "
            "use Langevin noising or flow matching, which need none"
        )

    @property
    def log_volume(self) -> float:
        return math.inf

    @property
    def spectral_gap(self) -> float:
        return 0.0

    def exp(self, y: Point, v: Tangent) -> Point:
        length = self._length(y, v)[..., None]
        _, stretch, _ = decayed_cosh(length, jnp)
        return self.project(jnp.cosh(length) * y + jnp.exp(length) * stretch * v)

    def log(self, y: Point, z: Point) -> Tangent:
        step = self._difference(y, z)
        squared = self.inner(step, step)[..., None]
        _, stretch, _ = decayed_cosh(self.dist(y, z)[..., None], jnp)
        decay = jnp.exp(-self.dist(y, z))[..., None]
        # The part of z across y, over its length per unit of distance.
        return self._tangent(y, step - 0.5 * squared * y) * decay / stretch

    def dist(self, y: Point, z: Point) -> Float[Array, "*batch"]:
        step = self._difference(y, z)
        squared = self.inner(step, step)
        at_zero = squared <= 0  # or below, by rounding
        chord = jnp.where(at_zero, 0, jnp.sqrt(jnp.where(at_zero, 1, squared)))
        return 2 * jnp.arcsinh(0.5 * chord)

    def transport(self, y: Point, z: Point, v: Tangent) -> Tangent:
        step = self._difference(y, z)
        along = self.inner(step, v) / (2 + 0.5 * self.inner(step, step))
        return self.project_tangent(z, v + along[..., None] * (y + z))

    def project(self, y: Point) -> Point:
        """The point above the same place: the time follows from the other coordinates."""
        space = y[..., 1:]
        time = jnp.sqrt(1 + jnp.sum(space**2, -1, keepdims=True))
        return jnp.concatenate([time, space], -1)

    def project_tangent(self, y: Point, v: Tangent) -> Tangent:
        """Orthogonal in the form of Minkowski."""
        return v + self.inner(y, v)[..., None] * y

    def spanning_fields(self, y: Point) -> Float[Array, "*batch n_fields ambient_dim"]:
        """The frame, which is smooth."""
        return self.frame(y)

    def frame(self, y: Point) -> Float[Array, "*batch dim ambient_dim"]:
        """The axes at the base point, transported to y."""
        time, space = y[..., :1, None], y[..., 1:]
        mirror = space[..., :, None] * space[..., None, :] / (1 + time)
        return jnp.concatenate([space[..., None], identity(self.n, y) + mirror], -1)

    def log_det_exp(self, y: Point, v: Tangent) -> Float[Array, "*batch"]:
        length = self._length(y, v)
        return (self.n - 1) * (length + jnp.log(decayed_cosh(length, jnp)[1]))

    def base_point(self) -> Float[Array, " ambient_dim"]:
        return jax.nn.one_hot(0, self.n + 1)

    def random_uniform(self, shape: tuple[int, ...], *, key: Key) -> Point:
        raise ValueError(
            f"expected a compact manifold, got {self}: it has no uniform law; use `random_base`"
        )

    def random_tangent(self, y: Point, *, key: Key) -> Tangent:
        """A standard normal vector in the tangent space at y, in the metric of Minkowski."""
        coefficients = jax.random.normal(key, (*y.shape[:-1], self.n), y.dtype)
        return jnp.sum(coefficients[..., None] * self.frame(y), -2)

    def inner(self, u: Tangent, v: Tangent) -> Float[Array, "*batch"]:
        """The form of Minkowski."""
        return jnp.sum(u[..., 1:] * v[..., 1:], -1) - u[..., 0] * v[..., 0]

    def gradient(self, y: Point, derivative: Tangent) -> Tangent:
        flipped = jnp.concatenate([-derivative[..., :1], derivative[..., 1:]], -1)
        return self.project_tangent(y, flipped)

    def _length(self, y: Point, v: Tangent) -> Float[Array, "*batch"]:
        """Of a tangent vector, by its coefficients in the frame, which are never imaginary."""
        return safe_norm(v[..., 1:] - y[..., 1:] * (v[..., :1] / (1 + y[..., :1])))

    def _difference(self, y: Point, z: Point) -> Tangent:
        """Z - y, whose time follows from the rest and so has all its digits."""
        space = z[..., 1:] - y[..., 1:]
        middle = (y[..., 1:] + z[..., 1:]) / (y[..., :1] + z[..., :1])
        return jnp.concatenate([jnp.sum(space * middle, -1, keepdims=True), space], -1)

    def _tangent(self, y: Point, v: Tangent) -> Tangent:
        """The tangent vector with the same coordinates in space as one that is nearly tangent."""
        time = jnp.sum(y[..., 1:] * v[..., 1:], -1, keepdims=True) / y[..., :1]
        return jnp.concatenate([time, v[..., 1:]], -1)
