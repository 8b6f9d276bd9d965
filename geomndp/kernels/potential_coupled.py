"""A scalar field coupled to the gradient of its own."""

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.fields import FieldType
from geomndp.kernels.base import AbstractKernel, Covariances
from geomndp.kernels.curl_free import (
    check_dimension_of_features,
    check_potential,
    derivative_covariance,
    gradient_scale,
    outer,
)
from geomndp.kernels.parameters import Parameter, check_parameters, positive
from geomndp.kernels.radial import AbstractRadialKernel
from geomndp.kernels.random_features import RandomFeatures
from geomndp.kernels.symmetry import fibre_is
from geomndp.linalg import AbstractOperator, Dense
from geomndp.typing import Key, Locations


class PotentialCoupled(AbstractKernel):
    r"""The joint covariance of a wind and its pressure, $y = (c R_\theta \nabla \varphi, \varphi)$.

    Both come from one potential $\varphi \sim GP(0, k_0)$, the only way in which an invariant law
    couples a vector to a scalar. The vector is its gradient, in the plane turned by an angle:
    against the gradient is $\theta = \pi$, along the isobars, as in a geostrophic wind,
    $\theta = \pm\pi/2$. An angle other than 0 and π breaks reflections, so that the law is
    invariant under SE(2) but not under E(2). Add a `DirectSum` for what is not coupled,
    such as noise: `DirectSum((White(0.5, 2), White(0.1)))` has one variance for wind and another
    for pressure.

    Arguments:
        kernel: The radial kernel $k_0$ of the scalar, with at least one derivative.
        vector_variance: The variance of each component of the vector, in its squared units.
        angle: $\theta$, in radians, counter-clockwise, a number; `gp.fit` leaves it as it is.
        dim: The dimension of space.

    Raises:
        ValueError: If the kernel is not radial or too rough, the variance not positive, or the
            vector is to be turned outside the plane.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> pressure = gn.kernels.SquaredExponential(lengthscale=500.0, variance=25.0)
        >>> k = gn.kernels.PotentialCoupled(pressure, vector_variance=9.0, angle=jnp.pi / 2)
        >>> jnp.diagonal(k(jnp.zeros(2), jnp.zeros(2))).round(3).tolist()  # two winds, a pressure
        [9.0, 9.0, 25.0]
    """

    kernel: AbstractRadialKernel
    vector_variance: Parameter = positive()
    angle: float | int = eqx.field(default=0.0, static=True)
    dim: int = 2

    def __check_init__(self) -> None:
        check_potential(self.kernel)
        check_parameters(self)
        if self.dim < 1:
            raise ValueError(f"expected a dimension of at least 1, got dim={self.dim}")
        if self.dim != 2 and not (isinstance(self.angle, float | int) and self.angle == 0):
            raise ValueError(
                f"expected angle=0 in dimension {self.dim}, got {self.angle}: "
                "only in the plane is there one way to turn a gradient"
            )

    @property
    def dim_y(self) -> int:
        return self.dim + 1

    @property
    def smoothness(self) -> float:
        return self.kernel.smoothness - 1

    def cross_covariance(self, x: Locations, x2: Float[Array, "n_others dim_x"]) -> Covariances:
        isotropic, along, r = derivative_covariance(self.kernel, x, x2, self.dim)
        s = jnp.sum(r**2, -1)
        turn = self._turn(x.dtype)
        size = self._size(x.dtype)
        identity = jnp.eye(self.dim, dtype=x.dtype)[None, None]
        # R (A I - B r r^T) R^T = A I - B (R r)(R r)^T
        turned = r @ turn.T
        ratio = (size / gradient_scale(self.kernel, x.dtype)) ** 2
        vectors = ratio * (isotropic[..., None, None] * identity - outer(along, turned))
        mixed = 2 * size * self.kernel.radial_derivative(s)[..., None] * turned
        scalars = self.kernel.radial(s)[..., None, None]
        top = jnp.concatenate([vectors, mixed[..., :, None]], -1)
        bottom = jnp.concatenate([-mixed[..., None, :], scalars], -1)
        return jnp.concatenate([top, bottom], -2)

    def operator(self, x: Locations) -> AbstractOperator:
        return Dense(self.cross_covariance(x, x))

    def is_equivariant(self, field_type: FieldType) -> bool:
        def expected(turn: Float[Array, "d d"]) -> Float[Array, "dim_y dim_y"]:
            if turn.shape[0] != self.dim:
                return jnp.zeros((0, 0))
            own = self._turn(turn.dtype)
            matrix = jnp.eye(self.dim_y, dtype=turn.dtype)
            return matrix.at[: self.dim, : self.dim].set(own @ turn @ own.T)

        return fibre_is(field_type, expected)

    def random_features(self, n_features: int, dim_x: int, *, key: Key) -> RandomFeatures:
        check_dimension_of_features(dim_x, self.dim)
        potential = self.kernel.random_features(n_features, dim_x, key=key)
        dtype = potential.frequencies.dtype
        slopes = self._size(dtype) * potential.frequencies @ self._turn(dtype).T
        vectors = potential.differentiated(slopes)
        return RandomFeatures(
            potential.frequencies,
            jnp.concatenate([vectors.real, potential.real], -1),
            jnp.concatenate([vectors.imaginary, potential.imaginary], -1),
        )

    def _size(self, dtype: jnp.dtype) -> Float[Array, ""]:
        """The factor c of the gradient."""
        zero = jnp.zeros((), dtype)
        return jnp.sqrt(self.vector_variance / (-2 * self.kernel.radial_derivative(zero)))

    def _turn(self, dtype: jnp.dtype) -> Float[Array, "dim dim"]:
        """The rotation of the gradient."""
        if self.dim != 2:
            return jnp.eye(self.dim, dtype=dtype)
        angle = jnp.asarray(self.angle, dtype)
        cosine, sine = jnp.cos(angle), jnp.sin(angle)
        return jnp.stack([jnp.stack([cosine, -sine]), jnp.stack([sine, cosine])])
