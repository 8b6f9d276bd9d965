"""Gradients and turned gradients on the globe together."""

from geomndp.kernels.base import AbstractKernel
from geomndp.kernels.hodge_curl_free import HodgeCurlFree
from geomndp.kernels.hodge_divergence_free import HodgeDivergenceFree
from geomndp.kernels.zonal import AbstractZonalKernel


def hodge_mixture(potential: AbstractZonalKernel, stream: AbstractZonalKernel) -> AbstractKernel:
    r"""A curl-free and a divergence-free part on $S^2$, independent of each other.

    By Hodge's decomposition every smooth tangent field on the sphere is the sum of two such, in one
    way. It is `helmholtz` of the globe; for equal kernels the Hodge-Matérn kernel, or another, of
    all fields, and $K(x, x)$ is then twice their variance in every tangent direction.

    Arguments:
        potential: The zonal kernel of the curl-free part, with the variance of its components.
        stream: That of the divergence-free part.

    Raises:
        ValueError: If a kernel is not zonal, or is of degree 0 alone.

    References:
        Robert-Nicoud, Krause and Borovitskiy (2024), arXiv:2310.18824, section 3.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> divergent = gn.kernels.SphericalMatern(nu=1.5, lengthscale=0.2, variance=1.0)
        >>> rotational = gn.kernels.SphericalMatern(nu=1.5, lengthscale=0.4, variance=8.0)
        >>> gp = gn.GaussianProcess(gn.kernels.hodge_mixture(divergent, rotational))
        >>> x = gn.manifolds.Sphere(2).random_uniform((5,), key=jax.random.key(0))
        >>> wind = gp.sample(x, key=jax.random.key(1))
        >>> wind.shape, bool(jnp.abs(jnp.sum(x * wind, -1)).max() < 1e-5)  # tangent
        ((5, 3), True)
    """
    return HodgeCurlFree(potential) + HodgeDivergenceFree(stream)
