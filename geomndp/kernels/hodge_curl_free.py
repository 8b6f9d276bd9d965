"""Random gradients on the globe."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.kernels.base import Covariances
from geomndp.kernels.gradient_fields import SurfaceGradient
from geomndp.kernels.hodge_kernel import AbstractHodgeKernel
from geomndp.kernels.hodge_potential import HodgePotential
from geomndp.kernels.tangent_fields import (
    outer,
    potential_derivatives,
)
from geomndp.kernels.zonal import AbstractZonalKernel
from geomndp.typing import Key, Locations


class HodgeCurlFree(AbstractHodgeKernel):
    r"""The covariance of a random gradient on $S^2$, a field of tangent vectors without curl.

    Values are vectors in space, tangent at their location x. With the potential
    $\varphi \sim GP(0, F(\langle x, x'\rangle))$, $f = \nabla\varphi$ along the sphere,
    $c = \langle x, x'\rangle$ and the projection $P_x = I - x x^\top$,

    $$ K(x, x') = P_x \bigl( F'(c)\, I + F''(c)\, x' x^\top \bigr) P_{x'}, \qquad
       K(x, x) = \sigma^2 P_x. $$

    F is the `HodgePotential` of a zonal kernel: degree $\ell \ge 1$ has the same part in the
    variance of the field as it has in that of the kernel,
    $b_\ell \propto (2\ell + 1)\, \Phi(\ell(\ell + 1))$. With `SphericalMatern` and `SphericalHeat`
    these are the Hodge-Matérn and Hodge-heat kernels, with
    $\Phi(\lambda) = (2\nu/\kappa^2 + \lambda)^{-\nu - 1}$ and $e^{-\kappa^2 \lambda/2}$.

    Cutting the series off errs by less, in the spectral norm of K, than twice the variance times
    the share of the degrees left out, which is at most that of the zonal kernel over
    $1 - \kappa^2/3$.

    Arguments:
        kernel: The zonal kernel; its `variance` is that of a component of the field.

    Raises:
        ValueError: If the kernel is not zonal, or is of degree 0 alone.

    References:
        Robert-Nicoud, Krause and Borovitskiy (2024), *Intrinsic Gaussian Vector Fields on
        Manifolds*, arXiv:2310.18824, sections 3 and 4.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> k = gn.kernels.HodgeCurlFree(gn.kernels.SphericalMatern(1.5, 0.5, variance=2.0))
        >>> pole = jnp.array([0.0, 0.0, 1.0])
        >>> k(pole, pole).round(4).tolist()
        [[2.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 0.0]]
    """

    kernel: AbstractZonalKernel

    def cross_covariance(self, x: Locations, x2: Float[Array, "n_others dim_x"]) -> Covariances:
        cosine, first, second = potential_derivatives(self.kernel, x, x2)
        here, there = x[:, None, :], x2[None, :, :]
        identity = jnp.eye(3, dtype=x.dtype)[None, None]
        # P_x P_x', and P_x x' and P_x' x from the difference, exact where it is small.
        both = identity - outer(here, here) - outer(there, there)
        both = both + cosine[..., None, None] * outer(here, there)
        step, short = there - here, (1 - cosine)[..., None]
        towards = outer(step + short * here, short * there - step)
        return first[..., None, None] * both + second[..., None, None] * towards

    def sample_function(self, *, key: Key) -> SurfaceGradient:
        """A draw from the field, exact, which has no curl anywhere.

        Arguments:
            key: A random key.
        """
        return SurfaceGradient(HodgePotential(self.kernel).sample_function(key=key))
