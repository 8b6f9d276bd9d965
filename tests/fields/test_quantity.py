"""Numbers with units, as coordinates of values."""

from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import geomndp as gn
from geomndp.fields import Quantity


def test_the_way_back():
    quantity = Quantity("t2m", "K", offset=280.0, scale=4.0)
    numbers = np.array([[270.0, 280.0], [290.0, np.nan]])
    np.testing.assert_allclose(quantity.coordinates(numbers)[0], [-2.5, 0.0])
    np.testing.assert_allclose(quantity.numbers(quantity.coordinates(numbers)), numbers)


@pytest.mark.parametrize(
    "arguments",
    [
        {"name": ""},
        {"units": ""},
        {"offset": np.inf},
        {"scale": 0.0},
        {"scale": np.nan},
    ],
)
def test_refusals(arguments: dict):
    with pytest.raises(ValueError, match="expected a (name and a unit|finite offset)"):
        Quantity(**{"name": "t2m", "units": "K", **arguments})


def test_a_model_keeps_its_quantities_in_its_file(tmp_path: Path):
    pressure = Quantity("msl", "Pa", "air_pressure_at_mean_sea_level", 101300.0, 123.4)
    model = gn.experiments.wind_model(9.0, width=8, n_layers=1, quantities=[pressure])
    sample = gn.FieldSample(jnp.eye(2), jnp.ones((2, 3)), covariates=jnp.ones((2, 2)))
    trained = gn.TrainedProcess(model, model.init(sample, key=jax.random.key(0)))
    trained.save(tmp_path / "model.geomndp")
    loaded = gn.load(tmp_path / "model.geomndp").model
    assert loaded.quantities == model.trained_with(3).quantities == (pressure,)
    assert loaded.n_covariates == 2


def test_no_more_quantities_than_coordinates():
    model = gn.experiments.wind_model(9.0, width=8, n_layers=1)
    many = tuple(Quantity(name, "1") for name in "abc")
    with pytest.raises(ValueError, match="expected at most 2 quantities"):
        gn.NeuralDiffusionProcess(model.noising, model.network, quantities=many)
