"""Cholesky factors that are refused when rounding has spoilt them."""

import equinox as eqx
import jax.numpy as jnp
from jax.core import Tracer
from jaxtyping import Array, Bool, Float

NOT_FINITE = (
    "expected finite covariances, got NaN or infinity; "
    "check the locations and the parameters of the kernel"
)
NOT_POSITIVE = (
    "expected a covariance that is positive definite to rounding, got one that is not: points may "
    "coincide, or the kernel may be very smooth; add observation noise (`+ White(...)`) "
    "or pass `jitter=1e-6`, or 1e-4 in single precision"
)


def cholesky(
    matrix: Float[Array, "*batch size size"],
    least_pivot: Float[Array, "*batch size"] | float | None = None,
) -> Float[Array, "*batch size size"]:
    r"""The lower triangular L with $L L^\top = A$.

    The pivot $L_{ii}^2$ is the variance of a coordinate given those before it, and rounding errs in
    it by up to about $\mathrm{size} \cdot \epsilon A_{ii}$. A pivot below that is refused: it is
    noise, as it is where points coincide, even if its square root exists. No pivot is below the
    smallest eigenvalue, so that matrices with condition numbers up to about
    $1 / (\mathrm{size} \cdot \epsilon)$ pass, and the scale of each coordinate does not matter.

    Arguments:
        matrix: Symmetric matrices A.
        least_pivot: What pivots have to exceed, in the place of the above.

    Raises:
        ValueError: If a matrix is not positive definite to rounding, or not finite; an error at
            run time where the values are not known.
    """
    diagonal = jnp.diagonal(matrix, axis1=-2, axis2=-1)
    if least_pivot is None:
        least_pivot = matrix.shape[-1] * float(jnp.finfo(matrix.dtype).eps) * diagonal
    factor = jnp.linalg.cholesky(matrix)
    pivots = jnp.diagonal(factor, axis1=-2, axis2=-1) ** 2
    return refuse_unless(factor, finite=jnp.isfinite(matrix), positive=pivots > least_pivot)


def positive(variances: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
    """Variances as they are.

    Raises:
        ValueError: Unless all are positive and finite, as for `cholesky`.
    """
    return refuse_unless(variances, finite=jnp.isfinite(variances), positive=variances > 0)


def refuse_unless(
    value: Float[Array, "*shape"], *, finite: Bool[Array, "..."], positive: Bool[Array, "..."]
) -> Float[Array, "*shape"]:
    """The value, if all is finite and positive.

    Raises:
        ValueError: If not; under a transformation of JAX an error at run time instead.
    """
    is_finite, is_good = jnp.all(finite), jnp.all(finite) & jnp.all(positive)
    if isinstance(is_good, Tracer):
        which = is_finite.astype(jnp.int32)
        return eqx.branched_error_if(value, ~is_good, which, [NOT_FINITE, NOT_POSITIVE])
    if not is_finite:
        raise ValueError(NOT_FINITE)
    if not is_good:
        raise ValueError(NOT_POSITIVE)
    return value
