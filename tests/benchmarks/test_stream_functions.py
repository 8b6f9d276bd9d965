"""The benchmark of winds by way of stream functions."""

from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import geomndp as gn

NAME = "stream_functions"


def test_the_results_that_are_kept_are_whole(functions: dict[str, Any], kept: Any):
    assert functions["failures"](kept) == []
    assert {"date", "hardware", "versions", "seed", "n_times"} <= set(kept)
    names = ("MODEL", "ROTATIONAL", "HELMHOLTZ", "NEAREST", "CALM")
    assert set(kept["scores"]) == {functions[name] for name in names}
    for scores in kept["scores"].values():
        assert scores["energy_score"]["n"] == functions["Sizes"]().n_fields


def test_a_model_that_is_no_better_than_a_rule_is_found(functions: dict[str, Any], kept: Any):
    kept["scores"]["nearest wind"]["energy_score"]["mean"] = 0.1
    kept["scores"]["no wind"]["energy_score"]["mean"] = float("nan")
    assert len(functions["failures"](kept)) == 2
    kept["largest_divergence"] = 0.1
    assert "a divergence of 1e-01" in functions["failures"](kept)[2]


def test_a_file_that_is_missing_is_named(functions: dict[str, Any], tmp_path: Path):
    with pytest.raises(SystemExit, match="winds_era5_bay_of_bengal.nc in .*set GEOMNDP_DATA"):
        functions["load"](tmp_path)


def test_streams_have_the_variance_of_the_fitted_winds(functions: dict[str, Any]):
    """Of winds that they make a component has that of the divergence-free part."""
    axis = jnp.linspace(-900.0, 900.0, 10)
    nodes = jnp.stack(jnp.meshgrid(axis, axis), -1).reshape(-1, 2)
    kernel = functions["stream_kernel"](gn.kernels.Matern52(400.0, 5.0))
    winds = gn.sampling.DerivedFields(
        gn.gp.KernelInterpolation(kernel, nodes), gn.kernels.PlaneSkewGradient
    )
    psi = gn.GaussianProcess(kernel).sample(nodes, n_samples=400, key=jax.random.key(0))
    made = winds.at(psi, jnp.zeros((1, 2)) + 30.0)
    assert np.var(made) == pytest.approx(5.0, rel=0.25)


@pytest.mark.slow
def test_winds_over_the_bay_of_bengal_are_told_without_divergence(
    functions: dict[str, Any], shared_data: Path
):
    """A smaller run, in double precision."""
    if not (shared_data / functions["FILE"]).is_file():
        pytest.skip(f"no file {functions['FILE']} in {shared_data}")
    sizes = functions["Sizes"](
        every=6, n_steps=60, batch_size=4, fit_steps=150, n_fields=3, n_members=8
    )
    found = functions["compare"](functions["load"](shared_data), sizes)
    assert found["largest_divergence"] < 1e-5
    assert functions["failures"](found) == []
    rmse = {name: each["rmse"]["mean"] for name, each in found["scores"].items()}
    assert rmse["stream functions"] < rmse["no wind"]
