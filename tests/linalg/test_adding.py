"""Sums are exact and have the structure that costs least."""

import jax.numpy as jnp
import numpy as np
import pytest
from linalg_cases import CASES, MASK

from geomndp import linalg


@pytest.mark.parametrize("name", CASES)
def test_sums_are_exact(name: str):
    first = CASES[name]
    for other, second in CASES.items():
        for total in (first.operator + second.operator, second.operator + first.operator):
            np.testing.assert_allclose(
                total.dense(), first.gram + second.gram, rtol=1e-12, atol=1e-12, err_msg=other
            )


PROMISED = {
    ("scaled-identity", "scaled-identity"): linalg.ScaledIdentity,
    ("scaled-identity", "diagonal"): linalg.Diagonal,
    ("diagonal", "diagonal"): linalg.Diagonal,
    ("block-diagonal", "scaled-identity"): linalg.BlockDiagonal,
    ("block-diagonal", "diagonal"): linalg.BlockDiagonal,
    ("block-diagonal", "block-diagonal"): linalg.BlockDiagonal,
    ("repeated", "scaled-identity"): linalg.Repeated,
    ("repeated", "repeated-low-rank"): linalg.Repeated,
    ("repeated", "diagonal"): linalg.DirectSum,
    ("kronecker", "scaled-identity"): linalg.KroneckerPlusIdentity,
    ("kronecker-plus-identity", "scaled-identity"): linalg.KroneckerPlusIdentity,
    ("kronecker-plus-identity-masked", "scaled-identity"): linalg.Sum,
    ("low-rank", "scaled-identity"): linalg.LowRankPlusDiagonal,
    ("low-rank", "diagonal"): linalg.LowRankPlusDiagonal,
    ("low-rank", "low-rank-unequal"): linalg.LowRankPlusDiagonal,
    ("direct-sum", "scaled-identity"): linalg.DirectSum,
    ("direct-sum", "diagonal"): linalg.DirectSum,
    ("direct-sum", "repeated"): linalg.DirectSum,
    ("direct-sum", "direct-sum"): linalg.DirectSum,
    ("kronecker", "kronecker"): linalg.Sum,
    ("kronecker", "low-rank"): linalg.Sum,
    ("sum", "scaled-identity"): linalg.Sum,
    ("embedded", "embedded-noise"): linalg.Embedded,
    ("embedded", "scaled-identity"): linalg.Sum,
    **{("dense", other): linalg.Dense for other in CASES},
}


@pytest.mark.parametrize("pair", PROMISED, ids=" ".join)
def test_structure_is_kept(pair: tuple[str, str]):
    a, b = (CASES[name].operator for name in pair)
    assert type(linalg.add(a, b)) is type(linalg.add(b, a)) is PROMISED[pair]


def test_a_repeated_low_rank_stays_of_low_rank():
    total = CASES["repeated-low-rank"].operator + CASES["scaled-identity"].operator
    assert isinstance(total, linalg.Repeated)
    assert isinstance(total.scalar, linalg.LowRankPlusDiagonal)


def test_noise_joins_the_term_that_it_can():
    kronecker, low_rank = CASES["kronecker"].operator, CASES["low-rank"].operator
    noise = CASES["scaled-identity"].operator
    total = linalg.add(kronecker, kronecker, noise, low_rank)
    assert isinstance(total, linalg.Sum)
    assert len(total.terms) == 3
    assert isinstance(linalg.add(total, CASES["dense"].operator), linalg.Dense)


def test_one_operator_is_itself():
    noise = CASES["scaled-identity"].operator
    assert linalg.add(noise) is noise


def test_parts_of_other_widths_are_summed_term_by_term():
    one, two = (linalg.ScaledIdentity(jnp.asarray(1.0), 4, width) for width in (1, 2))
    total = linalg.DirectSum((one, two)) + linalg.DirectSum((two, one))
    assert isinstance(total, linalg.Sum)
    np.testing.assert_allclose(total.diagonal(), 2.0)


def test_structure_is_kept_with_noise_added_before_the_mask():
    total = CASES["kronecker"].operator + CASES["scaled-identity"].operator
    assert isinstance(total.masked(jnp.asarray(MASK)), linalg.KroneckerPlusIdentity)


@pytest.mark.parametrize("shape", [(4, 2), (5, 1)])
def test_other_shapes_are_refused(shape: tuple[int, int]):
    with pytest.raises(
        ValueError, match="all with the same \\(n_points, dim_y\\), got \\[\\(5, 2\\)"
    ):
        linalg.add(CASES["dense"].operator, linalg.ScaledIdentity(jnp.asarray(1.0), *shape))


def test_no_terms_are_refused():
    with pytest.raises(ValueError, match="expected at least one operator"):
        linalg.add()
