"""Functions that are odd in the values, as those of pseudovectors in the plane are, are found."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from geomndp.groups import E
from geomndp.representations import Pseudovector, Vector
from geomndp.testing import assert_equivariant, assert_not_odd

KEY = jax.random.key(0)
X, Y = jax.random.normal(KEY, (2, 5, 2))


def in_space(y: Any) -> Any:
    return jnp.pad(y, ((0, 0), (0, 1)))


def as_pseudovectors(x: Any, y: Any) -> Any:
    """All that can be made of few products when y is typed 1e: cross products need it twice."""
    away = x - x.mean(0, keepdims=True)
    along = jnp.sum(away * y, -1, keepdims=True)
    return y * jnp.sum(y**2, -1, keepdims=True) + away * along + jnp.cross(away, jnp.cross(away, y))


def as_vectors(x: Any, y: Any) -> Any:
    return as_pseudovectors(x, y) + (x - x.mean(0, keepdims=True)) * jnp.sum(
        y**2, -1, keepdims=True
    )


def plane(fn: Any) -> Any:
    return lambda x, y: fn(in_space(x), in_space(y))[:, :2]


def test_pseudovectors_in_the_plane_are_found():
    inputs = ("points", Pseudovector(3))
    assert_equivariant(as_pseudovectors, E(3), inputs, Pseudovector(3), key=KEY)
    # In the plane it is equivariant too, and so seems to be right.
    assert_equivariant(plane(as_pseudovectors), E(2), ("points", Vector(2)), Vector(2), key=KEY)
    with pytest.raises(AssertionError, match=r"not to be odd in argument 1, got f\(-y\).*\(1e\)"):
        assert_not_odd(plane(as_pseudovectors), (X, Y), argument=1)


def test_polar_vectors_pass():
    assert_equivariant(plane(as_vectors), E(2), ("points", Vector(2)), Vector(2), key=KEY)
    assert_not_odd(plane(as_vectors), (X, Y), argument=1)


def test_every_array_of_the_output_is_looked_at():
    def fn(_: Any, y: Any) -> Any:
        return {"even": jnp.sum(y**2), "odd": np.asarray(y)}

    with pytest.raises(AssertionError, match=r"expected output\['odd'\] not to be odd"):
        assert_not_odd(fn, (X, Y), argument=1)


def test_zero_is_refused():
    with pytest.raises(AssertionError, match="other than zero"):
        assert_not_odd(lambda _, y: 0 * y, (X, Y), argument=1)


def test_the_argument_must_be_one():
    with pytest.raises(ValueError, match="the place of one of 2 arguments, got 2"):
        assert_not_odd(as_vectors, (X, Y), argument=2)
