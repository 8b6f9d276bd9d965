"""Random fields without sources."""

import itertools

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
from geomndp.kernels.radial import AbstractRadialKernel
from geomndp.kernels.random_features import RandomFeatures
from geomndp.kernels.symmetry import fibre_is
from geomndp.linalg import AbstractOperator, Dense
from geomndp.typing import Key, Locations


class DivergenceFree(AbstractKernel):
    r"""The covariance of a random field of divergence zero, derived from a potential.

    In the plane $f = (\partial_2 \psi, -\partial_1 \psi)$ with a stream function
    $\psi \sim GP(0, k_0)$, in space $f = \nabla \times A$ with a vector potential:

    $$ K(x, x') \propto (\nabla\nabla^\top - \Delta I)\, k_0(r)
       = \big((d - 1) A(s) - s B(s)\big) I + B(s)\, r r^\top, $$

    with A and B of `CurlFree`, scaled so that $K(x, x) = \sigma^2 I$ (Macêdo and Castro 2008;
    arXiv:2307.05431, App. A).

    Arguments:
        kernel: The radial kernel $k_0$, with at least one derivative; its `variance` is that of a
            component of the field.
        dim: The dimension of space, at least 2.

    Raises:
        ValueError: If the kernel is not radial or too rough, or `dim` is below 2.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> k = gn.kernels.DivergenceFree(gn.kernels.SquaredExponential(1.0, 2.0), dim=3)
        >>> k(jnp.zeros(3), jnp.zeros(3)).tolist()[0]
        [2.0, 0.0, 0.0]
    """

    kernel: AbstractRadialKernel
    dim: int = 2

    def __check_init__(self) -> None:
        check_potential(self.kernel)
        if self.dim < 2:
            raise ValueError(
                f"expected a dimension of at least 2, got dim={self.dim}: on a line only constants "
                "have divergence zero; take Constant"
            )

    @property
    def dim_y(self) -> int:
        return self.dim

    @property
    def smoothness(self) -> float:
        return self.kernel.smoothness - 1

    def cross_covariance(self, x: Locations, x2: Float[Array, "n_others dim_x"]) -> Covariances:
        isotropic, along, r = derivative_covariance(self.kernel, x, x2, self.dim)
        along = along / (self.dim - 1)
        trace = isotropic - jnp.sum(r**2, -1) * along
        identity = jnp.eye(self.dim, dtype=x.dtype)[None, None]
        return trace[..., None, None] * identity + outer(along, r)

    def operator(self, x: Locations) -> AbstractOperator:
        return Dense(self.cross_covariance(x, x))

    def is_equivariant(self, field_type: FieldType) -> bool:
        return field_type.dim_x == self.dim and fibre_is(field_type, lambda turn: turn)

    def random_features(self, n_features: int, dim_x: int, *, key: Key) -> RandomFeatures:
        check_dimension_of_features(dim_x, self.dim)
        potential = self.kernel.random_features(n_features, dim_x, key=key)
        scale = gradient_scale(self.kernel, potential.frequencies.dtype) / (self.dim - 1) ** 0.5
        # |w|^2 I - w w^T is the sum over pairs of axes of the squares of w turned in their plane.
        turned = []
        for i, j in itertools.combinations(range(self.dim), 2):
            across = jnp.zeros_like(potential.frequencies)
            across = across.at[:, i].set(potential.frequencies[:, j])
            turned.append(across.at[:, j].set(-potential.frequencies[:, i]))
        return RandomFeatures.stack([potential.differentiated(scale * t) for t in turned])
