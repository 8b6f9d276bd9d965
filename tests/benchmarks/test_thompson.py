"""Optimisation by draws: the test functions, the search, and what is claimed of it."""

from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

NAME = "thompson"
MINIMISERS = {
    # (9.42478, 2.475) in the usual coordinates, and (0.0898, -0.7126).
    "Branin": (1.846608, -1.34),
    "six-hump camel": (0.089842, -1.425313),
}


@pytest.mark.parametrize("name", MINIMISERS)
def test_the_test_functions_are_least_where_they_are_known_to_be(
    functions: dict[str, Any], name: str
):
    function, least = functions["FUNCTIONS"][name]
    at = jnp.array([MINIMISERS[name]])
    assert float(function(at)[0]) == pytest.approx(least, abs=1e-5)
    gradient = jax.grad(lambda x: function(x[None])[0])(at[0])
    np.testing.assert_allclose(gradient, 0, atol=1e-3)
    scaled, lowest = functions["standardised"](name)
    x = jnp.asarray(np.random.default_rng(0).uniform(-2, 2, (20000, 2)))
    values = scaled(x)
    assert float(values.mean()) == pytest.approx(0, abs=0.05)
    assert float(values.std()) == pytest.approx(1, abs=0.05)
    assert float(values.min()) > lowest - 1e-6
    assert float(scaled(at)[0]) == pytest.approx(lowest, abs=1e-4)


def test_a_search_by_the_function_itself_ends_at_the_least_and_a_random_one_does_not(
    functions: dict[str, Any],
):
    sizes, name = functions["Sizes"](n_evaluations=12), "six-hump camel"
    function, _ = functions["standardised"](name)
    known = functions["regrets"](name, lambda seen, x, key: function(x), sizes, 0)  # noqa: ARG005
    blind = functions["regrets"](
        name,
        lambda seen, x, key: jax.random.normal(key, (len(x),)),  # noqa: ARG005
        sizes,
        0,
    )
    assert known.shape == (12,)
    assert np.all(np.diff(known) <= 0)
    assert np.all(known >= 0)
    np.testing.assert_array_equal(known[: sizes.n_first], blind[: sizes.n_first])
    assert known[-1] < 0.05 < blind[-1]


@pytest.mark.usefixtures("single_precision")
def test_it_measures(functions: dict[str, Any], tmp_path: Path):
    """With a model of two steps of training; also what it goes on from."""
    training = functions["dimensions"].QUICK
    results = functions["measure"](functions["QUICK"], training, tmp_path)
    assert set(results["functions"]) == {"Branin", "six-hump camel"}
    for methods in results["functions"].values():
        for method in methods.values():
            assert len(method["curve"]) == functions["QUICK"].n_evaluations
        assert methods["Gaussian process"]["difference_from_the_process"]["mean"] == 0


def test_no_better_than_random_places_is_told(functions: dict[str, Any], kept: dict[str, Any]):
    assert not functions["failures"](kept)
    methods = kept["functions"]["Branin"]
    methods["geomndp"]["curve"][-1] = methods["random places"]["curve"][-1]
    assert functions["failures"](kept) == ["Branin: no better than random places"]
    methods["geomndp"]["difference_from_the_process"] = {"mean": 1.0, "standard_error": 0.1}
    assert len(functions["failures"](kept)) == 2
