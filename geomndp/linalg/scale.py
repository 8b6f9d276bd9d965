"""Operators times numbers, with the structure that they keep."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.linalg.base import AbstractOperator
from geomndp.linalg.block_diagonal import BlockDiagonal
from geomndp.linalg.dense import Dense
from geomndp.linalg.diagonal import Diagonal
from geomndp.linalg.direct_sum import DirectSum
from geomndp.linalg.embedded import Embedded
from geomndp.linalg.kronecker import Kronecker
from geomndp.linalg.kronecker_plus_identity import KroneckerPlusIdentity
from geomndp.linalg.low_rank_plus_diagonal import LowRankPlusDiagonal
from geomndp.linalg.repeated import Repeated
from geomndp.linalg.scaled_identity import ScaledIdentity
from geomndp.linalg.sum import Sum


def scale(operator: AbstractOperator, factor: Float[Array, ""] | float | int) -> AbstractOperator:
    """An operator times a positive number, written `factor * operator`.

    Factors that the operator holds are not kept: scale first, factorise then.

    Arguments:
        operator: The operator.
        factor: The number, positive.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> noise = gn.linalg.ScaledIdentity(2.0, n_points=2, dim_y=1)
        >>> gn.linalg.scale(noise, 3.0).diagonal().tolist()
        [[6.0], [6.0]]
    """
    match operator:
        case ScaledIdentity():
            return ScaledIdentity(factor * operator.variance, *operator.shape)
        case Diagonal():
            return Diagonal(factor * operator.variances)
        case BlockDiagonal():
            return BlockDiagonal(factor * operator.blocks)
        case Repeated():
            return Repeated(scale(operator.scalar, factor), operator.dim_y)
        case Kronecker():
            return Kronecker(operator.scalar, factor * operator.b)
        case KroneckerPlusIdentity(mask=None):
            variance = factor * operator.variance
            return KroneckerPlusIdentity(operator.scalar, factor * operator.b, variance)
        case DirectSum(parts=parts) | Sum(terms=parts):
            return type(operator)(tuple(scale(part, factor) for part in parts))
        case Embedded():
            return Embedded(scale(operator.operator, factor), operator.frame)
        case LowRankPlusDiagonal(features=features, variances=variances):
            root = jnp.sqrt(jnp.asarray(factor, features.dtype))
            noise = None if variances is None else factor * variances
            return LowRankPlusDiagonal(root * features, noise)
        case _:
            return Dense(factor * operator.dense())
