"""Samples of fields: padding, batches, and what is refused with and without type checks."""

from collections.abc import Iterator
from typing import Any

import jax
import jax.numpy as jnp
import jaxtyping
import numpy as np
import pytest

import geomndp as gn


@pytest.fixture
def _without_type_checks() -> Iterator[None]:
    """As a user has it, where tests check types and shapes at run time."""
    jaxtyping.config.update("jaxtyping_disable", True)
    yield
    jaxtyping.config.update("jaxtyping_disable", False)


def sample(n_points: int, *, covariates: bool = False, seed: int = 0) -> gn.FieldSample:
    x, y, c = (
        jnp.asarray(np.random.default_rng(seed).normal(size=(n_points, d))) for d in (1, 3, 2)
    )
    return gn.FieldSample(x, y, covariates=c if covariates else None)


def test_all_points_are_real_unless_a_mask_says_otherwise():
    assert sample(4).mask.tolist() == [True] * 4
    assert gn.FieldSample(jnp.zeros((2, 5, 1)), jnp.zeros((2, 5, 3))).mask.shape == (2, 5)


@pytest.mark.parametrize("covariates", [True, False])
def test_padding_follows_and_copies_the_last_point(covariates: bool):
    short = sample(3, covariates=covariates)
    padded = short.pad(6)
    assert padded.n_points == 6
    assert padded.mask.tolist() == [True] * 3 + [False] * 3
    for before, after in zip(jax.tree.leaves(short), jax.tree.leaves(padded), strict=True):
        np.testing.assert_array_equal(after[:3], before)
        if after.dtype != bool:
            np.testing.assert_array_equal(after[3:], np.repeat(before[-1:], 3, 0))


def test_padding_keeps_earlier_padding_and_batches():
    twice = sample(3).pad(4).pad(6)
    once = sample(3).pad(6)
    for first, second in zip(jax.tree.leaves(twice), jax.tree.leaves(once), strict=True):
        np.testing.assert_array_equal(first, second)
    batch = gn.FieldSample.stack([sample(3), sample(3, seed=1)]).pad(5)
    assert batch.x.shape == (2, 5, 1)
    assert batch.mask.sum() == 6


def test_padding_to_the_same_number_changes_nothing():
    same = sample(3).pad(3)
    assert same.n_points == 3
    assert bool(same.mask.all())


def test_a_batch_is_as_long_as_its_longest_sample():
    batch = gn.FieldSample.stack([sample(2), sample(5, seed=1)])
    assert batch.x.shape == (2, 5, 1)
    assert batch.mask.sum(-1).tolist() == [2, 5]
    first = jax.tree.map(lambda leaf: leaf[0], batch)
    np.testing.assert_array_equal(first.y[:2], sample(2).y)


def test_a_batch_goes_through_vmap_and_jit():
    batch = gn.FieldSample.stack([sample(2), sample(5, seed=1)])
    counts = jax.jit(jax.vmap(lambda s: s.mask.sum() + s.n_points))(batch)
    assert counts.tolist() == [7, 10]


WRONG: dict[str, dict[str, Any]] = {
    "y": {"y": jnp.zeros((3, 3))},
    "mask": {"mask": jnp.ones(3, bool)},
    "covariates": {"covariates": jnp.zeros((5, 1))},
}


@pytest.mark.usefixtures("_without_type_checks")
@pytest.mark.parametrize("name", WRONG)
def test_parts_of_different_lengths_are_refused(name: str):
    parts = {"x": jnp.zeros((4, 1)), "y": jnp.zeros((4, 3))} | WRONG[name]
    with pytest.raises(ValueError, match=rf"expected {name} for points of shape \(4,\).*got \("):
        gn.FieldSample(**parts)


@pytest.mark.parametrize("name", WRONG)
def test_type_checks_refuse_them_too(name: str):
    parts = {"x": jnp.zeros((4, 1)), "y": jnp.zeros((4, 3))} | WRONG[name]
    with pytest.raises(TypeError, match=name):
        gn.FieldSample(**parts)


def test_padding_to_fewer_points_is_refused():
    with pytest.raises(ValueError, match="expected 1 to 2 points to pad, got 3"):
        sample(3).pad(2)


def test_padding_nothing_is_refused():
    with pytest.raises(ValueError, match="expected 1 to 2 points to pad, got 0"):
        sample(0).pad(2)


def test_an_empty_batch_is_refused():
    with pytest.raises(ValueError, match="got 0"):
        gn.FieldSample.stack([])


def test_a_batch_with_some_covariates_is_refused():
    with pytest.raises(ValueError, match="got 2 of which 1 have"):
        gn.FieldSample.stack([sample(3), sample(3, covariates=True)])
