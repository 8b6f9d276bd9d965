"""The run on vector fields: models of each group, and what they are made of."""

from pathlib import Path
from typing import Any

import jax
import pytest

import geomndp as gn
from geomndp.experiments import GPFieldsSettings, RunFolder, fit_gp_fields, gp_fields_model
from geomndp.experiments.gp_fields import fitted_field_process

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


class Stop(Exception):
    """Raised in place of training."""


def test_training_is_on_draws_of_the_law_with_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def fake_fit(model, data, **arguments):
        seen.update(arguments, model=model, data=data)
        raise Stop

    seen: dict[str, Any] = {}
    monkeypatch.setattr("geomndp.experiments.fit_on_draws.fit", fake_fit)
    settings = GPFieldsSettings(
        width=8, n_layers=1, points=4, steps=9, batch_size=3, learning_rate=0.5, max_minutes=2.0,
        checkpoint_every=5, seed=7, log_noise=(-1.0, 2.0),
    )  # fmt: skip
    with pytest.raises(Stop):
        fit_gp_fields("curl-free", "T2", RunFolder(tmp_path), settings=settings)
    assert seen["data"] == seen["validation"] == gn.data.RandomFields(GP, n_points=4)
    assert seen["model"] == gp_fields_model(GP, "T2", width=8, n_layers=1)
    assert seen["key"] == jax.random.key(7)
    config = seen["config"]
    assert (config.n_steps, config.batch_size, config.learning_rate) == (9, 3, 0.5)
    assert (config.max_minutes, config.checkpoint_every) == (2.0, 5)
    assert seen["loss"].weighting == gn.losses.LogNormalWeighting(-1.0, 2.0)


@pytest.mark.parametrize("setting", [{"convolution": True}, {"neighbours": 5}])
def test_the_network_is_that_of_the_settings(
    setting: dict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def fake_fit(model, *_, **__):
        seen.append(model)
        raise Stop

    seen = []
    monkeypatch.setattr("geomndp.experiments.gp_fields.fit_on_draws", fake_fit)
    settings = GPFieldsSettings(width=8, n_layers=1, **setting)
    with pytest.raises(Stop):
        fit_gp_fields("curl-free", "E2", RunFolder(tmp_path), settings=settings)
    assert seen == [gp_fields_model(GP, "E2", width=8, n_layers=1, **setting)]
    assert seen != [gp_fields_model(GP, "E2", width=8, n_layers=1)]


def test_a_model_may_see_neighbours_alone():
    model: Any = gp_fields_model(GP, "SE2", width=8, n_layers=1, neighbours=5)
    assert model.network.graph == gn.networks.NearestNeighbourGraph(5)
    for group in ("T2", "none"):
        with pytest.raises(ValueError, match="all points to attend to all under .*neighbours=5"):
            gp_fields_model(GP, group, neighbours=5)


def test_a_model_may_convolve():
    model: Any = gp_fields_model(GP, "E2", width=8, n_layers=2, convolution=True)
    kind = gn.FieldType(gn.groups.E(2), gn.representations.Vector(2))
    assert model.network == gn.networks.MultiscaleConvolution(
        kind, unit_x=5**0.5, width=8, n_layers=2, n_channels=4
    )
    for group, neighbours in (("T2", None), ("none", None), ("E2", 5)):
        with pytest.raises(ValueError, match="expected a convolution under E2 or SE2, over all"):
            gp_fields_model(GP, group, neighbours=neighbours, convolution=True)


def test_a_fitted_process_finds_which_part_a_law_has_and_no_rotation_changes_it():
    fields = gn.data.RandomFields(GP, 24, 24, radius=4.0)
    process = fitted_field_process(fields, n_fields=24, n_steps=150)
    assert process.is_invariant(gn.FieldType(gn.groups.E(2), gn.representations.Vector(2)))
    kernel: Any = process.kernel
    isotropic, curl_free, divergence_free, white = kernel.terms
    assert curl_free.kernel.variance > 0.6
    assert max(isotropic.kernel.variance, divergence_free.kernel.variance) < 0.1
    assert curl_free.kernel.lengthscale == pytest.approx(5**0.5, rel=0.15)
    assert white.variance == pytest.approx(0.02, rel=0.25)
    new = gn.fields.draw(fields, 64, key=jax.random.key(9))
    log_prob = jax.vmap(lambda gp, x, y: gp.log_prob(x, y), (None, 0, 0))
    lost = (log_prob(GP, new.x, new.y) - log_prob(process, new.x, new.y)) / 24
    assert 0 < lost.mean() < 0.05
    start = gn.GaussianProcess(gn.kernels.White(1.02, 2))
    assert (log_prob(GP, new.x, new.y) - log_prob(start, new.x, new.y)).mean() / 24 > 0.5


def test_a_fresh_model_beside_a_process_is_that_process():
    model = gp_fields_model(GP, "E2", width=8, n_layers=1, neighbours=4, residual_of=GP)
    field = gn.data.RandomFields(GP, 8, 8, radius=4.0)(key=jax.random.key(3))
    trained = gn.TrainedProcess(model, model.network.init(jax.random.key(0), field))
    exact = GP.log_prob(field.x, field.y)
    assert trained.log_prob(field) == pytest.approx(float(exact), abs=0.01)


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


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"points": 0}, "expected points >= 1, got 0"),
        ({"few": -0.1}, "expected few to be a share from 0 to 1, got -0.1"),
    ],
)
def test_settings_that_draw_no_field(settings: dict, message: str):
    with pytest.raises(ValueError, match=message):
        GPFieldsSettings(**settings)
