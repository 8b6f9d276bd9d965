"""Equivariant functions pass; what breaks a law is found, and named by the kind of element."""

import re
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import geomndp as gn
from geomndp.groups import SE, SO, AbstractGroup, C, D, E, O, SpaceTime, T
from geomndp.representations import (
    AbstractRepresentation,
    Pseudoscalar,
    Pseudovector,
    Trivial,
    Vector,
)
from geomndp.testing import assert_equivariant

KEY = jax.random.key(0)


def crowding(x: Any) -> Any:
    """How near the other points are, a number that isometries leave alone."""
    squares = jnp.sum((x[:, None] - x[None]) ** 2, -1)
    return jnp.exp(-squares / 2).sum(-1, keepdims=True)


def crowded(x: Any, y: Any) -> Any:
    return crowding(x) * y


def kinds_found(error: pytest.ExceptionInfo[AssertionError]) -> dict[str, float]:
    """The violations by kind that a message lists."""
    line = re.search(r"worst by kind: (.*)", str(error.value))
    assert line is not None
    return {
        kind: float(worst) for kind, worst in (part.rsplit(" ", 1) for part in line[1].split(", "))
    }


def broken(fn: Any, group: AbstractGroup, inputs: Any, output: Any, **options: Any) -> Any:
    with pytest.raises(AssertionError) as error:
        assert_equivariant(fn, group, inputs, output, key=KEY, **options)
    return error


def test_equivariant_under_every_group(group: AbstractGroup):
    rho = Trivial(1) + Vector(group.linear_dim)
    assert_equivariant(crowded, group, ("points", rho), rho, key=KEY, rtol=1e-10)


def test_equivariant_for_every_representation(rho: AbstractRepresentation):
    group = E(rho.linear_dim or 2)
    assert_equivariant(crowded, group, ("points", rho), rho, key=KEY, rtol=1e-10)


@pytest.mark.usefixtures("single_precision")
def test_equivariant_in_single_precision(some_group: AbstractGroup):
    rho = Vector(some_group.linear_dim)
    assert_equivariant(crowded, some_group, ("points", rho), rho, key=KEY)


def test_single_precision_is_kept_beside_double():
    x = jax.random.normal(KEY, (5, 2), jnp.float32)

    def to_centre(x: Any) -> Any:
        assert x.dtype == jnp.float32
        return x.mean(0, keepdims=True) - x

    assert_equivariant(to_centre, E(2), ("points",), Vector(2), args=(x,), key=KEY)


def test_a_squared_norm_breaks_translation_only():
    def fn(x: Any, y: Any) -> Any:
        return y * jnp.sum(x**2, -1, keepdims=True)

    assert_equivariant(fn, O(2), ("points", Vector(2)), Vector(2), key=KEY)
    error = broken(fn, E(2), ("points", Vector(2)), Vector(2))
    assert error.match("within 1e-05 of the size of the output, got a violation of .* under a tr")
    assert error.match(r"the translation: matrix \[\[1.0, 0.0\], \[0.0, 1.0\]\], shift \[")
    assert error.match("positions themselves enter")
    kinds = kinds_found(error)
    assert list(kinds) == [
        "translation",
        "rotation",
        "rotation with translation",
        "reflection",
        "reflection with translation",
    ]
    assert kinds["translation"] > 0.1
    assert max(kinds["rotation"], kinds["reflection"]) < 1e-12


def test_a_quarter_turn_breaks_reflection_only():
    def fn(x: Any) -> Any:
        away = x - x.mean(0, keepdims=True)
        return away + 0.1 * away @ jnp.array([[0.0, 1.0], [-1.0, 0.0]])

    assert_equivariant(fn, SE(2), ("points",), Vector(2), key=KEY)
    error = broken(fn, E(2), ("points",), Vector(2))
    assert error.match("under a reflection: .* instead of .* at output\\[")
    assert error.match("only mirror images differ: a parity is wrong")


def test_a_direction_breaks_rotation_only():
    def fn(x: Any) -> Any:
        return x.mean(0, keepdims=True) - x + jnp.array([[0.1, 0.0]])

    error = broken(fn, SE(2), ("points",), Vector(2))
    assert error.match("under a rotation")
    assert error.match("directions enter by their coordinates")
    assert kinds_found(error)["translation"] < 1e-12


def test_a_wrong_parity_of_a_scalar_breaks_reflection_only():
    def turning(x: Any, y: Any) -> Any:
        away = x - x.mean(0, keepdims=True)
        return (away[:, :1] * y[:, 1:] - away[:, 1:] * y[:, :1]).sum(0, keepdims=True)

    assert_equivariant(turning, E(2), ("points", Vector(2)), Pseudoscalar(), key=KEY)
    assert_equivariant(turning, SE(2), ("points", Vector(2)), Trivial(), key=KEY)
    assert broken(turning, E(2), ("points", Vector(2)), Trivial()).match("under a reflection")


def test_a_wrong_parity_of_a_vector_breaks_reflection_only():
    def turning(x: Any, y: Any) -> Any:
        return jnp.cross(x - x.mean(0, keepdims=True), y)

    inputs = ("points", Vector(3))
    assert_equivariant(turning, E(3), inputs, Pseudovector(3), key=KEY)
    assert broken(turning, E(3), inputs, Vector(3)).match("under a reflection")


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_translations_and_mirrors_of_every_dimension(dim: int):
    def fn(x: Any) -> Any:
        return jnp.sin(x - x.mean(0, keepdims=True))

    def at_origin(x: Any) -> Any:
        return x

    assert broken(at_origin, T(dim), ("points",), Vector(dim)).match("under a translation")
    assert broken(jnp.abs, O(dim), ("points",), Vector(dim))
    if dim == 1:  # where the sine is odd, and no axis can be singled out
        assert_equivariant(fn, E(1), ("points",), Vector(1), key=KEY)
    else:
        assert broken(fn, SE(dim), ("points",), Vector(dim)).match("under a rotation:")


def test_the_clock_of_space_and_time():
    def fn(x: Any) -> Any:
        return (x[:, :2].mean(0, keepdims=True) - x[:, :2]) * jnp.cos(x[:, 2:])

    assert_equivariant(
        lambda x: (x[:, :2].mean(0, keepdims=True) - x[:, :2]) * jnp.cos(x[:, 2:] - x[:1, 2:]),
        SpaceTime(E(2)),
        ("points",),
        Vector(2),
        key=KEY,
    )
    error = broken(fn, SpaceTime(E(2)), ("points",), Vector(2))
    assert error.match(r"under a translation(.|\n)*shift \[0, 0, -?\d")


def test_values_that_turn_while_locations_do_not():
    group = gn.groups.InputOutput(T(1), O(3))
    error = broken(lambda _, y: jnp.abs(y), group, ("points", Vector(3)), Vector(3))
    assert error.match(r"matrix on values \[\[.*, on locations \[\[1.0\]\], shift \[0\]")


def test_half_of_a_finite_group_is_not_enough():
    def fn(x: Any) -> Any:
        return x * jnp.array([[1.0, 2.0]])  # which half a turn leaves alone

    assert_equivariant(fn, C(2), ("points",), Vector(2), key=KEY)
    assert_equivariant(fn, D(2), ("points",), Vector(2), key=KEY)
    broken(fn, C(4), ("points",), Vector(2))
    broken(fn, D(4), ("points",), Vector(2))


@pytest.mark.parametrize("spread", [1e-6, 1e4])
def test_translations_are_in_proportion_to_the_points(spread: float):
    x = spread * jax.random.normal(KEY, (6, 2)) + 3
    shifts = []

    def to_centre(x_: Any) -> Any:
        shifts.append(np.abs(np.asarray(x_ - x)).max())
        return x_.mean(0, keepdims=True) - x_

    assert_equivariant(to_centre, T(2), ("points",), Vector(2), args=(x,), key=KEY)
    assert 0.3 * spread < max(shifts) < 5 * spread


@pytest.mark.usefixtures("single_precision")
@pytest.mark.parametrize("spread", [1e-6, 1e6])
def test_kinds_are_told_apart_in_any_unit(spread: float):
    x = np.random.default_rng(0).normal(size=(5, 2)).astype(np.float32) * np.float32(spread)
    error = broken(lambda x: x / spread, E(2), ("points",), Vector(2), args=(x,))
    assert list(kinds_found(error))[:2] == ["translation", "rotation"]
    assert error.match("under a translation")


def test_the_worst_entry_is_reported():
    def fn(x: Any) -> Any:
        away = x - x.mean(0, keepdims=True)
        return away.at[3, 1].add(7 * x[3, 0])

    error = broken(fn, T(2), ("points",), Vector(2))
    assert error.match(r"at output\[3, 1\]")


def test_zero_is_refused():
    error = broken(lambda x: 0 * x, E(2), ("points",), Vector(2))
    assert error.match("expected output to be other than zero, which every symmetry leaves alone")
    error = broken(lambda _: jnp.zeros(()), E(2), ("points",), None)
    assert error.match("expected output to be other than zero")


def test_a_part_that_is_zero_is_refused():
    def fn(x: Any) -> Any:
        return jnp.concatenate([x - x.mean(0, keepdims=True), jnp.zeros_like(x[:, :1])], -1)

    error = broken(fn, E(2), ("points",), Vector(2) + Trivial(1))
    assert error.match("expected part 1 of output, Trivial")


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_outputs_that_are_not_finite_are_refused(value: float):
    error = broken(lambda x: x.at[2, 0].set(value), E(2), ("points",), Vector(2))
    assert error.match(rf"expected a finite output, got {value} at output\[2, 0\]")


def test_functions_with_a_will_of_their_own_are_refused():
    generator = np.random.default_rng(0)

    def fn(x: Any) -> Any:
        return (x - x.mean(0, keepdims=True)) * generator.uniform(0.9, 1.1, (5, 1))

    error = broken(fn, E(2), ("points",), Vector(2))
    assert error.match("expected the same output of two calls .* fixed random key")


@pytest.mark.parametrize("one_element", [gn.groups.Trivial(2), SO(1), C(1)], ids=str)
def test_no_symmetry_asks_nothing(one_element: AbstractGroup):
    fibre = Trivial(one_element.dim)
    assert_equivariant(lambda x: x**2, one_element, ("points",), fibre, key=KEY)
