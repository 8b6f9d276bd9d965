"""Models of winds in space and time: their symmetry, what they are trained on, and tasks."""

from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from random_fields import random_params
from winds_by_hand import TIME, gridded

import geomndp as gn
from geomndp.experiments import (
    RunFolder,
    WindSettings,
    evaluate_winds,
    fit_winds,
    forecast_tasks,
    tell_winds,
    wind_model,
    wind_tasks,
)
from geomndp.groups import SE, E, SpaceTime
from geomndp.kernels import CurlFree, DivergenceFree, Matern32, Matern52, SpaceTimeProduct, White
from geomndp.representations import Vector
from geomndp.testing import assert_equivariant

KEY = jax.random.key(0)
HOUR = np.timedelta64(1, "h")
BRIEFLY = 4, 8, 3
MEMORY = Matern32(6.0, 1.0)
PROCESS = gn.GaussianProcess(
    SpaceTimeProduct(CurlFree(Matern52(200.0, 3.0)), MEMORY)
    + SpaceTimeProduct(DivergenceFree(Matern52(300.0, 6.0)), MEMORY)
    + White(0.5, 2)
)


def winds_of(hours: Any = range(24)) -> gn.data.Winds:
    axes = {"latitude": np.arange(50.0, 54.0), "longitude": np.arange(5.0, 9.0)}
    return gn.data.load_winds(gridded(**axes, hours=hours))


def trained_of(group: str, residual_of: gn.GaussianProcess | None = None) -> gn.TrainedProcess:
    """A tiny model with random parameters, so that its law is not that of a Gaussian process."""
    model = wind_model(9.0, group, width=8, n_layers=1, residual_of=residual_of)
    like = gn.FieldSample(jnp.ones((2, 3)), jnp.ones((2, 2)))
    return gn.TrainedProcess(model, random_params(model.network, like, seed=0))


@pytest.mark.parametrize(("name", "space"), [("SE2xT", SE(2)), ("E2xT", E(2))])
def test_a_model_has_the_group_that_is_named(name: str, space: gn.groups.AbstractGroup):
    model: Any = wind_model(9.0, name, width=16, n_layers=2, residual_of=PROCESS)
    assert model.network.field_type == gn.FieldType(SpaceTime(space), Vector(2))
    assert (model.network.unit_x, model.network.unit_time) == (100.0, 3.0)
    assert PROCESS.is_invariant(model.network.field_type)
    assert isinstance(model.parametrisation, gn.parametrisations.GaussianResidual)


def test_the_law_moves_with_space_and_time_but_sees_mirrors_and_the_arrow_of_time():
    """By the score, given observations and not, which is the slope of the density at every time."""
    trained, vector, rng = trained_of("SE2xT", PROCESS), Vector(2), np.random.default_rng(0)
    scale = jnp.array([[400.0, 400.0, 12.0]])
    x, seen = (jnp.asarray(rng.uniform(size=(n, 3))) * scale for n in (4, 3))
    y, wind = (jnp.asarray(3 * rng.normal(size=(n, 2))) for n in (4, 3))

    @jax.jit
    def score(x: Any, y: Any, seen: Any, wind: Any) -> Any:
        given = trained.model.score(trained.params, gn.FieldSample(seen, wind))
        return given(0.5, x, y, jnp.ones(4, bool))

    def check(group: gn.groups.AbstractGroup) -> None:
        inputs, args = ("points", vector, "points", vector), (x, y, seen, wind)
        assert_equivariant(score, group, inputs, vector, args=args, key=KEY, n_draws=1, rtol=1e-6)

    check(SpaceTime(SE(2)))
    with pytest.raises(AssertionError, match="reflection"):
        check(SpaceTime(E(2)))
    backwards = jnp.array([[1.0, 1.0, -1.0]])
    reversed_score = score(x * backwards, y, seen * backwards, wind)
    apart = jnp.abs(reversed_score - score(x, y, seen, wind)).max()
    assert apart > 1e-3 * jnp.abs(reversed_score).max()


def test_training_sees_windows_and_begins_from_a_process_in_space_and_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def fake_fit(model, data, **arguments):
        seen.update(arguments, model=model, batches=[next(data) for _ in range(2)])
        raise InterruptedError

    seen: dict[str, Any] = {}
    monkeypatch.setattr("geomndp.experiments.wind_processes._ON_A_MAP", BRIEFLY)
    monkeypatch.setattr("geomndp.experiments.fit_on_draws.fit", fake_fit)
    settings = WindSettings(width=8, n_layers=1, points=8, batch_size=16, hours=2.0)
    with pytest.raises(InterruptedError):
        fit_winds(winds_of(), RunFolder(tmp_path), group="SE2xT", settings=settings)
    assert seen["validation"].x.shape == (256, 8, 3)
    for batch in seen["batches"]:
        hours = np.asarray(batch.x[..., 2])
        assert (hours.min(), hours.max()) == (0.0, 2.0)
    kernel = seen["model"].parametrisation.data.kernel
    assert [type(part) for part in kernel.terms] == [SpaceTimeProduct, SpaceTimeProduct, White]


def test_hours_are_those_of_models_of_space_and_time(tmp_path: Path):
    with pytest.raises(ValueError, match="expected hours > 0, got 0"):
        WindSettings(hours=0.0)
    settings = WindSettings(width=8, n_layers=1, hours=6.0)
    with pytest.raises(ValueError, match="expected no hours, .* at one time, got hours=6"):
        fit_winds(winds_of(), RunFolder(tmp_path), group="SE2", settings=settings)
    models = {"in time": trained_of("SE2xT"), "at one time": trained_of("SE2xT")}
    single = wind_model(9.0, "SE2", width=8, n_layers=1)
    models["at one time"] = gn.TrainedProcess(single, models["in time"].params)
    with pytest.raises(ValueError, match="all of winds in space and time, or all"):
        evaluate_winds(models, winds_of())
    globe = gn.data.UnitSphere()
    with pytest.raises(ValueError, match="expected a map, for winds in time"):
        gn.experiments.fitted_wind_processes(winds_of(), globe, hours=6.0)


def test_tasks_in_windows_and_forecasts():
    winds = winds_of()
    chart = gn.data.AzimuthalEqualArea.centred_on(*winds.places)
    for task in wind_tasks(winds, 3, chart, n_points=12, n_given=4, hours=6.0):
        assert (task.context.x.shape, task.target.x.shape) == ((4, 3), (8, 3))
        for known, of_file in zip(task.places, (50.0, 5.0), strict=True):
            np.testing.assert_allclose(known, np.round(known), atol=1e-4)
            assert known.min() > of_file - 0.5
    for task in forecast_tasks(winds, 3, chart, n_points=12, n_given=4, hours=6.0):
        assert task.context.x[:, 2].max() <= 3.0 < task.target.x[:, 2].min()
        assert len(task.target.x) == 8
    with pytest.raises(ValueError, match="60 in the second, got 0 of 1; ask for fewer"):
        forecast_tasks(winds, 1, chart, n_points=64, n_given=4, hours=6.0)


def test_scores_of_processes_in_time(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("geomndp.experiments.wind_processes._ON_A_MAP", BRIEFLY)
    report = evaluate_winds(
        {}, winds_of(), n_fields=2, n_points=9, n_given=4, n_members=4, hours=3.0
    )
    assert set(report["scores"]) == {"held-out times", "held-out times, forecast"}
    names = "space-time Helmholtz GP", "timeless Helmholtz GP", "nearest wind"
    assert tuple(report["scores"]["held-out times, forecast"]) == names
    other = report["scores"]["held-out times"]["timeless Helmholtz GP"]
    assert "difference_from_space-time Helmholtz GP" in other
    assert report["hours"] == 3.0


def test_the_nearest_wind_weighs_lengths_against_times():
    seen = gn.FieldSample(
        jnp.array([[0.0, 0.0, 0.0], [90.0, 0.0, 6.0]]), jnp.array([[1.0, 0.0], [2.0, 0.0]])
    )
    x = jnp.array([[0.0, 0.0, 6.0]])
    rules = (gn.experiments.NearestWind(units) for units in ((100.0, 100.0, 3.0), (1.0, 1.0, 3.0)))
    told = [rule.sample(seen, x, n_samples=1, key=KEY)[0, 0, 0].item() for rule in rules]
    assert told == [2.0, 1.0]


def test_an_untrained_model_tells_what_its_process_tells_at_several_times():
    """Stations whose errors are not known are all but exact: winds at theirs are as observed."""
    of_space: Any = PROCESS.kernel
    kernel = of_space.terms[0] + of_space.terms[1] + White(1e-3, 2)
    model = wind_model(9.0, "SE2xT", width=8, n_layers=1, residual_of=gn.GaussianProcess(kernel))
    like = gn.FieldSample(jnp.ones((2, 3)), jnp.ones((2, 2)))
    trained = gn.TrainedProcess(model, model.init(like, key=KEY))
    grid, times = winds_of((0, 3)), TIME + np.array([3, 0]) * HOUR
    seen = gn.data.WindObservations(
        [51.0, 51.0], [6.0, 6.0], [[5.0, -3.0], [-5.0, 3.0]], time=TIME + np.array([0, 3]) * HOUR
    )
    told = tell_winds(trained, seen, grid, times=times, n_members=3, key=KEY)
    assert told.times.tolist() == grid.times.tolist()
    here = told.dataset.sel(latitude=51.0, longitude=6.0)
    np.testing.assert_allclose(here.eastward_wind, [[5.0, -5.0]] * 3, atol=0.5)
    np.testing.assert_allclose(here.northward_wind, [[-3.0, 3.0]] * 3, atol=0.5)
    assert tell_winds(trained, seen, grid, n_members=1, key=KEY).times.size == 2
    timeless = gn.data.WindObservations([51.0], [6.0], [[5.0, -3.0]])
    with pytest.raises(ValueError, match="expected observations with times"):
        tell_winds(trained, timeless, grid, key=KEY)
    single = gn.TrainedProcess(wind_model(9.0, "SE2", width=8, n_layers=1), trained.params)
    with pytest.raises(ValueError, match="expected one time, .* got 2; tell them one"):
        tell_winds(single, seen, grid, times=times, key=KEY)
