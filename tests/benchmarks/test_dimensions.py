"""Functions of several variables: what is drawn, that it is measured, and what is claimed."""

from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from standard_errors import assert_mean

import geomndp as gn

NAME = "dimensions"


@pytest.mark.parametrize("dim", [1, 3])
def test_functions_of_several_variables_have_the_covariance_of_the_law(
    functions: dict[str, Any], dim: int
):
    law = functions["law"]("squared exponential", dim)
    draws = gn.fields.draw(gn.data.RandomFunctions(law, 2, 2, dim=dim), 4000, key=jax.random.key(0))
    assert draws.x.shape == (4000, 2, dim)
    assert float(jnp.abs(draws.x).max()) <= 2
    np.testing.assert_allclose(draws.x.reshape(-1, dim).std(0), 4 / 12**0.5, rtol=0.05)
    squared = jnp.sum((draws.x[:, 0] - draws.x[:, 1]) ** 2, -1) / (dim / 16)
    products = draws.y[:, 0, 0] * draws.y[:, 1, 0]
    assert_mean(products - jnp.exp(-0.5 * squared), 0.0)
    with pytest.raises(AssertionError):
        assert_mean(draws.y[:, 0, 0] ** 2 - jnp.exp(-0.5 * squared), 0.0)


def test_it_measures_and_goes_on_from_what_is_trained(functions: dict[str, Any], tmp_path: Path):
    sizes = functions["QUICK"]
    trained, told = functions["trained_on"]("Matérn 5/2", 2, sizes, tmp_path)
    again, _ = functions["trained_on"]("Matérn 5/2", 2, sizes, tmp_path)
    assert told["steps"] == sizes.n_steps
    same = jax.tree.map(lambda a, b: bool(jnp.all(a == b)), trained.params, again.params)
    assert all(jax.tree.leaves(same))
    scores = functions["score"](trained, "Matérn 5/2", 2, sizes)
    # Two steps from a model that knows nothing.
    assert scores["geomndp"]["difference_from_oracle"]["mean"] < -0.1
    assert scores["independent values"]["n"] == sizes.n_tasks


def test_a_model_far_from_the_truth_is_told(functions: dict[str, Any], kept: dict[str, Any]):
    assert not functions["failures"](kept)
    kept["cells"][0]["scores"]["geomndp"]["difference_from_oracle"]["mean"] = -9.0
    assert len(functions["failures"](kept)) == 1
