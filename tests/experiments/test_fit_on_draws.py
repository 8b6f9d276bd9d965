"""Which parameters a run may begin with."""

from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from random_fields import in_single_precision, random_params

import geomndp as gn
from geomndp.experiments import regression1d_model
from geomndp.experiments.fit_on_draws import starting_parameters

PERIODS = 0.125, 1.0


def rotary(*, width: int = 16, **settings: Any) -> gn.NeuralDiffusionProcess:
    law = gn.data.Sawtooth()
    return regression1d_model(law, width=width, n_layers=1, rotary=True, **settings)


def saved(path: Path, model: gn.NeuralDiffusionProcess) -> gn.TrainedProcess:
    sample = gn.FieldSample(jnp.zeros((2, 1)), jnp.zeros((2, 1)))
    params = in_single_precision(random_params(model.network, sample, seed=0))
    trained = gn.TrainedProcess(model, params)
    trained.save(path)
    return trained


def assert_same(params: Any, expected: Any) -> None:
    for one, other in zip(*map(jax.tree.leaves, (params, expected)), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("periods", [None, PERIODS])
def test_a_network_begins_from_one_of_the_same_sizes(tmp_path: Path, periods: Any):
    model = rotary(periods=periods)
    kept = saved(tmp_path / "kept.geomndp", model)
    assert_same(starting_parameters(str(tmp_path / "kept.geomndp"), model), kept.params)
    assert starting_parameters(None, model) is None


def test_one_with_periods_grows_from_one_without(tmp_path: Path):
    kept = saved(tmp_path / "kept.geomndp", rotary())
    model = rotary(periods=PERIODS)
    network: Any = model.network
    found = starting_parameters(str(tmp_path / "kept.geomndp"), model)
    assert_same(found, network.grown(kept.params))


def test_nothing_shrinks_and_growth_is_by_periods_alone(tmp_path: Path):
    saved(tmp_path / "plain.geomndp", rotary())
    saved(tmp_path / "grown.geomndp", rotary(periods=PERIODS))
    grown = rotary(periods=PERIODS)
    parts = grown.noising, grown.network, grown.parametrisation
    for start, model in (
        ("grown", rotary()),
        ("plain", rotary(width=32, periods=PERIODS)),
        ("plain", gn.NeuralDiffusionProcess(*parts, n_covariates=2)),
    ):
        with pytest.raises(ValueError, match="expected to start from a model with the network of"):
            starting_parameters(str(tmp_path / f"{start}.geomndp"), model)
