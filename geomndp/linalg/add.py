"""Sums of operators, with the structure that they keep."""

from collections.abc import Callable, Sequence
from typing import Any

import jax.numpy as jnp

from geomndp.linalg.base import AbstractOperator
from geomndp.linalg.block_diagonal import BlockDiagonal
from geomndp.linalg.dense import Dense
from geomndp.linalg.diagonal import Diagonal
from geomndp.linalg.direct_sum import DirectSum, split_columns
from geomndp.linalg.embedded import Embedded, same_subspaces, turned
from geomndp.linalg.kronecker import Kronecker
from geomndp.linalg.kronecker_plus_identity import KroneckerPlusIdentity
from geomndp.linalg.low_rank_plus_diagonal import LowRankPlusDiagonal
from geomndp.linalg.repeated import Repeated
from geomndp.linalg.scaled_identity import ScaledIdentity
from geomndp.linalg.sum import Sum, check_same_shape


def add(*operators: AbstractOperator) -> AbstractOperator:
    r"""$K_1 + \dots + K_m$ as the operator with the cheapest factor that is exact.

    Terms are joined two by two as long as a rule for their classes is known; what is left becomes
    a `Sum`.

    Arguments:
        operators: The terms, at least one.

    Raises:
        ValueError: If there are no terms or their shapes differ.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> noise = gn.linalg.ScaledIdentity(1.0, n_points=2, dim_y=1)
        >>> signal = gn.linalg.Dense(jnp.ones((2, 2, 1, 1)))
        >>> total = gn.linalg.add(signal, noise)
        >>> total.dense()[:, :, 0, 0].tolist()
        [[2.0, 1.0], [1.0, 2.0]]
        >>> type(total).__name__
        'Dense'
    """
    check_same_shape(*operators)
    terms: list[AbstractOperator] = []
    for operator in operators:
        for part in operator.terms if isinstance(operator, Sum) else (operator,):
            terms = _joined(terms, part)
    return terms[0] if len(terms) == 1 else Sum(tuple(terms))


def _joined(terms: list[AbstractOperator], new: AbstractOperator) -> list[AbstractOperator]:
    """The terms with one more, which joins any that it has a rule with."""
    for i, term in enumerate(terms):
        together = _sum_by_rule(term, new)
        if together is not None:
            return _joined(terms[:i] + terms[i + 1 :], together)
    return [*terms, new]


def _sum_by_rule(a: AbstractOperator, b: AbstractOperator) -> AbstractOperator | None:
    for first, second, rule in RULES:
        for x, y in ((a, b), (b, a)):
            if isinstance(x, first) and isinstance(y, second):
                return rule(x, y)
    return None


def _dense(a: Dense, b: AbstractOperator) -> Dense:
    return Dense(a.gram + b.dense())


def _scaled_identity(a: ScaledIdentity, b: ScaledIdentity) -> ScaledIdentity:
    return ScaledIdentity(a.variance + b.variance, *a.shape)


def _diagonal(a: Diagonal, b: Diagonal | ScaledIdentity) -> Diagonal:
    return Diagonal(a.variances + b.diagonal())


def _block_diagonal(
    a: BlockDiagonal, b: BlockDiagonal | Diagonal | ScaledIdentity
) -> BlockDiagonal:
    if isinstance(b, BlockDiagonal):
        return BlockDiagonal(a.blocks + b.blocks)
    identity = jnp.eye(a.dim_y, dtype=a.blocks.dtype)
    return BlockDiagonal(a.blocks + b.diagonal()[:, :, None] * identity[None])


def _low_rank(
    a: LowRankPlusDiagonal, b: LowRankPlusDiagonal | Diagonal | ScaledIdentity
) -> LowRankPlusDiagonal:
    features = a.features
    match b:
        case LowRankPlusDiagonal():
            features = jnp.concatenate([a.features, b.features], axis=2)
            noise = b.variances
        case Diagonal():
            noise = b.variances
        case ScaledIdentity():
            noise = b.variance
    known = [each for each in (a.variances, noise) if each is not None]
    return LowRankPlusDiagonal(features, sum(known[1:], known[0]) if known else None)


def _kronecker(a: Kronecker, b: ScaledIdentity) -> KroneckerPlusIdentity:
    return KroneckerPlusIdentity(a.scalar, a.b, b.variance)


def _kronecker_plus(a: KroneckerPlusIdentity, b: ScaledIdentity) -> AbstractOperator | None:
    if a.mask is not None:
        return None
    return KroneckerPlusIdentity(a.scalar, a.b, a.variance + b.variance)


def _repeated(a: Repeated, b: Repeated | ScaledIdentity) -> Repeated:
    (scalar,) = _by_columns(b, [1])
    return Repeated(add(a.scalar, scalar), a.dim_y)


def _direct_sum(
    a: DirectSum | Repeated, b: DirectSum | Repeated | Diagonal | ScaledIdentity
) -> AbstractOperator | None:
    widths = [part.dim_y for part in a.parts] if isinstance(a, DirectSum) else [1] * a.dim_y
    parts, others = _by_columns(a, widths), _by_columns(b, widths)
    if [part.dim_y for part in others] != widths:
        return None
    return DirectSum(tuple(add(*pair) for pair in zip(parts, others, strict=True)))


def _embedded(a: Embedded, b: Embedded) -> Embedded | None:
    if not same_subspaces(a.frame, b.frame):
        return None
    return Embedded(add(a.operator, turned(b, a.frame)), a.frame)


def _by_columns(
    operator: DirectSum | Repeated | Diagonal | ScaledIdentity, widths: Sequence[int]
) -> list[AbstractOperator]:
    """The independent parts of an operator; those of a direct sum have widths of their own."""
    match operator:
        case DirectSum():
            return list(operator.parts)
        case Repeated():
            return [Repeated(operator.scalar, p) if p > 1 else operator.scalar for p in widths]
        case Diagonal():
            return [Diagonal(part) for part in split_columns(operator.variances, widths)]
        case ScaledIdentity():
            return [ScaledIdentity(operator.variance, operator.n_points, p) for p in widths]


Rule = Callable[[Any, Any], AbstractOperator | None]

RULES: tuple[tuple[Any, Any, Rule], ...] = (
    (Dense, AbstractOperator, _dense),
    (ScaledIdentity, ScaledIdentity, _scaled_identity),
    (Diagonal, Diagonal | ScaledIdentity, _diagonal),
    (BlockDiagonal, BlockDiagonal | Diagonal | ScaledIdentity, _block_diagonal),
    (LowRankPlusDiagonal, LowRankPlusDiagonal | Diagonal | ScaledIdentity, _low_rank),
    (Kronecker, ScaledIdentity, _kronecker),
    (KroneckerPlusIdentity, ScaledIdentity, _kronecker_plus),
    (Repeated, Repeated | ScaledIdentity, _repeated),
    (DirectSum, DirectSum | Repeated | Diagonal | ScaledIdentity, _direct_sum),
    (Repeated, Diagonal, _direct_sum),
    (Embedded, Embedded, _embedded),
)
"""The first two classes that match, in either order, give the sum; None where there is no rule."""
