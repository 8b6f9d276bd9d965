"""Models of winds of a region and of the globe, and what they are trained on."""

from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest

import geomndp as gn
from geomndp.experiments import (
    RunFolder,
    WindSettings,
    fit_winds,
    split_winds,
    wind_coordinates,
    wind_model,
)

KEY = jax.random.key(0)
HOUR = np.timedelta64(3600 * 10**9, "ns")
TIMES = np.datetime64("2024-01-01", "ns") + np.arange(48) * HOUR


def winds_of(n_times: int = 48) -> gn.data.Winds:
    """Winds of one size everywhere, (3, 4) m/s, on a grid of 20 by 20 degrees."""
    wind = np.broadcast_to([3.0, 4.0], (1, n_times, 11, 11, 2))
    axes = np.linspace(-10, 10, 11), np.linspace(80, 100, 11)
    return gn.data.wind_ensemble(wind, TIMES[:n_times], *axes)


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
    model: Any = wind_model(9.0, name, width=16, n_layers=2)
    assert model.network.field_type == gn.FieldType(group, gn.representations.Vector(2))
    assert (model.network.width, model.network.n_layers, model.network.unit_x) == (16, 2, 100.0)
    assert model.noising.limit.kernel.variance == model.parametrisation.data_variance == 9.0


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("mirror", gn.groups.Axial(equatorial_mirror=True)),
        ("axial", gn.groups.Axial()),
        ("SO3", gn.groups.SO(3)),
        ("O3", gn.groups.O(3)),
    ],
)
def test_a_global_model_has_the_group_that_is_named(name: str, group: gn.groups.AbstractGroup):
    model: Any = wind_model(9.0, name, width=16, n_layers=2)
    kind = gn.FieldType(group, gn.representations.Vector(3), domain=gn.manifolds.Sphere(2))
    assert model.network.field_type == kind
    assert model.network.tangent
    assert (model.network.width, model.network.n_layers) == (16, 2)
    assert model.noising.limit.kernel.variance == model.parametrisation.data_variance == 9.0
    assert model.noising.limit.is_invariant(kind)
    assert isinstance(wind_coordinates(model, winds_of()), gn.data.UnitSphere)


def test_there_is_no_other_group():
    with pytest.raises(
        ValueError, match="groups E2, .*, none on a map, SE2xT, E2xT .* mirror, .* 'O2'"
    ):
        wind_model(9.0, "O2")


@pytest.mark.parametrize("settings", [{"width": 12}, {"points": 1}, {"patch_km": 0.0}])
def test_settings_that_make_no_sense(settings: dict):
    with pytest.raises(ValueError, match="expected (a width|points)"):
        WindSettings(**settings)


def test_parts_are_blocks_of_a_sixth_with_gaps_of_a_quarter_of_a_block():
    split = split_winds(winds_of())
    first, second = (split_winds(winds_of()) for _ in range(2))
    assert [len(part.times) for part in first] == [len(part.times) for part in second]
    for part in split:
        for other in split:
            if part is not other:
                apart = np.abs(part.times[:, None] - other.times[None, :]).min()
                assert apart >= 2 * HOUR
    assert min(len(part.times) for part in split) >= 6


def test_training_sees_the_region_and_patches_of_the_training_times(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    class Stop(Exception):
        pass

    def fake_fit(model, data, **arguments):
        seen.update(arguments, model=model, batches=[next(data) for _ in range(4)])
        raise Stop

    seen: dict[str, Any] = {}
    monkeypatch.setattr("geomndp.experiments.fit_on_draws.fit", fake_fit)
    settings = WindSettings(
        width=8, n_layers=1, points=8, n_context=3, steps=9, batch_size=16, seed=7, patch_km=500.0,
        gaussian_process=False,
    )  # fmt: skip
    with pytest.raises(Stop):
        fit_winds(winds_of(), RunFolder(tmp_path), group="T2", settings=settings)
    extents = [float(np.ptp(np.asarray(batch.x), axis=1).max()) for batch in seen["batches"]]
    assert min(extents[0::2]) > 1500.0
    assert max(extents[1::2]) < 1010.0
    assert all(batch.x.shape == (16, 8, 2) for batch in seen["batches"])
    # Maps keep speeds; a component has half of the square.
    speeds = np.linalg.norm(np.asarray(seen["batches"][0].y), axis=-1)
    np.testing.assert_allclose(speeds, 5.0, rtol=1e-6)
    assert seen["model"].parametrisation.data_variance == pytest.approx(12.5)
    assert seen["model"].network.field_type.group == gn.groups.T(2)
    assert seen["validation"].x.shape == (256, 8, 2)
    assert (seen["task"].n_context, seen["config"].n_steps) == (3, 9)
    assert seen["key"] == jax.random.key(7)


def test_a_component_has_one_mean_square_on_a_map_and_on_the_globe():
    """Winds of (3, 4) m/s: the variance that a limit in tangent planes has too."""
    from geomndp.experiments.wind_draws import mean_square

    for coordinates in (gn.data.UnitSphere(), gn.data.AzimuthalEqualArea(0.0, 90.0)):
        assert mean_square(winds_of().fields(coordinates)) == pytest.approx(12.5)


def test_calms_alone_teach_nothing(tmp_path: Path):
    wind = np.zeros((1, 48, 2, 2, 2))
    winds = gn.data.wind_ensemble(wind, TIMES, [0.0, 1.0], [0.0, 1.0])
    with pytest.raises(ValueError, match="expected winds, got calms only"):
        fit_winds(winds, RunFolder(tmp_path), group="none")


def test_training_begins_from_a_gaussian_process_fitted_to_the_training_winds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    wind = np.random.default_rng(0).normal(size=(1, 48, 3, 3, 2))
    winds = gn.data.wind_ensemble(wind, TIMES, np.arange(3.0), np.arange(3.0))
    monkeypatch.setattr("geomndp.experiments.wind_processes._ON_A_MAP", (4, 8, 3))
    seen: dict[str, Any] = {}

    def fake_fit(model, *_, **__):
        seen["model"] = model
        raise InterruptedError

    monkeypatch.setattr("geomndp.experiments.fit_on_draws.fit", fake_fit)
    settings = WindSettings(width=8, n_layers=1, seed=3, limit="fitted")
    with pytest.raises(InterruptedError):
        fit_winds(winds, RunFolder(tmp_path), settings=settings)
    chart = gn.data.AzimuthalEqualArea.centred_on(*winds.places)
    train = gn.experiments.split_winds(winds).train
    fitted = gn.experiments.fitted_wind_processes(train, chart, seed=3)["Helmholtz GP"]
    found = seen["model"].parametrisation.data
    x = jax.numpy.asarray(chart.locations(*winds.places))
    np.testing.assert_allclose(found.kernel.gram(x), fitted.kernel.gram(x), rtol=1e-9)
    assert seen["model"].network.field_type.group == gn.groups.SE(2)
    limit = seen["model"].noising.limit.kernel.gram(x)
    np.testing.assert_allclose(limit, fitted.kernel.gram(x), rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("group", ["SE2", "O3"])
def test_an_untrained_model_has_the_law_of_its_limit(group: str):
    """So that training begins from a Gaussian process, whatever its kernel."""
    if group == "SE2":
        radial = gn.kernels.Matern52(300.0, 4.0e5)
        kernel = gn.kernels.helmholtz(radial, radial) + gn.kernels.White(0.5, 2)
        x = 400 * jax.random.uniform(KEY, (5, 2))
        wind = jax.random.normal(KEY, (5, 2))
    else:
        zonal, globe = gn.kernels.SphericalMatern(1.5, 0.3, 4.0), gn.manifolds.Sphere(2)
        kernel = gn.kernels.HodgeDivergenceFree(zonal) + gn.kernels.TangentWhite(0.5)
        x = globe.random_uniform((5,), key=KEY)
        wind = globe.random_tangent(x, key=jax.random.key(1))
    process = gn.GaussianProcess(kernel)
    model = gn.experiments.wind_model(9.0, group, width=8, n_layers=1, limit=process)
    field = gn.FieldSample(x, wind)
    trained = gn.TrainedProcess(model, model.init(field, key=KEY))
    assert trained.log_prob(field) == pytest.approx(float(process.log_prob(x, wind)), rel=2e-3)
    white = gn.experiments.wind_model(9.0, group, width=8, n_layers=1)
    other = gn.TrainedProcess(white, trained.params).log_prob(field)
    assert abs(float(other - process.log_prob(x, wind))) > 1
