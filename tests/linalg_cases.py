"""Covariance operators with their matrices, written in numpy, and the laws that they keep."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from geomndp import linalg

N_POINTS, DIM_Y = 5, 2
MASK = np.array([True, True, True, False, False])
DUPLICATES = (0, 1, 2, 0, 1)
"""Points of which those that `MASK` has as padding repeat others."""


class Case(NamedTuple):
    """An operator and the covariances that it should have, of shape (n, n, p, p)."""

    operator: linalg.AbstractOperator
    gram: np.ndarray
    frame: np.ndarray | None = None
    """Bases of the subspaces of the values, of shape (n, d, p); None where they fill space."""

    @property
    def within(self) -> np.ndarray:
        """The projection to the subspaces at each point, of shape (n, p, p)."""
        if self.frame is None:
            return np.broadcast_to(np.eye(DIM_Y), (N_POINTS, DIM_Y, DIM_Y))
        return np.einsum("ica,icb->iab", self.frame, self.frame)

    @property
    def identity(self) -> np.ndarray:
        """The covariance of white noise in the subspaces, of shape (n, n, p, p)."""
        return np.eye(N_POINTS)[:, :, None, None] * self.within[:, None]

    def masked(self) -> np.ndarray:
        """M K M + (I - M)."""
        return np.where(_both_real(), self.gram, self.identity)


def cases(dtype: Any = np.float64, points: Sequence[int] = range(N_POINTS)) -> dict[str, Case]:
    """All classes, some with parts of different classes, at points of the same locations."""
    made = _Ingredients(dtype, np.array(points))
    return {**_noises(made), **_signals(made), **_composites(made), **_embedded(made)}


class _Ingredients:
    """Numbers of which covariances are made; points that are the same have the same ones."""

    def __init__(self, dtype: Any, at: np.ndarray) -> None:
        random = np.random.default_rng(0)
        self.dtype = dtype
        self.gram = _outer(random.normal(size=(N_POINTS, DIM_Y, N_POINTS * DIM_Y))[at])
        self.points_gram = _outer(random.normal(size=(N_POINTS, 1, N_POINTS))[at])
        self.features = random.normal(size=(N_POINTS, DIM_Y, 3))[at]
        self.many = random.normal(size=(N_POINTS, DIM_Y, 14))[at]
        self.variances = random.uniform(0.5, 2.0, size=(N_POINTS, DIM_Y))[at]
        half = random.normal(size=(N_POINTS, DIM_Y, DIM_Y))[at]
        self.blocks = half @ half.transpose(0, 2, 1) + 0.1 * np.eye(DIM_Y)
        angle = random.uniform(0, np.pi, size=N_POINTS)[at]
        self.frame = np.stack([np.cos(angle), np.sin(angle)], -1)[:, None]
        self.b = np.array([[2.0, 0.7], [0.7, 1.0]])
        self.low_rank_points_gram = _outer(self.features[:, :1]) + 0.3 * _identity(1)
        self.scalar = linalg.Dense(self.array(self.points_gram))
        self.low_rank_scalar = linalg.LowRankPlusDiagonal(
            self.array(self.features[:, :1]), self.array(0.3)
        )

    def array(self, values: Any) -> jax.Array:
        return jnp.asarray(values, self.dtype)


def _noises(made: _Ingredients) -> dict[str, Case]:
    """Operators whose points are independent."""
    array, identity = made.array, _identity(DIM_Y)
    return {
        "scaled-identity": Case(linalg.ScaledIdentity(array(0.5), N_POINTS, DIM_Y), 0.5 * identity),
        "diagonal": Case(
            linalg.Diagonal(array(made.variances)), identity * made.variances[:, None, :, None]
        ),
        "block-diagonal": Case(
            linalg.BlockDiagonal(array(made.blocks)), _identity(1) * made.blocks[:, None]
        ),
    }


def _signals(made: _Ingredients) -> dict[str, Case]:
    """Operators of one structure."""
    array, identity, same = made.array, _identity(DIM_Y), np.eye(DIM_Y)
    features, many, variances = made.features, made.many, made.variances
    return {
        "dense": Case(linalg.Dense(array(made.gram)), made.gram),
        "repeated": Case(linalg.Repeated(made.scalar, DIM_Y), made.points_gram * same),
        "repeated-low-rank": Case(
            linalg.Repeated(made.low_rank_scalar, DIM_Y), made.low_rank_points_gram * same
        ),
        "kronecker": Case(linalg.Kronecker(made.scalar, array(made.b)), made.points_gram * made.b),
        "direct-sum": Case(
            linalg.DirectSum((made.scalar, made.low_rank_scalar)),
            made.points_gram * np.diag([1.0, 0.0])
            + made.low_rank_points_gram * np.diag([0.0, 1.0]),
        ),
        "low-rank": Case(
            linalg.LowRankPlusDiagonal(array(features), array(0.5)),
            _outer(features) + 0.5 * identity,
        ),
        "low-rank-unequal": Case(
            linalg.LowRankPlusDiagonal(array(features), array(variances)),
            _outer(features) + identity * variances[:, None, :, None],
        ),
        "low-rank-of-many": Case(
            linalg.LowRankPlusDiagonal(array(many), array(0.5)), _outer(many) + 0.5 * identity
        ),
    }


def _composites(made: _Ingredients) -> dict[str, Case]:
    """Operators that are sums, or masked."""
    noise, mask = 0.5 * _identity(DIM_Y), jnp.asarray(MASK)
    b, variance = made.array(made.b), made.array(0.5)
    kronecker = linalg.Kronecker(made.scalar, b)
    low_rank = linalg.LowRankPlusDiagonal(made.array(made.features), variance)
    diagonal = linalg.Diagonal(made.array(made.variances[:, :1]))
    plus_identity, of_b = linalg.KroneckerPlusIdentity, made.points_gram * made.b
    return {
        "kronecker-plus-identity": Case(plus_identity(made.scalar, b, variance), of_b + noise),
        "kronecker-low-rank-plus-identity": Case(
            plus_identity(made.low_rank_scalar, b, variance),
            made.low_rank_points_gram * made.b + noise,
        ),
        "kronecker-diagonal-plus-identity": Case(
            plus_identity(diagonal, made.array(np.eye(DIM_Y)), variance),
            _identity(DIM_Y) * made.variances[:, None, :1, None] + noise,
        ),
        "kronecker-plus-identity-masked": Case(
            plus_identity(made.scalar, b, variance, mask), masked(of_b + noise)
        ),
        "sum": Case(linalg.Sum((kronecker, low_rank)), of_b + _outer(made.features) + noise),
        "masked": Case(linalg.Masked(low_rank, mask), masked(_outer(made.features) + noise)),
        "padded": Case(kronecker.masked(mask), masked(of_b)),
    }


def _embedded(made: _Ingredients) -> dict[str, Case]:
    """Operators of values that lie on a line through the origin at each point."""
    frame, noise = made.frame, linalg.ScaledIdentity(made.array(0.5), N_POINTS, 1)
    along = np.einsum("ica,jcb->ijab", frame, frame)

    def case(inner: linalg.AbstractOperator, gram: np.ndarray) -> Case:
        return Case(linalg.Embedded(inner, made.array(frame)), gram * along, frame)

    return {
        "embedded": case(made.scalar, made.points_gram),
        "embedded-noise": case(noise, 0.5 * _identity(1)),
    }


def _identity(dim_y: int) -> np.ndarray:
    return np.eye(N_POINTS)[:, :, None, None] * np.eye(dim_y)


def _outer(features: np.ndarray) -> np.ndarray:
    return np.einsum("iar,jbr->ijab", features, features)


def masked(gram: np.ndarray) -> np.ndarray:
    """M K M + (I - M)."""
    return np.where(_both_real(), gram, _identity(gram.shape[2]))


def _both_real() -> np.ndarray:
    return (MASK[:, None] & MASK[None, :])[:, :, None, None]


def matrix_of(gram: Any) -> np.ndarray:
    """The covariances as one matrix, in an order of the numbers that only the tests know."""
    n_points, _, dim_y, _ = gram.shape
    return np.asarray(gram, np.float64).transpose(2, 0, 3, 1).reshape(2 * (n_points * dim_y,))


def on_columns(function: Callable[[Any], Any], matrix: np.ndarray, like: Any) -> np.ndarray:
    """A linear map of fields applied to the columns of a matrix, in the order of `matrix_of`."""
    n_points, dim_y = like.shape
    fields = np.asarray(matrix.T.reshape(-1, dim_y, n_points).transpose(0, 2, 1), like.dtype)
    out = np.asarray(jax.jit(jax.vmap(function))(jnp.asarray(fields)), np.float64)
    return out.transpose(0, 2, 1).reshape(len(out), -1).T


def violations(operator: linalg.AbstractOperator, gram: np.ndarray) -> list[str]:
    """The laws of covariance operators that one with the given covariances breaks."""
    like = operator.diagonal()
    matrix = matrix_of(gram)
    basis = np.eye(len(matrix))
    values, vectors = np.linalg.eigh(matrix)
    # Of values in subspaces the laws hold within these.
    held = values > 1e-9 * values[-1]
    values, vectors = values[held], vectors[:, held]
    inverse = (vectors / values) @ vectors.T
    root = on_columns(operator.sqrt_matvec, basis, like)
    whitener = on_columns(operator.sqrt_solve, basis, like)
    pairs = {
        "dense": (matrix_of(operator.dense()), matrix),
        "diagonal": (np.asarray(like).T.ravel(), np.diagonal(matrix)),
        "matvec": (on_columns(operator.matvec, basis, like), matrix),
        "solve": (on_columns(operator.solve, basis, like), inverse),
        "log_det": (np.asarray(operator.log_det()), np.sum(np.log(values))),
        "sqrt_matvec": (root @ root.T, matrix),
        "sqrt_solve": (whitener @ root, vectors @ vectors.T),
    }
    rounding = len(matrix) * float(jnp.finfo(like.dtype).eps) * values[-1] / values[0]
    return [
        name
        for name, (found, expected) in pairs.items()
        if not np.max(np.abs(found - expected)) <= 10 * rounding * np.max(np.abs(expected))
    ]


CASES = cases()
