"""What has no inverse is refused, and what has one is not."""

from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from linalg_cases import CASES

from geomndp import linalg

NOT_POSITIVE = "positive definite to rounding.*coincide.*White.*jitter=1e-6"
NOT_FINITE = "NaN or infinity.*check the locations"
DTYPES = [np.float32, np.float64]


def coincident(
    n_points: int, dim_y: int, dtype: Any, seed: int, length: float, power: int = 1
) -> jax.Array:
    """Covariances of a rough or smooth field at random locations of which two are the same."""
    random = np.random.default_rng(seed)
    x = random.uniform(size=n_points)
    x[random.integers(1, n_points)] = x[0]
    scale = np.exp(random.normal(size=dim_y))
    k = np.exp(-(np.abs((x[:, None] - x[None, :]) / length) ** power))
    return jnp.asarray(k[:, :, None, None] * np.diag(scale), dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("n_points", "dim_y"), [(2, 1), (7, 2), (60, 1)])
def test_coincident_points_are_always_refused(n_points: int, dim_y: int, dtype: Any):
    for seed in range(10):
        for length in (0.01, 1.0, 100.0):
            gram = coincident(n_points, dim_y, dtype, seed, length, power=1 + seed % 2)
            with pytest.raises(ValueError, match=NOT_POSITIVE):
                linalg.Dense(gram).log_det()


@pytest.mark.parametrize("dtype", DTYPES)
def test_coincident_points_are_refused_where_variances_differ_in_scale(dtype: Any):
    gram = coincident(7, 1, dtype, 0, 1.0)
    scale = jnp.asarray(np.logspace(-6, 6, 7), dtype)
    gram = gram * (scale[:, None] * scale[None, :])[:, :, None, None]
    with pytest.raises(ValueError, match=NOT_POSITIVE):
        linalg.Dense(gram).log_det()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("size", [4, 40])
def test_ill_conditioned_covariances_pass(size: int, dtype: Any):
    condition = 0.2 / (size * np.finfo(dtype).eps)
    for seed in range(10):
        basis = np.linalg.qr(np.random.default_rng(seed).normal(size=(size, size)))[0]
        values = np.geomspace(1.0, 1.0 / condition, size)
        gram = jnp.asarray((basis * values) @ basis.T, dtype)[:, :, None, None]
        assert jnp.isfinite(linalg.Dense(gram).log_det())


@pytest.mark.parametrize("dtype", DTYPES)
def test_scales_that_differ_pass(dtype: Any):
    variances = jnp.asarray([[1e-12], [1.0], [1e12]], dtype)
    dense = linalg.Dense(linalg.Diagonal(variances).dense())
    np.testing.assert_allclose(dense.solve(variances), 1.0, rtol=1e-6)


def _zero(shape: tuple[int, ...]) -> jax.Array:
    return jnp.zeros(shape)


SINGULAR: dict[str, Callable[[], linalg.AbstractOperator]] = {
    "dense": lambda: linalg.Dense(jnp.ones((2, 2, 1, 1))),
    "scaled-identity": lambda: linalg.ScaledIdentity(_zero(()), 2, 1),
    "diagonal": lambda: linalg.Diagonal(_zero((2, 1))),
    "block-diagonal": lambda: linalg.BlockDiagonal(jnp.ones((2, 2, 2))),
    "repeated": lambda: linalg.Repeated(linalg.Dense(jnp.ones((2, 2, 1, 1))), 2),
    "kronecker": lambda: linalg.Kronecker(linalg.Diagonal(jnp.ones((2, 1))), jnp.ones((2, 2))),
    "kronecker-plus-identity": lambda: linalg.KroneckerPlusIdentity(
        linalg.Dense(jnp.ones((2, 2, 1, 1))), jnp.eye(2), _zero(())
    ),
    "low-rank": lambda: linalg.LowRankPlusDiagonal(jnp.ones((2, 1, 3))),
    "low-rank-zero": lambda: linalg.LowRankPlusDiagonal(jnp.ones((2, 1, 3)), _zero(())),
    "low-rank-some-zero": lambda: linalg.LowRankPlusDiagonal(
        jnp.ones((2, 1, 3)), jnp.asarray([[0.0], [1.0]])
    ),
    "sum": lambda: linalg.Sum((linalg.LowRankPlusDiagonal(jnp.ones((2, 1, 1))),)),
}


@pytest.mark.parametrize("name", SINGULAR)
def test_singular_operators_have_no_inverse(name: str):
    operator = SINGULAR[name]()
    v = jnp.ones((operator.n_points, operator.dim_y))
    for call in (operator.log_det, lambda: operator.solve(v), lambda: operator.sqrt_solve(v)):
        with pytest.raises(ValueError, match=NOT_POSITIVE):
            call()


@pytest.mark.parametrize("name", ["dense", "scaled-identity", "low-rank-some-zero"])
def test_an_error_is_raised_under_jit_too(name: str):
    operator = SINGULAR[name]()
    with pytest.raises(RuntimeError, match="White"):
        eqx.filter_jit(lambda operator: operator.log_det())(operator)


def test_an_error_is_raised_under_vmap_too():
    grams = jnp.stack([jnp.eye(2), jnp.ones((2, 2))])[..., None, None]
    with pytest.raises(RuntimeError, match="White"):
        jax.vmap(lambda gram: linalg.Dense(gram).log_det())(grams)


def test_an_error_is_raised_under_grad_too():
    with pytest.raises(ValueError, match=NOT_POSITIVE):
        jax.grad(lambda gram: linalg.Dense(gram).log_det())(jnp.ones((2, 2, 1, 1)))


def test_nan_has_a_message_of_its_own():
    gram = jnp.eye(2).at[0, 1].set(jnp.nan)[:, :, None, None]
    with pytest.raises(ValueError, match=NOT_FINITE):
        linalg.Dense(gram).log_det()
    with pytest.raises(RuntimeError, match="check the locations"):
        jax.jit(lambda gram: linalg.Dense(gram).log_det())(gram)
    with pytest.raises(ValueError, match=NOT_FINITE):
        linalg.Diagonal(jnp.full((2, 1), jnp.inf)).log_det()


def test_features_without_noise_have_products_draws_and_a_root():
    features = CASES["low-rank"].operator.features  # pyright: ignore
    for operator in (
        linalg.LowRankPlusDiagonal(features),
        linalg.LowRankPlusDiagonal(features, 0.0),
        linalg.LowRankPlusDiagonal(features, jnp.zeros(())).factorised(),
        # More features than numbers, and features that repeat others.
        linalg.LowRankPlusDiagonal(jnp.concatenate([features] * 5, axis=2)),
    ):
        gram = operator.dense().transpose(0, 2, 1, 3).reshape(10, 10)
        root = jax.vmap(operator.sqrt_matvec)(jnp.eye(10).reshape(10, 5, 2)).reshape(10, 10)
        np.testing.assert_allclose(root.T @ root, gram, atol=1e-12)
        np.testing.assert_allclose(operator.matvec(jnp.ones((5, 2))).ravel(), gram.sum(1))
        assert operator.sample(key=jax.random.key(0)).shape == (5, 2)


WRONG: dict[str, tuple[Callable[[], Any], str]] = {
    "no points": (lambda: linalg.Dense(_zero((0, 0, 1, 1))), "at least one point.*n_points=0"),
    "no points of noise": (lambda: linalg.ScaledIdentity(1.0, 0, 1), "got n_points=0, dim_y=1"),
    "no coordinates": (lambda: linalg.Diagonal(_zero((3, 0))), "got n_points=3, dim_y=0"),
    "two coordinates": (
        lambda: linalg.Repeated(linalg.ScaledIdentity(1.0, 3, 2), 2),
        "expected an operator with dim_y=1, got dim_y=2; join",
    ),
    "no parts": (lambda: linalg.DirectSum(()), "at least one part"),
    "other points": (
        lambda: linalg.DirectSum(
            (linalg.ScaledIdentity(1.0, 3, 2), linalg.ScaledIdentity(1.0, 4, 2))
        ),
        "got parts at \\[3, 4\\] points",
    ),
    "negative jitter": (
        lambda: linalg.ScaledIdentity(1.0, 3, 2).with_jitter(-1e-6),
        "expected a jitter of at least 0, got -1e-06",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_input_is_refused(name: str):
    build, message = WRONG[name]
    with pytest.raises(ValueError, match=message):
        build()
