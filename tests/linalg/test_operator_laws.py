"""Every operator agrees with its matrix, which numpy writes down without it."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from linalg_cases import CASES, MASK, Case, cases, matrix_of, violations
from standard_errors import assert_mean, second_moments

from geomndp import linalg

every_case = pytest.mark.parametrize("name", CASES)


def test_every_class_has_a_case():
    classes = {getattr(linalg, name) for name in linalg.__all__ if name[0].isupper()}
    listed = {type(case.operator) for case in CASES.values()}
    assert classes - listed == {linalg.AbstractOperator}


@every_case
def test_laws(name: str):
    operator, gram, _ = CASES[name]
    assert violations(operator, gram) == []


@pytest.mark.parametrize("name", ["dense", "low-rank-unequal"])
def test_laws_hold_in_float32(name: str):
    operator, gram, _ = cases(np.float32)[name]
    assert violations(operator, gram) == []


@every_case
def test_laws_hold_after_factorising(name: str):
    operator, gram, _ = CASES[name]
    assert violations(operator.factorised(), gram) == []


@every_case
def test_the_precision_of_the_input_is_kept(name: str):
    operator = cases(np.float32)[name].operator
    v, key = jnp.ones((operator.n_points, operator.dim_y), jnp.float32), jax.random.key(0)

    def everything(operator):
        return {
            "matvec": operator.matvec(v),
            "diagonal": operator.diagonal(),
            "dense": operator.dense(),
            "solve": operator.solve(v),
            "log_det": operator.log_det(),
            "sqrt_matvec": operator.sqrt_matvec(v),
            "sqrt_solve": operator.sqrt_solve(v),
            "sample": operator.sample(key=key),
            "jitter": operator.with_jitter(0.1).diagonal(),
            "factorised": operator.factorised().log_det(),
            "masked": operator.masked(jnp.asarray(MASK)).log_det(),
        }

    results = jax.eval_shape(everything, operator)
    assert {n: x.dtype for n, x in results.items() if x.dtype != jnp.float32} == {}
    assert {n for n, x in results.items() if x.weak_type} == set()


@every_case
def test_samples_have_the_covariance(name: str):
    operator, gram, _ = CASES[name]
    draw = jax.vmap(lambda key: operator.sample(key=key))
    samples = draw(jax.random.split(jax.random.key(1), 4000)).transpose(0, 2, 1)
    assert_mean(samples, 0.0)
    assert_mean(second_moments(samples), matrix_of(gram))


@every_case
def test_jitter_is_relative_to_the_mean_variance(name: str):
    case = CASES[name]
    operator, gram, identity = case.operator, matrix_of(case.gram), matrix_of(case.identity)
    jitter = 0.1 * np.trace(gram) / np.trace(identity)
    found = matrix_of(operator.with_jitter(0.1).dense())
    np.testing.assert_allclose(found, gram + jitter * identity, rtol=1e-12, atol=1e-15)
    assert operator.with_jitter(0.0) is operator


class Planted(linalg.AbstractOperator):
    """Another operator, one method of which errs by a thousandth."""

    operator: linalg.AbstractOperator
    broken: str = eqx.field(static=True)

    @property
    def n_points(self):
        return self.operator.n_points

    @property
    def dim_y(self):
        return self.operator.dim_y

    def _do(self, name, *arguments):
        factor = 1.001 if name == self.broken else 1.0
        return factor * getattr(self.operator, name)(*arguments)

    def matvec(self, v):
        return self._do("matvec", v)

    def diagonal(self):
        return self._do("diagonal")

    def dense(self):
        return self._do("dense")

    def solve(self, v):
        return self._do("solve", v)

    def log_det(self):
        return self._do("log_det")

    def sqrt_matvec(self, z):
        return self._do("sqrt_matvec", z)

    def sqrt_solve(self, v):
        return self._do("sqrt_solve", v)

    def sample(self, *, key):
        return self.operator.sample(key=key)

    def factorised(self):
        return Planted(self.operator.factorised(), self.broken)

    def masked(self, mask):
        return linalg.Masked(self, mask)


@pytest.mark.parametrize(
    ("broken", "expected"),
    [
        ("nothing", []),
        ("dense", ["dense"]),
        ("diagonal", ["diagonal"]),
        ("matvec", ["matvec"]),
        ("solve", ["solve"]),
        ("log_det", ["log_det"]),
        ("sqrt_matvec", ["sqrt_matvec", "sqrt_solve"]),
        ("sqrt_solve", ["sqrt_solve"]),
    ],
)
def test_a_planted_error_is_found(broken: str, expected: list[str]):
    case: Case = CASES["dense"]
    assert violations(Planted(case.operator, broken), case.gram) == expected


def test_an_operator_of_another_law_is_found():
    gram = CASES["dense"].gram
    swapped = linalg.Dense(jnp.asarray(gram)[:, :, ::-1, ::-1])
    assert "matvec" in violations(swapped, gram)
