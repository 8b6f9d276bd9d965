"""Potentials and stream functions of tangent fields on the globe."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.kernels.parameters import is_known
from geomndp.kernels.zonal import AbstractZonalKernel


class HodgePotential(AbstractZonalKernel):
    r"""The covariance of a potential whose derivatives have the spectrum of a kernel on the globe.

    The harmonics of degree $\ell$ are eigenfunctions of the Laplacian,
    $-\Delta Y = \lambda_\ell Y$ with $\lambda_\ell = \ell(\ell + 1)$, so that their gradients have
    the mean square $\lambda_\ell$ times theirs, in equal parts in two directions. From
    $k = \sum b_\ell P_\ell$ this is

    $$ \sum_{\ell \ge 1} a_\ell P_\ell, \qquad a_\ell \propto 2 b_\ell / \lambda_\ell, $$

    scaled so that a component of the gradient has the variance of k. Degree 0, a constant, has no
    gradient and is left out.

    Arguments:
        kernel: The zonal kernel k, whose variance is that of a component of the gradient.

    Raises:
        ValueError: If the kernel is not zonal, or is of degree 0 alone.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> winds = gn.kernels.ZonalSeries((0.0, 1.0, 3.0), variance=8.0)
        >>> gn.kernels.HodgePotential(winds).degree_variances().tolist()
        [0.0, 2.0, 2.0]
    """

    kernel: AbstractZonalKernel

    def __check_init__(self) -> None:
        if not isinstance(self.kernel, AbstractZonalKernel):
            raise ValueError(
                "expected a zonal kernel, such as SphericalMatern or SphericalHeat, got "
                f"{self.kernel}; add or scale the kernels of the derivatives instead"
            )
        weights = self.kernel.degree_variances()
        if weights.shape[0] < 2 or (is_known(weights) and not bool(jnp.any(weights[1:] > 0))):
            raise ValueError(
                f"expected a kernel with degrees above 0, got {self.kernel}: a constant has no "
                "gradient"
            )

    def degree_variances(self) -> Float[Array, " n_degrees"]:
        weights = self.kernel.degree_variances()
        degree = jnp.arange(1, weights.shape[0], dtype=weights.dtype)
        share = jnp.sum(weights) / jnp.sum(weights[1:])
        rest = 2 * share * weights[1:] / (degree * (degree + 1))
        return jnp.concatenate([jnp.zeros_like(weights[:1]), rest])
