"""What cannot be saved is refused before anything is written."""

from pathlib import Path

import haiku as hk
import jax.numpy as jnp
import numpy as np
import pytest
from random_fields import random_field, random_params
from tiny_models import TRACKS, tiny_model, tiny_process

import geomndp as gn
from geomndp.model.description import build, describe


class OfTheUser(gn.networks.AbstractHaikuNetwork):
    """A network that is not of this library."""

    field_type: gn.FieldType = TRACKS

    def geometry(self, x, mask, context=None):
        return None

    def forward(self, noise_scale, x, y, mask, context, covariates, geometry):
        return y * hk.get_parameter("w", (), y.dtype, init=jnp.ones)


class TranslationInvariantTransformer(OfTheUser):
    """One that bears the name of ours."""


def test_a_network_of_the_users_own(tmp_path: Path):
    for network in (OfTheUser(), TranslationInvariantTransformer()):
        model = gn.NeuralDiffusionProcess(tiny_model().noising, network)
        process = gn.TrainedProcess(model, {"~": {"w": jnp.ones(())}})
        with pytest.raises(TypeError, match="a model with a class of your own can be used but not"):
            process.save(tmp_path / "model.geomndp")
    assert list(tmp_path.iterdir()) == []


def test_a_class_of_the_main_program():
    cls = type("OfMain", (OfTheUser,), {"__module__": "__main__"})
    with pytest.raises(TypeError, match="expected a class that geomndp exports, got OfMain"):
        describe(cls())


def test_parameters_of_another_network(tmp_path: Path):
    process = gn.TrainedProcess(tiny_model(width=16), tiny_process().params)
    with pytest.raises(ValueError, match="expected the parameters of its network, got .* differ"):
        process.save(tmp_path / "model.geomndp")
    assert list(tmp_path.iterdir()) == []


def test_parameters_with_covariates_of_a_model_without(tmp_path: Path):
    """A file that could not be loaded is not written."""
    model = tiny_model()
    sample = random_field(TRACKS, 3, seed=0, n_covariates=2)
    process = gn.TrainedProcess(model, random_params(model.network, sample, seed=0))
    with pytest.raises(ValueError, match="a model with covariates says how many in n_covariates"):
        process.save(tmp_path / "model.geomndp")
    assert list(tmp_path.iterdir()) == []


def test_values_that_no_setting_has():
    for value in (np.zeros(2), {1, 2}, object()):
        with pytest.raises(
            TypeError, match="expected a module, array, number, string or list to describe"
        ):
            describe(value)


@pytest.mark.parametrize(
    "value", [None, 1, 2.5, True, "text", (1, (2.5, None)), TRACKS, tiny_model().network]
)
def test_descriptions_are_built_again(value):
    assert build(describe(value)) == value
