"""Regressors as fields of weights: the family, that it measures, and what is claimed."""

from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

NAME = "regressor_weights"


def test_a_regressor_is_a_network_with_one_hidden_layer(functions: dict[str, Any]):
    n = functions["N_HIDDEN"]
    weights = jnp.arange(functions["N_WEIGHTS"], dtype=float) / 40
    x = 0.3
    expected = weights[-1] + sum(
        weights[2 * n + unit] * np.tanh(x * weights[unit] + weights[n + unit]) for unit in range(n)
    )
    found = functions["values"](weights, jnp.array([x]))
    np.testing.assert_allclose(found[0], expected, rtol=1e-6)
    assert len(functions["places"]()) == functions["N_WEIGHTS"]
    assert len(np.unique(functions["places"](), axis=0)) == functions["N_WEIGHTS"]


@pytest.mark.usefixtures("single_precision")
def test_fitted_regressors_work_and_others_do_not(functions: dict[str, Any]):
    fitted = functions["fitted"](4, 400, key=jax.random.key(0))
    distance, amplitude = functions["off_the_family"](fitted)
    assert np.all(distance < functions["WORKS"])
    assert np.all((amplitude > 0.4) & (amplitude < 1.6))
    too_large = fitted.at[:, 2 * functions["N_HIDDEN"] :].multiply(4.0)
    assert np.all(functions["off_the_family"](too_large)[0] > functions["WORKS"])
    shuffled = fitted[:, ::-1]
    assert np.all(functions["off_the_family"](shuffled)[0] > functions["WORKS"])
    assert functions["told"](fitted)["share_that_works"] == 1
    assert functions["told"](shuffled)["share_that_works"] == 0


@pytest.mark.usefixtures("single_precision")
def test_it_measures(functions: dict[str, Any], tmp_path: Path):
    results = functions["measure"](functions["QUICK"], tmp_path)
    assert len(results["scores"]) == 4
    assert all(scores["median_distance"] > 0 for scores in results["scores"].values())


def test_a_law_that_is_as_good_as_ours_is_told(functions: dict[str, Any], kept: dict[str, Any]):
    assert not functions["failures"](kept)
    kept["scores"]["normal law"] = kept["scores"]["geomndp"]
    assert len(functions["failures"](kept)) == 1
