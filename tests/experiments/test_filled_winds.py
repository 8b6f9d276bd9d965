"""Winds at more places than are told jointly: all together have the law that they should."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import geomndp as gn
from geomndp.experiments import tell_winds, wind_model
from geomndp.experiments.filled_winds import Places, fill_in, spread_out
from geomndp.kernels import (
    DirectSum,
    HodgeCurlFree,
    HodgeDivergenceFree,
    Matern32,
    Matern52,
    PotentialCoupled,
    SpaceTimeProduct,
    SphericalMatern,
    TangentWhite,
    White,
    helmholtz,
)

KEY = jax.random.key(0)
ZONAL = SphericalMatern(1.5, 0.3, 4.0, n_degrees=16)
WIND = helmholtz(Matern52(500.0, 4.0), Matern52(700.0, 6.0))
PRESSURE = gn.fields.Quantity("msl", "Pa", offset=101300.0, scale=100.0)
LAWS: dict[str, Any] = {
    "SE2": WIND + White(6.0, 2),
    "mirror": HodgeCurlFree(ZONAL) + HodgeDivergenceFree(ZONAL) + TangentWhite(4.0),
    "SE2xT": SpaceTimeProduct(WIND, Matern32(12.0, 1.0)) + White(6.0, 2),
    "with-pressure": PotentialCoupled(Matern52(500.0, variance=9.0), vector_variance=9.0)
    + DirectSum((White(5.0, 2), White(3.0))),
}
"""With so much noise that what leaves it out is found."""


def fresh(name: str) -> gn.TrainedProcess:
    """A model whose network says nothing: it has the law of its process."""
    law, group = gn.GaussianProcess(LAWS[name]), "SE2" if name == "with-pressure" else name
    quantities = [PRESSURE] if name == "with-pressure" else []
    model = wind_model(9.0, group, width=8, n_layers=1, residual_of=law, quantities=quantities)
    x = locations(name, 3, 9)
    covariates = jnp.ones((3, model.n_covariates)) if model.n_covariates else None
    field = gn.FieldSample(x, jnp.zeros((3, law.dim_y)), covariates=covariates)
    return gn.TrainedProcess(model, model.init(field, key=KEY))


def locations(name: str, n: int, seed: int) -> Any:
    if name == "mirror":
        near = np.array([1.0, 0.0, 0.0]) + 0.2 * np.random.default_rng(seed).normal(size=(n, 3))
        return gn.manifolds.Sphere(2).project(jnp.asarray(near))
    x = np.random.default_rng(seed).uniform(-500.0, 500.0, (n, 2))
    hours = np.random.default_rng(seed).uniform(0.0, 12.0, (n, 1))
    return jnp.asarray(np.concatenate([x, hours], 1) if name == "SE2xT" else x)


@pytest.mark.parametrize("name", LAWS)
def test_what_is_told_and_what_is_filled_in_have_the_law_of_all(name: str):
    """Of a process: given observations with errors, at the places told and at those between.

    Winds are large, so that the mean tells by how much an error is taken to be. Of the winds and
    pressures one each is missing, and errors are of winds alone.
    """
    n_members, errors = 2000, np.array([0.0, 8.0, 2.0])
    trained, law = fresh(name), gn.GaussianProcess(LAWS[name])
    sites, told = locations(name, 3, 1), np.array([1, 3, 4, 6])
    places = Places(locations(name, 7, 0).at[0].set(sites[1]).at[2].set(sites[2]), told)
    y = 6 * law.sample(sites, key=jax.random.key(2))
    known = np.ones(y.shape, bool)
    noise = np.broadcast_to(errors[:, None], y.shape).copy()
    if name == "with-pressure":
        known[0, 2], known[2, :2] = False, False
        noise[:, 2] = 0.0
    flags = jnp.asarray(known[:, 1:], float) if trained.model.n_covariates else None
    seen = gn.FieldSample(sites, y, covariates=flags)
    exact = law.condition(
        sites, y, jnp.asarray(known) if name == "with-pressure" else None,
        noise_variance=jnp.asarray(noise), jitter=1e-4,
    )  # fmt: skip
    drawn = exact.sample(places.x[told], n_samples=n_members, latent=False, key=KEY)
    found = fill_in(trained.model, places, drawn, seen, errors, key=jax.random.key(3))
    np.testing.assert_array_equal(found[:, told], drawn)
    mean, covariance = exact.mean_and_covariance(places.x, latent=False)
    covariance = np.asarray(covariance).transpose(0, 2, 1, 3)
    n_places = len(covariance)
    largest = float(covariance.reshape(mean.size, -1).max())
    tolerance = 5 * largest * (2 / n_members) ** 0.5
    apart = np.cov(np.asarray(found).reshape(n_members, -1).T).reshape(covariance.shape)
    np.testing.assert_allclose(apart, covariance, atol=tolerance)
    np.testing.assert_allclose(found.mean(0), mean, atol=5 * (largest / n_members) ** 0.5)
    # Places between know of those told, and have noise of their own, by more than is allowed.
    between = np.setdiff1d(np.arange(n_places), told)
    assert np.abs(covariance[told][:, :, between]).max() > tolerance
    white = np.asarray(law.kernel.operator(places.x).diagonal()) - np.diagonal(
        np.asarray(jax.vmap(law.kernel)(places.x, places.x)), axis1=1, axis2=2
    )
    assert white[between].max() > tolerance


def test_places_that_are_told_are_spread_out_and_near_observations():
    axis = np.arange(20.0)
    x = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)
    told = spread_out(x, 40, np.array([[3.1, 7.2], [3.2, 7.1]]))
    assert np.unique(told).size == told.size <= 40
    assert [3.0, 7.0] in x[told].tolist()
    gaps = np.sqrt(np.sum((x[:, None] - x[told][None]) ** 2, -1)).min(1)
    assert gaps.max() < 3.0  # a square of 10 places for each
    chance = np.random.default_rng(0).permutation(len(x))[:40]
    assert np.sqrt(np.sum((x[:, None] - x[chance][None]) ** 2, -1)).min(1).max() > gaps.max()
    np.testing.assert_array_equal(spread_out(x, 400, x[:1]), np.arange(400))


@pytest.mark.parametrize("name", ["SE2", "mirror", "SE2xT"])
def test_a_fine_grid_is_told(name: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("geomndp.experiments.told_winds.MOST_PLACES", 12)
    latitude, longitude = np.linspace(48.0, 52.0, 5), np.linspace(6.0, 12.0, 7)
    grid = gn.data.wind_ensemble(np.zeros((1, 1, 5, 7, 2)), ["2024-01-01"], latitude, longitude)
    hours = np.datetime64("2024-01-01T00") + np.arange(2) * np.timedelta64(6, "h")
    in_time = name == "SE2xT"
    seen = gn.data.WindObservations(
        [50.9, 49.2], [8.2, 10.1], [[12.0, 0.0], [12.0, 1.0]], time=hours if in_time else None
    )
    trained = fresh(name)
    told = tell_winds(
        trained, seen, grid, times=hours if in_time else None, n_members=16, key=KEY
    ).wind()
    coordinates = gn.experiments.wind_coordinates(trained.model, grid)
    x, sites = (
        coordinates.locations(*each) for each in (grid.places, (seen.latitude, seen.longitude))
    )
    y = coordinates.vectors(seen.latitude, seen.longitude, seen.wind)
    if in_time:
        sites = np.concatenate([sites, [[0.0], [6.0]]], 1)
        x = np.concatenate([np.concatenate([x, np.full((35, 1), h)], 1) for h in (0.0, 6.0)])
    exact = gn.GaussianProcess(LAWS[name]).condition(
        jnp.asarray(sites), jnp.asarray(y), jitter=1e-4
    )
    mean, variance = exact.mean_and_variance(jnp.asarray(x), latent=False)
    by_time = np.split(np.asarray(mean), len(x) // 35)
    off = [
        coordinates.vectors(*grid.places, members).mean(0) - expected
        for members, expected in zip(
            told.reshape(16, -1, 35, 2).swapaxes(0, 1), by_time, strict=True
        )
    ]
    spread = np.sqrt(np.asarray(variance).max())
    assert np.abs(off).max() < 5 * spread / 4
    found = told.reshape(16, -1, 35, 2).var(0, ddof=1).sum(-1).mean()
    assert found == pytest.approx(float(variance.sum(-1).mean()), rel=0.3)
    assert np.abs(np.asarray(mean)).max() > 5 * spread / 4  # else it would say nothing


def test_a_model_without_a_process_tells_no_more_than_it_can(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("geomndp.experiments.told_winds.MOST_PLACES", 3)
    model = wind_model(9.0, "SE2", width=8, n_layers=1)
    field = gn.FieldSample(jnp.zeros((2, 2)), jnp.ones((2, 2)))
    trained = gn.TrainedProcess(model, model.init(field, key=KEY))
    grid = gn.data.wind_ensemble(
        np.zeros((1, 1, 2, 2, 2)), ["2024-01-01"], [50.0, 51.0], [8.0, 9.0]
    )
    seen = gn.data.WindObservations([50.5], [8.5], [[3.0, 0.0]])
    with pytest.raises(ValueError, match=r"got 4, and a model without a Gaussian process"):
        tell_winds(trained, seen, grid, n_members=2, key=KEY)
    places = Places(jnp.zeros((2, 2)), np.array([0]))
    with pytest.raises(TypeError, match="expected a model with a Gaussian process"):
        fill_in(model, places, jnp.zeros((1, 1, 2)), field, 0.0, key=KEY)
