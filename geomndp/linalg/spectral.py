"""Square roots of symmetric matrices by their eigenvalues."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float


@jax.custom_jvp
def symmetric_sqrt(matrix: Float[Array, "size size"]) -> Float[Array, "size size"]:
    """The symmetric square root of a positive semi-definite matrix."""
    return _root_and_eigen(matrix)[0]


@symmetric_sqrt.defjvp
def _symmetric_sqrt_jvp(
    primals: tuple[Float[Array, "size size"]], tangents: tuple[Float[Array, "size size"]]
) -> tuple[Float[Array, "size size"], Float[Array, "size size"]]:
    # From R dR + dR R = dA, in the basis of the eigenvectors. Unlike the derivative of the
    # eigenvectors it is finite where eigenvalues coincide.
    root, deviations, basis = _root_and_eigen(primals[0])
    sums = deviations[:, None] + deviations[None, :]
    scale = jnp.where(sums > 0, 1 / jnp.where(sums > 0, sums, jnp.ones_like(sums)), 0)
    return root, basis @ (scale * (basis.T @ tangents[0] @ basis)) @ basis.T


def _root_and_eigen(
    matrix: Float[Array, "size size"],
) -> tuple[Float[Array, "size size"], Float[Array, " size"], Float[Array, "size size"]]:
    """The root, its eigenvalues and its eigenvectors."""
    values, basis = jnp.linalg.eigh(matrix)
    deviations = jnp.sqrt(jnp.maximum(values, 0))
    return (basis * deviations[None, :]) @ basis.T, deviations, basis


def inverse_sqrt_on_range(matrix: Float[Array, "size size"]) -> Float[Array, "size size"]:
    """The symmetric square root of the pseudo-inverse of a positive semi-definite matrix.

    Eigenvalues below rounding count as zero.
    """
    values, basis = jnp.linalg.eigh(matrix)
    rounding = matrix.shape[0] * float(jnp.finfo(matrix.dtype).eps) * jnp.max(jnp.abs(values))
    is_positive = values > rounding
    inverse = jnp.where(is_positive, jax.lax.rsqrt(jnp.where(is_positive, values, 1)), 0)
    return (basis * inverse[None, :]) @ basis.T
