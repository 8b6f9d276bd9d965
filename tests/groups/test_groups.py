"""The axioms of a group and of its left action."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from inventory import GROUPS
from standard_errors import assert_mean, second_moments

import geomndp as gn
from geomndp.groups import AbstractGroup

ROUNDING = 1e-13


def assert_same(first: Any, second: Any) -> None:
    for a, b in zip(jax.tree.leaves(first), jax.tree.leaves(second), strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=ROUNDING)


def assert_group(group: AbstractGroup) -> None:
    f, g, h = (group.sample(key=key) for key in jax.random.split(jax.random.key(0), 3))
    product, one = group.compose, group.identity()
    assert_same(product(product(f, g), h), product(f, product(g, h)))
    assert_same(product(one, g), g)
    assert_same(product(g, one), g)
    assert_same(product(g, group.inverse(g)), one)
    assert_same(product(group.inverse(g), g), one)
    assert any(bool(jnp.any(a != b)) for a, b in zip(*map(jax.tree.leaves, (g, h)), strict=True))


def assert_action(group: AbstractGroup) -> None:
    g, h = (group.sample(key=key) for key in jax.random.split(jax.random.key(1), 2))
    x = jax.random.normal(jax.random.key(2), (4, group.dim))
    assert_same(group.act(group.compose(g, h), x), group.act(g, group.act(h, x)))
    assert_same(group.act(group.identity(), x), x)
    # x -> hx + u
    moved = group.act(g, x) - group.act(g, jnp.zeros_like(x))
    assert_same(moved, x @ group.linear_part(g).T)
    assert float(jnp.abs(group.act(g, x) - x).max()) > 1e-3, "the trivial action obeys every law"


@pytest.mark.parametrize("group", GROUPS.values(), ids=GROUPS)
def test_axioms(group: AbstractGroup):
    assert_group(group)
    assert_action(group)


class InverseForgotten(gn.groups.T):
    def inverse(self, g: Any) -> Any:
        return g


class ComposedTwice(gn.groups.T):
    def compose(self, g: Any, h: Any) -> Any:
        return g + 2 * h


class Identity(gn.groups.T):
    def sample(self, *, key: Any) -> Any:
        return jnp.zeros(self.dim)


@pytest.mark.parametrize("wrong", [InverseForgotten, ComposedTwice, Identity])
def test_what_is_no_group_is_found(wrong: type[gn.groups.T]):
    with pytest.raises(AssertionError):
        assert_group(wrong(2))


class Stretches(gn.groups.T):
    def act(self, g: Any, x: Any) -> Any:
        return (1 + g[0] ** 2) * x


class Scaled(gn.groups.T):
    def linear_part(self, g: Any) -> Any:
        return 2 * jnp.eye(self.dim)


class DoesNothing(gn.groups.T):
    def act(self, g: Any, x: Any) -> Any:
        return x


@pytest.mark.parametrize("wrong", [Stretches, Scaled, DoesNothing])
def test_what_is_no_action_is_found(wrong: type[gn.groups.T]):
    with pytest.raises(AssertionError):
        assert_action(wrong(2))


def test_samples_are_standard_normal_shifts():
    keys = jax.random.split(jax.random.key(3), 4000)
    shifts = jax.vmap(lambda key: gn.groups.T(2).sample(key=key))(keys)
    assert_mean(shifts, 0)
    assert_mean(second_moments(shifts), np.eye(2))


def test_a_batch_of_elements_acts_under_vmap():
    group = gn.groups.T(1)
    x = jnp.arange(3.0)[:, None]
    moved = jax.vmap(group.act, (0, None))(jnp.array([[1.0], [2.0]]), x)
    np.testing.assert_array_equal(moved[..., 0], [[1, 2, 3], [2, 3, 4]])


@pytest.mark.parametrize("dim", [0, -1])
def test_dimensions_below_one_are_refused(dim: int):
    with pytest.raises(ValueError, match=f"at least 1, got dim={dim}"):
        gn.groups.T(dim)
