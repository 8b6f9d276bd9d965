"""Regressors as fields of weights: the family, that it measures, and what is claimed."""

from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

NAME = "regressor_weights"


def test_a_regressor_is_a_network_with_one_hidden_layer(functions: dict[str, Any]):
    n = functions["N_UNITS"]
    weights = jnp.arange(3.0 * n).reshape(n, 3) / 40
    x = 0.3
    expected = sum(
        weights[unit, 2] * np.tanh(x * weights[unit, 0] + weights[unit, 1]) for unit in range(n)
    )
    found = functions["values"](weights, jnp.array([x]))
    np.testing.assert_allclose(found[0], expected, rtol=1e-6)
    start = functions["starting_weights"]()
    # At the start a unit bends, where its argument is 0, at its place.
    np.testing.assert_allclose(-start[:, 1] / start[:, 0], functions["places"]()[:, 0], rtol=1e-6)


@pytest.mark.usefixtures("single_precision")
def test_fitted_regressors_work_and_others_do_not(functions: dict[str, Any]):
    fitted = functions["fitted"](4, 600, key=jax.random.key(0))
    distance, amplitude = functions["off_the_family"](fitted)
    assert np.all(distance < functions["WORKS"])
    assert np.all((amplitude > 0.4) & (amplitude < 1.6))
    too_large = fitted.at[..., 2].multiply(4.0)
    assert np.all(functions["off_the_family"](too_large)[0] > functions["WORKS"])
    shuffled = fitted.at[..., 2].set(jnp.roll(fitted[..., 2], 3, 1))
    assert np.all(functions["off_the_family"](shuffled)[0] > functions["WORKS"])
    assert functions["told"](fitted)["share_that_works"] == 1
    assert functions["told"](shuffled)["share_that_works"] == 0


@pytest.mark.usefixtures("single_precision")
def test_it_measures(functions: dict[str, Any], tmp_path: Path):
    results = functions["measure"](functions["QUICK"], tmp_path)
    assert len(results["scores"]) == 3 + len(functions["WEIGHTINGS"])
    assert all(scores["median_distance"] > 0 for scores in results["scores"].values())
    assert all(len(shown) == 2 for shown in results["shown"].values())


def test_a_law_that_is_as_good_as_ours_is_told(functions: dict[str, Any], kept: dict[str, Any]):
    assert not functions["failures"](kept)
    kept["scores"]["normal law"] = kept["scores"]["geomndp"]
    assert len(functions["failures"](kept)) == 1
