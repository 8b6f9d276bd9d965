"""Arguments and outputs of any shape, nesting and framework."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import geomndp as gn
from geomndp.groups import E, O
from geomndp.representations import Trivial, Vector
from geomndp.testing import assert_equivariant

KEY = jax.random.key(0)
X = np.random.default_rng(0).normal(size=(6, 2))
EDGES = np.array([[0, 1], [1, 2], [2, 3], [4, 5]])


def test_numpy_functions_of_graphs():
    def fn(x: Any, edges: Any) -> Any:
        assert type(x) is np.ndarray
        assert edges.dtype == int
        force = np.zeros_like(x)
        np.add.at(force, edges[:, 0], x[edges[:, 1]] - x[edges[:, 0]])
        x *= 0  # its own business
        return force

    assert_equivariant(fn, E(2), ("points", None), Vector(2), args=(X, EDGES), key=KEY)


class Tensor:
    """An array of some other framework."""

    def __init__(self, array: Any):
        self.array = np.asarray(array)

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        return np.asarray(self.array, dtype)


def test_outputs_of_other_frameworks():
    def fn(x: Any) -> Any:
        return {"pull": Tensor(x - np.mean(x, 0)), "size": Tensor(np.std(x - np.mean(x, 0)))}

    output = {"pull": Vector(2), "size": None}
    with pytest.raises(AssertionError, match=r"at output\['size'\]|under"):
        assert_equivariant(
            lambda x: {**fn(x), "size": np.abs(x).max()},
            E(2),
            ("points",),
            output,
            args=(X,),
            key=KEY,
        )
    turned = {"pull": Vector(2), "size": None}
    assert_equivariant(
        lambda x: {**fn(x), "size": np.sqrt(np.sum((x - x.mean(0, keepdims=True)) ** 2))},
        E(2),
        ("points",),
        turned,
        args=(X,),
        key=KEY,
    )
    with pytest.raises(TypeError, match=r"NumPy or JAX array for args\[0\], got Tensor; convert"):
        assert_equivariant(fn, E(2), ("points",), output, args=(Tensor(X),), key=KEY)


class Graph(NamedTuple):
    x: Any
    edges: Any


def test_nested_arguments_and_outputs():
    def fn(graph: Any, features: Any, parameters: Any) -> Any:
        x, edges = graph
        along = x[edges[:, 1]] - x[edges[:, 0]]
        wind, heat = features["wind"], features["heat"]
        return [along * parameters["weight"], (wind * heat, jnp.sum(wind**2), edges)]

    args = (
        Graph(jnp.asarray(X), EDGES),
        {"wind": jnp.asarray(X), "heat": jnp.ones((6, 1)), "name": "storm"},
        {"weight": 2.0},
    )
    inputs = (Graph("points", None), {"wind": Vector(2), "heat": Trivial(1), "name": None}, None)
    output = [Vector(2), (Vector(2), None, None)]
    assert_equivariant(fn, E(2), inputs, output, args=args, key=KEY)

    def wrong(*args: Any) -> Any:
        along, (product, square, edges) = fn(*args)
        return [along, (product, square + args[1]["wind"][0, 0], edges)]

    with pytest.raises(AssertionError, match=r"at output\[1\]\[1\]"):
        assert_equivariant(wrong, E(2), inputs, output, args=args, key=KEY)


def test_batch_axes():
    x = jax.random.normal(KEY, (3, 4, 5, 2))

    def fn(x: Any) -> Any:
        return (x - x.mean(-2, keepdims=True)).sum(-2)

    def weighted(x: Any) -> Any:
        away = x - x.mean(-2, keepdims=True)
        return (away * jnp.linalg.norm(away, axis=-1, keepdims=True)).sum(-2)

    assert_equivariant(weighted, E(2), ("points",), Vector(2), args=(x,), key=KEY)
    with pytest.raises(AssertionError, match=r"at output\[\d, \d, \d\]"):
        assert_equivariant(lambda x: fn(x**2), E(2), ("points",), Vector(2), args=(x,), key=KEY)


def test_a_field_type_stands_for_its_values():
    globe = gn.manifolds.Sphere(2)
    track = gn.FieldType(gn.groups.InputOutput(gn.groups.T(1), O(3)), Vector(3), codomain=globe)
    seen = []

    def fn(t: Any, y: Any) -> Any:
        seen.append(y)
        return jnp.exp(-((t - t[:1]) ** 2)) * y

    assert_equivariant(fn, track.group, ("points", track), track, key=KEY, n_points=4)
    assert seen[0].shape == (4, 3)
    np.testing.assert_allclose(np.linalg.norm(seen[0], axis=-1), 1)


def test_what_is_left_alone_is_drawn_as_a_time():
    seen = []

    def fn(t: Any, x: Any) -> Any:
        seen.append(t)
        return t * (x - x.mean(0, keepdims=True))

    assert_equivariant(fn, E(2), (None, "points"), Vector(2), key=KEY)
    assert {float(t) for t in seen} == {float(seen[0])}
    assert 0 < float(seen[0]) < 1


def test_points_may_be_the_output():
    def step(x: Any) -> Any:
        return 0.9 * x + 0.1 * x.mean(0, keepdims=True)

    assert_equivariant(step, E(2), ("points",), "points", key=KEY)
    with pytest.raises(AssertionError, match="under a translation"):
        assert_equivariant(lambda x: 0.9 * x, E(2), ("points",), "points", key=KEY)


@pytest.mark.parametrize(
    ("inputs", "output", "args", "error", "message"),
    [
        (("points",), Vector(2), (X, X), ValueError, "one argument for each of the 1 spec"),
        (("points",), Vector(2), (X[:, :1],), ValueError, r"args\[0\] with 2 coordinates .* E\("),
        ((Vector(2),), Trivial(3), (X,), ValueError, "output with 3 coordinates .* Trivial"),
        (("point",), Vector(2), (X,), TypeError, "for args\\[0\\], got 'point'"),
        (({"a": "points"},), Vector(2), (X,), ValueError, r"nested as its specification"),
        (("points",), (None, None), (X,), ValueError, "expected output nested as"),
    ],
)
def test_what_does_not_fit_is_refused(
    inputs: Any, output: Any, args: Any, error: type[Exception], message: str
):
    with pytest.raises(error, match=message):
        assert_equivariant(lambda *args: args[0], E(2), inputs, output, args=args, key=KEY)


def test_a_function_without_arrays_is_refused():
    with pytest.raises(AssertionError, match="expected a function that returns arrays, got None"):
        assert_equivariant(lambda _: None, E(2), ("points",), None, key=KEY)


def test_outputs_whose_shape_depends_on_the_element_are_refused():
    def fn(x: Any) -> Any:
        return x[np.asarray(x)[:, 0] > 0]

    with pytest.raises(AssertionError, match="expected output of shape"):
        assert_equivariant(fn, E(2), ("points",), Vector(2), args=(X,), key=KEY)
