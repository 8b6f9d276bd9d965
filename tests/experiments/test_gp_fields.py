"""The run on vector fields: models of each group, and what they are made of."""

from pathlib import Path
from typing import Any

import jax
import pytest

import geomndp as gn
from geomndp.experiments import GPFieldsSettings, RunFolder, fit_gp_fields, gp_fields_model

GP = gn.data.vector_field_laws()["curl-free"]


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("E2", gn.groups.E(2)),
        ("SE2", gn.groups.SE(2)),
        ("T2", gn.groups.T(2)),
        ("none", gn.groups.Trivial(2)),
    ],
)
def test_a_model_has_the_group_that_is_named(name: str, group: gn.groups.AbstractGroup):
    model: Any = gp_fields_model(GP, name, width=24, n_layers=2)
    kind = model.network.field_type
    assert kind == gn.FieldType(group, gn.representations.Vector(2))
    assert (model.network.width, model.network.n_layers) == (24, 2)
    assert model.noising.limit.kernel.variance == pytest.approx(1.02)
    assert model.parametrisation.data_variance == pytest.approx(1.02)


def test_training_is_on_draws_of_the_law_with_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    class Stop(Exception):
        pass

    def fake_fit(model, data, **arguments):
        seen.update(arguments, model=model, data=data)
        raise Stop

    seen: dict[str, Any] = {}
    monkeypatch.setattr("geomndp.experiments.fit_on_draws.fit", fake_fit)
    settings = GPFieldsSettings(
        width=8, n_layers=1, points=4, steps=9, batch_size=3, learning_rate=0.5, max_minutes=2.0,
        checkpoint_every=5, seed=7,
    )  # fmt: skip
    with pytest.raises(Stop):
        fit_gp_fields("curl-free", "T2", RunFolder(tmp_path), settings=settings)
    assert seen["data"] == seen["validation"] == gn.data.RandomFields(GP, n_points=4)
    assert seen["model"] == gp_fields_model(GP, "T2", width=8, n_layers=1)
    assert seen["key"] == jax.random.key(7)
    config = seen["config"]
    assert (config.n_steps, config.batch_size, config.learning_rate) == (9, 3, 0.5)
    assert (config.max_minutes, config.checkpoint_every) == (2.0, 5)


@pytest.mark.parametrize(
    ("kernel", "group", "message"),
    [
        ("matern52", "T2", "expected one of the kernels squared-exponential, .* 'matern52'"),
        ("curl-free", "O2", "expected one of the groups E2, SE2, T2, none, got 'O2'"),
        ("curl-free", "SE2xT", "expected one of the groups E2, SE2, T2, none, got 'SE2xT'"),
    ],
)
def test_laws_and_groups_that_are_not_there(kernel: str, group: str, message: str, tmp_path: Path):
    with pytest.raises(ValueError, match=message):
        fit_gp_fields(kernel, group, RunFolder(tmp_path))
    assert not list(tmp_path.iterdir())


def test_every_law_has_the_name_of_a_shipped_model():
    names = [gn.experiments.shipped_gp_fields_name(law) for law in gn.data.vector_field_laws()]
    assert names == ["gp-fields-se", "gp-fields-curl-free", "gp-fields-div-free"]


@pytest.mark.parametrize("settings", [{"width": 12}, {"width": 0}, {"n_layers": 0}])
def test_settings_that_make_no_network(settings: dict):
    with pytest.raises(ValueError, match="expected a width that is a multiple of 8"):
        GPFieldsSettings(**settings)
