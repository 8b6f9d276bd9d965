"""Operators under jit, vmap and grad."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from linalg_cases import CASES, MASK

from geomndp import linalg
from geomndp.linalg.spectral import symmetric_sqrt

every_case = pytest.mark.parametrize("name", CASES)
V = jax.random.normal(jax.random.key(0), (5, 2))


def results(operator: linalg.AbstractOperator, v: Any) -> list[Any]:
    operator = operator.factorised()
    return [operator.solve(v), operator.log_det(), operator.sqrt_matvec(v), operator.sqrt_solve(v)]


@every_case
def test_operators_pass_through_jit_and_vmap(name: str):
    operator = CASES[name].operator
    both = jax.tree.map(lambda leaf: jnp.stack([leaf, leaf]), operator)
    batches = jax.eval_shape(jax.vmap(results), both, jnp.stack([V, V]))
    assert [batch.shape for batch in batches] == [(2, 5, 2), (2,), (2, 5, 2), (2, 5, 2)]


@pytest.mark.parametrize("name", ["dense", "kronecker-plus-identity", "low-rank", "padded"])
def test_results_are_the_same_for_batches_of_operators_under_jit(name: str):
    operator = CASES[name].operator
    both = jax.tree.map(lambda leaf: jnp.stack([leaf, leaf]), operator)
    batches = jax.jit(jax.vmap(results))(both, jnp.stack([V, 2 * V]))
    for batch, *each in zip(batches, results(operator, V), results(operator, 2 * V), strict=True):
        np.testing.assert_allclose(batch, jnp.stack(each), rtol=1e-9)


def score(operator: linalg.AbstractOperator) -> Any:
    return operator.log_det() + jnp.sum(jnp.cos(V) * operator.solve(V))


def gradient(function: Any) -> Any:
    """Compiled as one, which takes less than every step of it by itself."""
    return eqx.filter_jit(eqx.filter_grad(function))


def symmetrised(gradient: Any) -> Any:
    """The part of a gradient that symmetric changes of a symmetric array see."""

    def symmetric(leaf: Any) -> Any:
        if leaf.ndim == 4:
            return (leaf + leaf.transpose(1, 0, 3, 2)) / 2
        is_symmetric = leaf.shape[-2:] == (2, 2)
        return (leaf + jnp.swapaxes(leaf, -1, -2)) / 2 if is_symmetric else leaf

    return jax.tree.map(symmetric, gradient)


@pytest.mark.parametrize(
    "name",
    [
        "dense",
        "block-diagonal",
        "kronecker",
        "kronecker-plus-identity",
        "kronecker-diagonal-plus-identity",
        "low-rank",
        "low-rank-unequal",
    ],
)
def test_gradients_are_those_of_the_dense_operator(name: str):
    operator = CASES[name].operator
    found = gradient(score)(operator)
    expected = gradient(lambda o: score(linalg.Dense(o.dense())))(operator)
    assert_same_gradients(found, expected)


@pytest.mark.parametrize("name", ["kronecker", "low-rank", "low-rank-unequal", "sum"])
def test_gradients_through_a_mask_are_those_of_the_dense_operator(name: str):
    operator, mask = CASES[name].operator, jnp.asarray(MASK)
    found = gradient(lambda o: score(o.masked(mask)))(operator)
    expected = gradient(lambda o: score(linalg.Dense(o.dense()).masked(mask)))(operator)
    assert_same_gradients(found, expected)


def assert_same_gradients(found: Any, expected: Any) -> None:
    for a, b in zip(
        jax.tree.leaves(symmetrised(found)), jax.tree.leaves(symmetrised(expected)), strict=True
    ):
        np.testing.assert_allclose(a, b, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize(
    "name", ["dense", "block-diagonal", "kronecker", "kronecker-plus-identity", "low-rank"]
)
def test_draws_are_differentiable(name: str):
    draw = lambda o: jnp.sum(o.sample(key=jax.random.key(0)) ** 2)  # noqa: E731
    gradient = eqx.filter_grad(draw)(CASES[name].operator)
    assert all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(gradient))


def test_the_derivative_of_the_symmetric_root():
    half = jax.random.normal(jax.random.key(0), (4, 4))
    change = half + half.T
    for matrix in (half @ half.T, jnp.eye(4)):
        along = lambda t, matrix=matrix: symmetric_sqrt(matrix + t * change)  # noqa: E731
        found = jax.jvp(along, (0.0,), (1.0,))[1]
        expected = (along(1e-5) - along(-1e-5)) / 2e-5
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_solutions_of_many_columns_are_batches(dtype: Any):
    gram = jnp.asarray(CASES["dense"].gram, dtype)
    columns = jnp.asarray(np.random.default_rng(0).normal(size=(6, 5, 2)), dtype)
    operator = linalg.Dense(gram)
    batched = jax.vmap(operator.solve)(columns)
    one_by_one = jnp.stack([operator.solve(column) for column in columns])
    np.testing.assert_allclose(batched, one_by_one, rtol=1e-2 if dtype == np.float32 else 1e-10)
