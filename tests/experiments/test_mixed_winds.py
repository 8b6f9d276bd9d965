"""Models of winds with a pressure beside: symmetry, what is missing, and what either tells."""

import functools
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from mixed_winds import LAW, PRESSURE, VARIANCE, geostrophic, oracle

import geomndp as gn
from geomndp.experiments import RunFolder, WindSettings, fit_winds, tell_winds, wind_model
from geomndp.experiments.mixed_processes import coupling_angle, mixed_kernels
from geomndp.experiments.observed_scalars import observed_for
from geomndp.experiments.wind_draws import standardised
from geomndp.fields import Quantity
from geomndp.representations import Trivial, Vector
from geomndp.testing import assert_equivariant

KEY = jax.random.key(0)
NAN = float("nan")
SMALL: dict[str, Any] = {"width": 8, "n_layers": 1, "quantities": (PRESSURE,)}
WINDS = gn.data.load_winds(geostrophic(24), scalars=["msl"])
CHART = gn.data.AzimuthalEqualArea.centred_on(*WINDS.places)


def stations(
    time: int, *, wind: bool, pressure: bool, error: Any = None, offset: float = 0.0
) -> gn.data.WindObservations:
    """What twelve stations saw at one time; truth at the places of the grid beside."""
    at = WINDS.at_times(np.array([time]))
    rows = np.random.default_rng(time).permutation(25)[:12]
    numbers = at.values(at.quantities)[0, rows]
    numbers[:, :2] = numbers[:, :2] if wind else NAN
    numbers[:, 2] = numbers[:, 2] + offset if pressure else NAN
    latitude, longitude = (part[rows] for part in WINDS.places)
    return gn.data.WindObservations(
        latitude,
        longitude,
        numbers[:, :2],
        error,
        quantities=WINDS.quantities,
        scalars=numbers[:, 2:],
    )


def told(seen: gn.data.WindObservations, time: int, **arguments: Any) -> np.ndarray:
    """Members of the oracle, wind in m/s and pressure in Pa, at the places of the grid."""
    grid = WINDS.at_times(np.array([time]))
    members = tell_winds(oracle(), seen, grid, n_members=16, key=KEY, **arguments)
    return members.values(members.quantities)


@pytest.mark.parametrize("group", ["E2", "SE2", "T2", "SE2xT"])
def test_a_model_of_both_is_equivariant(group: str):
    model: Any = wind_model(9.0, group, **SMALL)
    kind = model.network.field_type
    assert kind.fibre.dim == 3
    assert (model.n_covariates, model.quantities) == (2, (PRESSURE,))
    assert model.noising.limit.is_invariant(kind)
    variances = model.noising.at(jnp.zeros((1, kind.dim_x))).variances
    np.testing.assert_allclose(variances, 9.0)
    keys = jax.random.split(KEY, 3)
    known = jnp.array([[1.0, 1.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    x = 100.0 * jax.random.normal(keys[0], (4, kind.dim_x))
    y = jax.random.normal(keys[1], (4, 3))
    sample = gn.FieldSample(x, y, covariates=known)
    params = model.init(sample, key=keys[2])
    # A fresh readout says nothing.
    params = jax.tree.map(lambda p: p + 0.1 * jnp.cos(jnp.arange(p.size).reshape(p.shape)), params)

    @jax.jit
    def denoise(x: Any, y: Any, seen_x: Any, seen_y: Any) -> Any:
        context = gn.FieldSample(seen_x, seen_y, covariates=known)
        covariates, mask = jnp.ones((4, 2)), jnp.ones(4, bool)
        return model.network.apply(
            params, jnp.array(0.5), x, y, mask, context, covariates=covariates
        )

    args = x, y, x + 30.0, y * gn.fields.of_coordinates(known, (2, 1))
    assert_equivariant(
        denoise, kind.group, inputs=("points", kind.fibre, "points", kind.fibre),
        output=kind.fibre, args=args, key=KEY,
    )  # fmt: skip


def test_there_are_no_scalars_on_the_globe():
    with pytest.raises(ValueError, match="expected winds alone on the globe, got msl"):
        wind_model(9.0, "mirror", **SMALL)


def test_a_process_that_breaks_reflections_is_refused():
    with pytest.raises(ValueError, match="expected a residual of a process that is invariant"):
        wind_model(9.0, "E2", residual_of=LAW, **SMALL)


def test_scalars_are_brought_to_the_size_of_the_winds():
    (quantity,) = standardised(WINDS, 16.0, n_points=20, seed=0)
    values = WINDS.values([quantity])[..., 2]
    assert abs(values.mean()) < 0.5
    assert values.std() == pytest.approx(4.0, rel=0.1)
    assert (quantity.units, quantity.standard_name) == ("Pa", PRESSURE.standard_name)


def test_the_angle_between_wind_and_gradient_is_found():
    batch = WINDS.fields(CHART, [PRESSURE])
    assert coupling_angle(batch, 300.0) == pytest.approx(np.pi / 2, abs=0.3)
    turned = jnp.concatenate([-batch.y[..., :2], batch.y[..., 2:]], -1)
    south = gn.FieldSample(batch.x, turned, batch.mask)
    assert coupling_angle(south, 300.0) == pytest.approx(-np.pi / 2, abs=0.3)


@pytest.mark.parametrize("group", ["SE2xT", "E2xT"])
def test_kernels_in_time_are_invariant_where_they_have_to_be(group: str):
    batch = WINDS.fields(CHART, [PRESSURE])
    two = Quantity("t2m", "K")
    batch = gn.FieldSample(batch.x, jnp.concatenate([batch.y, batch.y[..., 2:]], -1), batch.mask)
    kernels = mixed_kernels(
        batch, VARIANCE, lengthscale=300.0, noise=1.0, memory=gn.kernels.Matern32(12.0, 1.0),
        reflections=group == "E2xT",
    )  # fmt: skip
    sizes: dict[str, Any] = SMALL | {"quantities": (PRESSURE, two)}
    for kernel in kernels.values():
        law = gn.GaussianProcess(kernel)
        model = wind_model(VARIANCE, group, residual_of=law, **sizes)
        assert law.is_invariant(model.network.field_type)


def test_the_loss_does_not_depend_on_what_is_hidden():
    trained = oracle()
    model = trained.model
    x, flags = 100.0 * jax.random.normal(KEY, (6, 2)), jnp.ones((6, 2)).at[:3, 1].set(0.0)
    y = jax.random.normal(jax.random.key(1), (6, 3))
    target = gn.FieldSample(x + 50.0, y, covariates=jnp.ones((6, 2)))

    @jax.jit
    def loss(hidden: Any, flags: Any) -> Any:
        context = gn.FieldSample(x, y.at[:3, 2].set(hidden), covariates=flags)
        return model.loss(trained.params, target, 0.3, context=context, key=KEY)

    assert float(loss(0.0, flags)) == float(loss(7.0, flags))
    assert float(loss(0.0, flags)) != float(loss(7.0, jnp.ones((6, 2))))


@pytest.mark.parametrize(
    ("wind", "pressure", "guided"),
    [(True, False, False), (False, True, False), (False, True, True)],
)
def test_an_oracle_given_either_tells_both(wind: bool, pressure: bool, guided: bool):
    """The network says nothing, so it is the exact posterior of the Gaussian process."""
    seen = stations(3, wind=wind, pressure=pressure)
    method = gn.sampling.TweedieGuidance(ridge=1e-3) if guided else gn.sampling.Amortised()
    members = told(seen, 3, method=method)
    field = seen.of([PRESSURE]).field(CHART)
    known = jnp.broadcast_to(jnp.array([wind, wind, pressure]), (12, 3))
    exact = LAW.condition(field.x, field.y, known)
    x = jnp.asarray(CHART.locations(*WINDS.places))
    mean, variance = exact.mean_and_variance(x, latent=False)
    y = CHART.vectors(*WINDS.places, members)
    y[..., 2] = PRESSURE.coordinates(y[..., 2])
    apart = (y.mean(0) - np.asarray(mean)) / np.sqrt(np.asarray(variance) / 16)
    assert np.sqrt(np.mean(apart**2)) < 1.6


def test_a_constant_offset_of_the_pressure_comes_back():
    plain = told(stations(5, wind=True, pressure=True), 5)
    higher = told(stations(5, wind=True, pressure=True, offset=300.0), 5)
    truth = WINDS.values(WINDS.quantities)[5]
    assert abs(plain[..., 2].mean() - truth[:, 2].mean()) < 60.0
    assert higher[..., 2].mean() - plain[..., 2].mean() == pytest.approx(300.0, abs=60.0)


def test_being_told_the_pressure_improves_the_wind():
    errors: dict[bool, list[float]] = {True: [], False: []}
    spreads: dict[bool, list[float]] = {True: [], False: []}
    for time in range(0, 24, 4):
        truth = WINDS.wind()[time]
        for pressure in errors:
            members = told(stations(time, wind=True, pressure=pressure), time)[..., :2]
            errors[pressure].append(float(np.mean((members.mean(0) - truth) ** 2)))
            spreads[pressure].append(float(members.var(0).mean()))
    assert np.mean(errors[True]) < 0.8 * np.mean(errors[False])
    assert np.mean(spreads[True]) < 0.8 * np.mean(spreads[False])


def test_errors_of_stations_count_for_the_winds_alone():
    seen = stations(3, wind=True, pressure=True, error=np.linspace(0.5, 1.5, 12))
    seen = seen.of([PRESSURE])
    context, noise = observed_for(
        gn.sampling.TweedieGuidance(), seen.field(CHART), (PRESSURE,), seen.noise_variance
    )
    assert isinstance(context, gn.sampling.LinearObservations)
    assert context.y.shape == (36,)
    expected = np.stack([seen.noise_variance, seen.noise_variance, np.zeros(12)], -1)
    np.testing.assert_allclose(noise, expected.ravel())


def test_stations_in_another_unit_are_refused():
    seen = stations(3, wind=True, pressure=True, offset=-100000.0)
    with pytest.raises(gn.data.WindFileError, match="expected msl in Pa near 101300"):
        told(seen, 3)


def test_a_model_of_winds_alone_takes_the_winds_alone():
    model = wind_model(VARIANCE, "none", width=8, n_layers=1)
    params = model.init(gn.FieldSample(jnp.eye(2), jnp.eye(2)), key=KEY)
    grid = WINDS.at_times(np.array([3]))
    seen = stations(3, wind=True, pressure=True)
    members = tell_winds(gn.TrainedProcess(model, params), seen, grid, n_members=2, key=KEY)
    assert members.quantities == ()


def test_training_hides_parts_of_what_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    class Stop(Exception):
        pass

    def fake_fit(model, data, **arguments):
        seen.update(arguments, model=model, batch=next(data))
        raise Stop

    seen: dict[str, Any] = {}
    monkeypatch.setattr("geomndp.experiments.fit_on_draws.fit", fake_fit)
    monkeypatch.setattr("geomndp.experiments.wind_processes._ON_A_MAP", (4, 8, 3))
    settings = WindSettings(width=8, n_layers=1, points=8, n_context=3, batch_size=4)
    fit = functools.partial(fit_winds, WINDS, RunFolder(tmp_path), settings=settings)
    for group in ("SE2", "E2"):
        with pytest.raises(Stop):
            fit(group=group)
        residual = seen["model"].parametrisation
        assert isinstance(residual, gn.parametrisations.GaussianResidual)
        assert residual.parts == seen["task"].parts == (2, 1)
        assert seen["model"].network.field_type.fibre == Vector(2) + Trivial(1)
        assert seen["batch"].y.shape == (4, 8, 3)
        assert seen["batch"].covariates.shape == (4, 8, 2)
        (quantity,) = seen["model"].quantities
        assert quantity.offset == pytest.approx(101300.0, abs=500.0)
