"""Padded points take no part."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from linalg_cases import CASES, DUPLICATES, MASK, cases, violations
from standard_errors import assert_mean

from geomndp import linalg

every_case = pytest.mark.parametrize("name", CASES)
WITH_DUPLICATES = cases(points=DUPLICATES)


@every_case
def test_masked_laws_where_padding_repeats_points(name: str):
    case = WITH_DUPLICATES[name]
    assert violations(case.operator.masked(jnp.asarray(MASK)), case.masked()) == []


@pytest.mark.parametrize("name", ["dense", "kronecker", "low-rank", "padded"])
def test_masks_compose(name: str):
    operator = CASES[name].operator
    first, second = MASK, np.array([False, True, True, True, True])
    twice = operator.masked(jnp.asarray(second)).masked(jnp.asarray(first))
    once = operator.masked(jnp.asarray(first & second))
    np.testing.assert_allclose(twice.dense(), once.dense(), rtol=1e-12)
    np.testing.assert_allclose(twice.log_det(), once.log_det(), rtol=1e-10)


@every_case
def test_nothing_at_padded_points_matters_at_real_ones(name: str):
    case = WITH_DUPLICATES[name]
    operator = case.operator.masked(jnp.asarray(MASK)).factorised()
    v = jax.random.normal(jax.random.key(0), (operator.n_points, operator.dim_y))
    v = jnp.einsum("iab,ib->ia", case.within, v)
    other = jnp.where(MASK[:, None], v, 1e3 * v)
    for method in (operator.matvec, operator.solve, operator.sqrt_matvec, operator.sqrt_solve):
        np.testing.assert_array_equal(method(v)[MASK], method(other)[MASK])
        np.testing.assert_allclose(method(other)[~MASK], other[~MASK], rtol=1e-11)


@pytest.mark.parametrize("name", ["dense", "low-rank", "padded"])
def test_samples_at_padded_points_are_white(name: str):
    operator = CASES[name].operator.masked(jnp.asarray(MASK)).factorised()
    draws = jax.vmap(lambda key: operator.sample(key=key))(
        jax.random.split(jax.random.key(0), 4000)
    )
    padded, real = draws[:, ~MASK].reshape(4000, -1), draws[:, MASK].reshape(4000, -1)
    assert_mean(padded[:, :, None] * padded[:, None, :], np.eye(padded.shape[1]))
    assert_mean(padded[:, :, None] * real[:, None, :], 0.0)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("dense", linalg.Dense),
        ("scaled-identity", linalg.Diagonal),
        ("diagonal", linalg.Diagonal),
        ("block-diagonal", linalg.BlockDiagonal),
        ("repeated", linalg.Repeated),
        ("kronecker", linalg.Padded),
        ("kronecker-plus-identity", linalg.KroneckerPlusIdentity),
        ("direct-sum", linalg.DirectSum),
        ("low-rank", linalg.Padded),
        ("low-rank-unequal", linalg.LowRankPlusDiagonal),
        ("sum", linalg.Padded),
        ("padded", linalg.Masked),
        ("embedded", linalg.Embedded),
    ],
)
def test_structure_is_kept(name: str, expected: type):
    assert type(CASES[name].operator.masked(jnp.asarray(MASK))) is expected


def test_features_without_noise_are_masked():
    operator = linalg.LowRankPlusDiagonal(CASES["low-rank"].operator.features)  # pyright: ignore
    operator = operator.masked(jnp.asarray(MASK))
    root = jax.vmap(operator.sqrt_matvec)(jnp.eye(10).reshape(10, 5, 2)).reshape(10, 10)
    gram = operator.dense().transpose(0, 2, 1, 3).reshape(10, 10)
    np.testing.assert_allclose(root.T @ root, gram, atol=1e-12)
    assert operator.sample(key=jax.random.key(0)).shape == (5, 2)


def test_a_mask_of_other_points_is_refused():
    noise, mask = linalg.ScaledIdentity(1.0, 3, 1), jnp.ones(2, bool)
    for build in (
        lambda: linalg.Masked(noise, mask),
        lambda: linalg.Padded(noise, mask, jnp.zeros(())),
    ):
        with pytest.raises(ValueError, match="expected a mask of shape \\(3,\\), got \\(2,\\)"):
            build()
