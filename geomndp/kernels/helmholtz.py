"""Gradients and curls together."""

from geomndp.kernels.base import AbstractKernel
from geomndp.kernels.curl_free import CurlFree
from geomndp.kernels.divergence_free import DivergenceFree
from geomndp.kernels.radial import AbstractRadialKernel


def helmholtz(
    potential: AbstractRadialKernel, stream: AbstractRadialKernel, dim: int = 2
) -> AbstractKernel:
    r"""A curl-free and a divergence-free part, independent: $K = K_\mathrm{curl} + K_\mathrm{div}$.

    By Helmholtz's decomposition every smooth field that vanishes far away is such a sum. The
    variances and lengthscales of the two parts are each their own; large-scale winds have most of
    their variance in the second.

    Arguments:
        potential: The radial kernel of the curl-free part, with the variance of its components.
        stream: That of the divergence-free part.
        dim: The dimension of space, at least 2.

    Raises:
        ValueError: If a kernel is not radial or too rough, or `dim` is below 2.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> divergent = gn.kernels.SquaredExponential(lengthscale=200.0, variance=1.0)
        >>> rotational = gn.kernels.SquaredExponential(lengthscale=500.0, variance=8.0)
        >>> gn.kernels.helmholtz(divergent, rotational)(jnp.zeros(2), jnp.zeros(2)).tolist()
        [[9.0, 0.0], [0.0, 9.0]]
    """
    return CurlFree(potential, dim) + DivergenceFree(stream, dim)
