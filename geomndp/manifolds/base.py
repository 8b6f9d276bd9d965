"""The interface of a Riemannian manifold in an ambient Euclidean space."""

import abc
import math

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.manifolds.heat_kernel import AbstractHeatKernel
from geomndp.typing import Key

Point = Float[Array, "*batch ambient_dim"]
"""A point, in ambient coordinates, with any leading axes."""

Tangent = Float[Array, "*batch ambient_dim"]
"""A tangent vector, in ambient coordinates."""


class AbstractManifold(eqx.Module):
    r"""A Riemannian manifold in $\mathbb{R}^{\text{ambient\_dim}}$.

    Points and tangent vectors are given in ambient coordinates on the last axis; the base point
    comes first. The metric is given by one bilinear form of the ambient space, `inner`, the same at
    all points; but for hyperbolic space it is the usual product. Implementations keep these laws:
    $\exp_y(\log_y z) = z$ and $|\log_y z| = d(y, z)$ inside the injectivity radius, transport
    along the geodesic is an isometry of tangent spaces, and the two projections are idempotent.
    Every function has finite values and gradients everywhere, at coincident and at conjugate points
    too.

    Example:
        >>> import jax, geomndp as gn
        >>> def midpoint(manifold: gn.manifolds.AbstractManifold, y, z):
        ...     return manifold.exp(y, manifold.log(y, z) / 2)
        >>> globe = gn.manifolds.Sphere(2)
        >>> y, z = globe.random_uniform((2,), key=jax.random.key(0))
        >>> middle = midpoint(globe, y, z)
        >>> bool(abs(globe.dist(y, middle) - globe.dist(middle, z)) < 1e-6)
        True
    """

    @property
    @abc.abstractmethod
    def dim(self) -> int:
        """Intrinsic dimension."""

    @property
    @abc.abstractmethod
    def ambient_dim(self) -> int:
        """Number of coordinates of a point."""

    @property
    @abc.abstractmethod
    def heat_kernel(self) -> AbstractHeatKernel:
        """The transition density of Brownian motion.

        Raises:
            ValueError: If this library has none for the manifold.
        """

    @property
    @abc.abstractmethod
    def log_volume(self) -> float:
        """Logarithm of the Riemannian volume, infinite where the manifold is not compact."""

    @property
    def is_compact(self) -> bool:
        """Whether the volume is finite, so that there is a uniform law."""
        return math.isfinite(self.log_volume)

    @property
    @abc.abstractmethod
    def spectral_gap(self) -> float:
        r"""The least positive eigenvalue of $-\Delta$, 0 where the manifold is not compact.

        Brownian motion with generator $\tfrac12\Delta$ forgets where it began as
        $e^{-\text{gap}\,\tau/2}$.
        """

    @abc.abstractmethod
    def exp(self, y: Point, v: Tangent) -> Point:
        """The end of the geodesic that leaves y with velocity v, after unit time."""

    @abc.abstractmethod
    def log(self, y: Point, z: Point) -> Tangent:
        """The velocity at y of the shortest geodesic to z."""

    @abc.abstractmethod
    def dist(self, y: Point, z: Point) -> Float[Array, "*batch"]:
        """Geodesic distance."""

    @abc.abstractmethod
    def transport(self, y: Point, z: Point, v: Tangent) -> Tangent:
        """Parallel transport of v from y to z along the shortest geodesic."""

    @abc.abstractmethod
    def project(self, y: Point) -> Point:
        """The nearest point of the manifold; in hyperbolic space the one at the same place."""

    @abc.abstractmethod
    def project_tangent(self, y: Point, v: Tangent) -> Tangent:
        """The orthogonal projection of an ambient vector onto the tangent space at y."""

    @abc.abstractmethod
    def spanning_fields(self, y: Point) -> Float[Array, "*batch n_fields ambient_dim"]:
        """Smooth vector fields that together span the tangent space at every point.

        A network with values in a tangent bundle gives their coefficients: no manifold needs a
        frame, which on the sphere could not be continuous.
        """

    @abc.abstractmethod
    def frame(self, y: Point) -> Float[Array, "*batch dim ambient_dim"]:
        """An orthonormal basis of the tangent space at every point, not always continuous."""

    @abc.abstractmethod
    def log_det_exp(self, y: Point, v: Tangent) -> Float[Array, "*batch"]:
        r"""$\log |\det d\exp_y|$ at v: how much the exponential map stretches volumes there.

        It is minus infinity at conjugate points.
        """

    @abc.abstractmethod
    def base_point(self) -> Float[Array, " ambient_dim"]:
        """A point that serves as the origin, in the default precision."""

    @abc.abstractmethod
    def random_uniform(self, shape: tuple[int, ...], *, key: Key) -> Point:
        """Independent points of the uniform law, of shape (*shape, ambient_dim).

        Raises:
            ValueError: If the manifold is not compact.
        """

    def random_tangent(self, y: Point, *, key: Key) -> Tangent:
        """A standard normal vector in the tangent space at y."""
        return self.project_tangent(y, jax.random.normal(key, y.shape, y.dtype))

    def inner(self, u: Tangent, v: Tangent) -> Float[Array, "*batch"]:
        """The inner product of two vectors that are tangent at one point."""
        return jnp.sum(u * v, -1)

    def gradient(self, y: Point, derivative: Tangent) -> Tangent:
        """The Riemannian gradient at y of a function with these derivatives in the coordinates."""
        return self.project_tangent(y, derivative)

    def random_base(self, shape: tuple[int, ...], *, key: Key) -> Point:
        """Independent points of the wrapped normal law about the base point, of unit scale.

        They are the ends of geodesics whose velocities are standard normal.
        """
        y = jnp.broadcast_to(self.base_point(), (*shape, self.ambient_dim))
        return self.exp(y, self.random_tangent(y, key=key))
