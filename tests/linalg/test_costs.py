"""Cost follows structure: how large the arrays are that an operator makes, and what it repeats."""

from collections.abc import Callable, Iterator
from typing import Any

import jax
import jax.numpy as jnp
import pytest
from jax.extend.core import jaxprs_in_params
from linalg_cases import CASES

from geomndp import linalg

FACTORISATIONS = {"cholesky", "eigh", "lu", "qr", "svd"}


def equations(jaxpr: Any) -> Iterator[Any]:
    """All equations of a program, those of functions within it too."""
    for equation in jaxpr.eqns:
        yield equation
        for inner in jaxprs_in_params(equation.params):
            yield from equations(inner)


def largest_array(function: Callable[..., Any], *arguments: Any) -> int:
    """The number of elements of the largest array that a function makes."""
    program = jax.make_jaxpr(function)(*arguments).jaxpr
    made = [v.aval for equation in equations(program) for v in equation.outvars]
    return max(aval.size for aval in made if hasattr(aval, "size"))


def temporary_bytes(function: Callable[..., Any], *arguments: Any) -> int:
    """What the compiled program needs beside its arguments and results."""
    memory = jax.jit(function).lower(*arguments).compile().memory_analysis()
    assert memory is not None
    return memory.temp_size_in_bytes


def everything(operator: linalg.AbstractOperator) -> Any:
    operator = operator.factorised()
    v = operator.diagonal()
    vectors = [operator.matvec(v), operator.solve(v), operator.sqrt_matvec(v)]
    sample = operator.sample(key=jax.random.key(0))
    return vectors, operator.sqrt_solve(v), sample, operator.log_det()


def shape(*sizes: int) -> jax.ShapeDtypeStruct:
    return jax.ShapeDtypeStruct(sizes, jnp.float32)


N, P, R = 50, 3, 7
SCALAR, B, NUMBER = shape(N, N, 1, 1), shape(P, P), shape()
BUILDS: dict[str, tuple[Callable[..., linalg.AbstractOperator], tuple[Any, ...], int]] = {
    "scaled-identity": (lambda s: linalg.ScaledIdentity(s, N, P), (NUMBER,), N * P),
    "diagonal": (linalg.Diagonal, (shape(N, P),), N * P),
    "block-diagonal": (linalg.BlockDiagonal, (shape(N, P, P),), N * P**2),
    "repeated": (lambda k: linalg.Repeated(linalg.Dense(k), P), (SCALAR,), N**2),
    "kronecker": (lambda k, b: linalg.Kronecker(linalg.Dense(k), b), (SCALAR, B), N**2),
    "kronecker-plus-identity": (
        lambda k, b, s: (
            linalg.Kronecker(linalg.Dense(k), b) + linalg.ScaledIdentity(s, N, P)
        ).masked(jnp.arange(N) < N - 1),
        (SCALAR, B, NUMBER),
        N**2,
    ),
    "direct-sum": (lambda k: linalg.DirectSum((linalg.Dense(k),) * P), (SCALAR,), N**2),
    "low-rank": (linalg.LowRankPlusDiagonal, (shape(N, P, R), NUMBER), N * P * R),
    "low-rank-unequal": (linalg.LowRankPlusDiagonal, (shape(N, P, R), shape(N, P)), N * P * R),
    "kronecker-low-rank-plus-identity": (
        lambda f, b, s: (
            linalg.Kronecker(linalg.LowRankPlusDiagonal(f), b) + linalg.ScaledIdentity(s, N, P)
        ),
        (shape(N, 1, R), B, NUMBER),
        N * R,
    ),
}


@pytest.mark.parametrize("name", BUILDS)
def test_no_array_is_larger_than_the_structure(name: str):
    build, arguments, allowed = BUILDS[name]
    assert largest_array(lambda *a: everything(build(*a)), *arguments) <= allowed


def test_a_dense_operator_is_found_to_be_larger():
    gram = shape(N, N, P, P)
    assert largest_array(lambda k: everything(linalg.Dense(k)), gram) == (N * P) ** 2


def low_rank_methods(n_points: int, dim_y: int, rank: int) -> dict[str, tuple[Any, ...]]:
    """Functions of features, a variance and a key."""
    features = shape(n_points, dim_y, rank)
    build, v = linalg.LowRankPlusDiagonal, jnp.ones((n_points, dim_y), jnp.float32)
    methods = {
        "sample": lambda f, s, key: build(f, s).sample(key=key),
        "sample without noise": lambda f, _, key: build(f).sample(key=key),
        "matvec": lambda f, s, _: build(f, s).matvec(v),
        "solve": lambda f, s, _: build(f, s).solve(v),
        "everything": lambda f, s, _: everything(build(f, s)),
    }
    return {name: (method, features, NUMBER, jax.random.key(0)) for name, method in methods.items()}


LOW_RANK = ["sample", "sample without noise", "matvec", "solve", "everything"]


@pytest.mark.parametrize("name", LOW_RANK)
def test_no_array_of_many_points_is_larger_than_the_features(name: str):
    program = low_rank_methods(100_000, 2, 1024)[name]
    is_sample = name.startswith("sample")
    assert largest_array(*program) <= (200_000 if is_sample else 100_000 * 2 * 1024)


@pytest.mark.parametrize("name", LOW_RANK)
def test_compiled_programs_copy_no_features(name: str):
    function, *arguments = low_rank_methods(2000, 2, 64)[name]
    assert temporary_bytes(function, *arguments) < 2000 * 2 * 64 * 4 / 2


def test_a_copy_of_the_features_is_found():
    build = lambda f: linalg.LowRankPlusDiagonal(f + 1, f[:, :, 0] ** 2).factorised()  # noqa: E731
    assert temporary_bytes(build, shape(2000, 2, 64)) >= 2000 * 2 * 64 * 4


def test_white_noise_at_many_points_is_linear():
    draw = lambda s, key: linalg.ScaledIdentity(s, 100_000, 2).sample(key=key)  # noqa: E731
    assert largest_array(draw, NUMBER, jax.random.key(0)) <= 200_000


def primitives(function: Callable[..., Any], *arguments: Any) -> set[str]:
    program = jax.make_jaxpr(function)(*arguments).jaxpr
    return {str(equation.primitive) for equation in equations(program)}


@pytest.mark.parametrize("name", CASES)
def test_a_factorised_operator_factorises_nothing(name: str):
    operator = CASES[name].operator.factorised()
    found = primitives(lambda: everything(operator))
    assert not found & FACTORISATIONS
    # Nor does it look for errors again.
    assert not {p for p in found if "callback" in p}


@pytest.mark.parametrize("name", ["dense", "repeated", "kronecker", "low-rank", "sum"])
def test_a_factorisation_would_be_found(name: str):
    assert primitives(everything, CASES[name].operator) & FACTORISATIONS


@pytest.mark.parametrize("name", CASES)
def test_factorising_twice_changes_nothing(name: str):
    once = CASES[name].operator.factorised()
    twice = once.factorised()
    assert jax.tree.structure(once) == jax.tree.structure(twice)
    assert all(a is b for a, b in zip(jax.tree.leaves(once), jax.tree.leaves(twice), strict=True))
