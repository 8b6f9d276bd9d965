"""Random gradients, and how covariances of derivatives follow from a radial kernel."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.fields import FieldType
from geomndp.kernels.base import AbstractKernel, Covariances
from geomndp.kernels.locations import differences
from geomndp.kernels.radial import AbstractRadialKernel
from geomndp.kernels.random_features import RandomFeatures
from geomndp.kernels.symmetry import fibre_is
from geomndp.linalg import AbstractOperator, Dense
from geomndp.typing import Key, Locations


class CurlFree(AbstractKernel):
    r"""The covariance of a random gradient, $f = \nabla \varphi$ with $\varphi \sim GP(0, k_0)$.

    $$ K(x, x') \propto -\nabla \nabla^\top k_0(r) = A(s) I - B(s)\, r r^\top, \quad
       A = -2\kappa'(s),\; B = 4\kappa''(s), $$

    with $r = x - x'$, $s = |r|^2$ and $k_0 = \kappa(s)$, scaled so that $K(x, x) = \sigma^2 I$,
    where $\sigma^2$ is the variance of $k_0$ (Macêdo and Castro 2008; arXiv:2307.05431, App. A).

    Arguments:
        kernel: The radial kernel $k_0$ of the potential, with at least one derivative; its
            `variance` is that of a component of the gradient.
        dim: The dimension of space.

    Raises:
        ValueError: If the kernel is not radial or too rough, or `dim` is below 1.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> k = gn.kernels.CurlFree(gn.kernels.SquaredExponential(lengthscale=1.0, variance=2.0))
        >>> k(jnp.zeros(2), jnp.zeros(2)).tolist()
        [[2.0, 0.0], [0.0, 2.0]]
    """

    kernel: AbstractRadialKernel
    dim: int = 2

    def __check_init__(self) -> None:
        check_potential(self.kernel)
        if self.dim < 1:
            raise ValueError(f"expected a dimension of at least 1, got dim={self.dim}")

    @property
    def dim_y(self) -> int:
        return self.dim

    @property
    def smoothness(self) -> float:
        return self.kernel.smoothness - 1

    def cross_covariance(self, x: Locations, x2: Float[Array, "n_others dim_x"]) -> Covariances:
        isotropic, along, r = derivative_covariance(self.kernel, x, x2, self.dim)
        identity = jnp.eye(self.dim, dtype=x.dtype)[None, None]
        return isotropic[..., None, None] * identity - outer(along, r)

    def operator(self, x: Locations) -> AbstractOperator:
        return Dense(self.cross_covariance(x, x))

    def is_equivariant(self, field_type: FieldType) -> bool:
        return field_type.dim_x == self.dim and fibre_is(field_type, lambda turn: turn)

    def random_features(self, n_features: int, dim_x: int, *, key: Key) -> RandomFeatures:
        check_dimension_of_features(dim_x, self.dim)
        potential = self.kernel.random_features(n_features, dim_x, key=key)
        scale = gradient_scale(self.kernel, potential.frequencies.dtype)
        return potential.differentiated(scale * potential.frequencies)


def check_potential(kernel: AbstractKernel) -> None:
    """Refuse a kernel whose fields cannot be a potential."""
    if not isinstance(kernel, AbstractRadialKernel):
        raise ValueError(
            "expected a radial kernel, which depends on the distance alone, got "
            f"{kernel}; add or scale the kernels of the derivatives instead, "
            "as in CurlFree(k1) + CurlFree(k2)"
        )
    if kernel.smoothness < 1:
        raise ValueError(
            f"expected a kernel of fields with at least one derivative, got {kernel} with none; "
            "take Matern32, Matern52 or SquaredExponential"
        )


def check_dimension_of_features(dim_x: int, dim: int) -> None:
    """Refuse features for locations of another dimension."""
    if dim_x != dim:
        raise ValueError(f"expected locations of dimension {dim}, got dimension {dim_x}")


def gradient_scale(kernel: AbstractRadialKernel, dtype: jnp.dtype) -> Float[Array, ""]:
    """The factor that gives the components of the gradient the variance of the potential."""
    zero = jnp.zeros((), dtype)
    return jnp.sqrt(kernel.radial(zero) / (-2 * kernel.radial_derivative(zero)))


def derivative_covariance(
    kernel: AbstractRadialKernel, x: Locations, x2: Float[Array, "n_others dim_x"], dim: int
) -> tuple[
    Float[Array, "n_points n_others"],
    Float[Array, "n_points n_others"],
    Float[Array, "n_points n_others dim_x"],
]:
    r"""A(s), B(s), r of $-\nabla\nabla^\top k_0 = A I - B\, r r^\top$, with A(0) the variance."""
    r = differences(x, x2, dim)
    s = jnp.sum(r**2, -1)
    scale = jnp.square(gradient_scale(kernel, x.dtype))
    isotropic = -2 * scale * kernel.radial_derivative(s)
    along = 4 * scale * kernel.radial_second_derivative(s)
    return isotropic, along, r


def outer(
    weight: Float[Array, "n_points n_others"], r: Float[Array, "n_points n_others dim_x"]
) -> Float[Array, "n_points n_others dim_x dim_x"]:
    """The matrices weight r r^T."""
    return weight[..., None, None] * r[..., :, None] * r[..., None, :]
