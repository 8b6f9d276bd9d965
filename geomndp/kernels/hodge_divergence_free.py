"""Random tangent fields on the globe without sources."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.kernels.base import Covariances
from geomndp.kernels.gradient_fields import SkewGradient
from geomndp.kernels.hodge_kernel import AbstractHodgeKernel
from geomndp.kernels.hodge_potential import HodgePotential
from geomndp.kernels.tangent_fields import (
    outer,
    potential_derivatives,
)
from geomndp.kernels.zonal import AbstractZonalKernel
from geomndp.typing import Key, Locations


class HodgeDivergenceFree(AbstractHodgeKernel):
    r"""The covariance of a random tangent field on $S^2$ of divergence zero.

    With a stream function $\psi \sim GP(0, F(\langle x, x'\rangle))$ it is that of
    $f = x \times \nabla\psi$, the gradient turned by a right angle; with
    $c = \langle x, x'\rangle$,

    $$ K(x, x') = F'(c)\, (c\, I - x' x^\top) - F''(c)\, (x \times x') (x \times x')^\top, \qquad
       K(x, x) = \sigma^2 P_x. $$

    The spectrum, its truncation and the use are those of `HodgeCurlFree`; the sum of both is the
    covariance of fields of all kinds, as there are no harmonic ones on the sphere (`hodge`).

    Arguments:
        kernel: The zonal kernel; its `variance` is that of a component of the field.

    Raises:
        ValueError: If the kernel is not zonal, or is of degree 0 alone.

    References:
        Robert-Nicoud, Krause and Borovitskiy (2024), *Intrinsic Gaussian Vector Fields on
        Manifolds*, arXiv:2310.18824, sections 3 and 4.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> k = gn.kernels.HodgeDivergenceFree(gn.kernels.SphericalHeat(0.5, variance=2.0))
        >>> pole = jnp.array([0.0, 0.0, 1.0])
        >>> k(pole, pole).round(4).tolist()
        [[2.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 0.0]]
    """

    kernel: AbstractZonalKernel

    def cross_covariance(self, x: Locations, x2: Float[Array, "n_others dim_x"]) -> Covariances:
        cosine, first, second = potential_derivatives(self.kernel, x, x2)
        here, there = x[:, None, :], x2[None, :, :]
        normal = jnp.cross(here, there - here)
        isotropic = (first * cosine)[..., None, None] * jnp.eye(3, dtype=x.dtype)[None, None]
        back = first[..., None, None] * outer(there, here)
        along = second[..., None, None] * outer(normal, normal)
        return isotropic - back - along

    def sample_function(self, *, key: Key) -> SkewGradient:
        """A draw from the field, exact, which has no divergence anywhere.

        Arguments:
            key: A random key.
        """
        return SkewGradient(HodgePotential(self.kernel).sample_function(key=key))
