"""Spectra of winds of a region: of data and laws alike, with their units."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import geomndp as gn
from geomndp.experiments import describe_spectra, read_spectra, wind_spectra

LATITUDE, LONGITUDE = np.arange(-10.0, 10.5, 0.5), np.arange(170.0, 190.5, 0.5)


def region(wind: np.ndarray) -> gn.data.Winds:
    """About the equator and the date line."""
    time = np.datetime64("2024-01-01") + np.arange(wind.shape[1])
    longitude = (LONGITUDE + 180) % 360 - 180
    return gn.data.wind_ensemble(wind, time, LATITUDE, longitude)


def from_the_middle() -> tuple[np.ndarray, np.ndarray]:
    north, east = np.meshgrid(LATITUDE, LONGITUDE - 180.0, indexing="ij")
    return np.deg2rad(east), np.deg2rad(north)


def test_winds_that_turn_about_a_point_turn_and_those_from_it_diverge():
    east, north = from_the_middle()
    bump = np.exp(-(east**2 + north**2) / (2 * 0.05**2))
    outwards = np.stack([east * bump, north * bump], -1)
    around = np.stack([-north * bump, east * bump], -1)
    chart = gn.data.AzimuthalEqualArea(0.0, 180.0)
    for wind, is_turning in ((outwards, False), (around, True)):
        found = wind_spectra({}, region(1e3 * wind[None, None]), chart, key=jax.random.key(0))
        pair = found["data"].divergence, found["data"].vorticity
        there, missing = pair[::-1] if is_turning else pair
        assert missing.sum() < 0.02 * there.sum()


def test_data_of_a_law_have_the_spectra_of_its_draws():
    chart = gn.data.AzimuthalEqualArea(0.0, 180.0)
    kernel = gn.kernels.CurlFree(gn.kernels.SquaredExponential(900.0, 9.0))
    law = gn.GaussianProcess(kernel + gn.kernels.White(1e-4, 2))
    nodes = np.stack(np.meshgrid(LATITUDE[::4], LONGITUDE[::4], indexing="ij"), -1).reshape(-1, 2)
    x = jnp.asarray(chart.locations(nodes[:, 0], nodes[:, 1]))
    y = np.asarray(law.sample(x, n_samples=24, key=jax.random.key(1)))
    wind = chart.winds(nodes[:, 0], nodes[:, 1], y).reshape(1, 24, 11, 11, 2)
    time = np.datetime64("2024-01-01") + np.arange(24)
    longitude = (LONGITUDE[::4] + 180) % 360 - 180
    winds = gn.data.wind_ensemble(wind, time, LATITUDE[::4], longitude)
    found = wind_spectra({"law": law}, winds, chart, n_samples=24, n_side=16, key=jax.random.key(2))
    data, drawn = found["data"], found["law"]
    np.testing.assert_allclose(data.divergence[:2], drawn.divergence[:2], rtol=0.4)
    # The divergence of a curl-free field has the variance 8 v / l², here of (3 m/s)² and 900 km.
    step = data.wavenumber[0]
    assert np.sqrt(data.divergence.sum() * step) == pytest.approx(np.sqrt(8 * 9.0) / 900e3, rel=0.3)
    assert data.wavenumber[0] == pytest.approx(1 / 2200.0, rel=0.2)


def test_data_and_draws_of_the_globe_have_the_spectra_of_their_law():
    """Of turning fields without divergence; rows of the file go north to south."""
    turning = gn.kernels.HodgeDivergenceFree(gn.kernels.SphericalHeat(0.7, variance=3.0))
    law = gn.GaussianProcess(turning + gn.kernels.TangentWhite(1e-6))
    latitude, longitude = np.linspace(90, -90, 37), np.arange(-180.0, 180.0, 5.0)
    north, east = np.meshgrid(latitude, longitude, indexing="ij")
    places = north.ravel(), east.ravel()
    globe = gn.data.UnitSphere()
    x = jnp.asarray(globe.locations(*places))
    draw = jax.jit(jax.vmap(lambda key: turning.sample_function(key=key)(x)))
    y = np.asarray(draw(jax.random.split(jax.random.key(0), 40)))
    wind = globe.winds(*places, y).reshape(1, 40, 37, 72, 2)
    time = np.datetime64("2024-01-01") + np.arange(40)
    winds = gn.data.wind_ensemble(wind, time, latitude, longitude)
    found = wind_spectra({"law": law}, winds, globe, n_samples=40, n_side=14, key=jax.random.key(1))
    degree = np.arange(1, 8)
    shares = (2 * degree + 1) * np.exp(-(0.7**2) / 2 * degree * (degree + 1))
    radius = 6371.0088e3
    expected = degree * (degree + 1) * 6.0 * shares / shares.sum() / radius**2
    for name in ("data", "law"):
        spectra = found[name]
        np.testing.assert_array_equal(spectra.wavenumber, degree)
        np.testing.assert_allclose(spectra.vorticity[:4], expected[:4], rtol=0.4)
        assert spectra.divergence[:4].max() < 0.01 * spectra.vorticity[:4].max()


def test_missing_winds_are_refused():
    wind = np.ones((1, 1, 41, 41, 2))
    wind[..., 15:25, 15:25, :] = np.nan
    chart = gn.data.AzimuthalEqualArea(0.0, 180.0)
    with pytest.raises(ValueError, match="some that are missing"):
        wind_spectra({}, region(wind), chart, key=jax.random.key(0))


def test_a_grid_of_a_region_is_not_the_globe():
    with pytest.raises(ValueError, match="places outside of the grid"):
        wind_spectra(
            {}, region(np.ones((1, 1, 41, 41, 2))), gn.data.UnitSphere(), key=jax.random.key(0)
        )


def test_descriptions_are_read_again():
    lines = np.arange(6.0).reshape(3, 2)
    found = read_spectra(describe_spectra({"data": gn.metrics.HelmholtzSpectra(*lines)}))
    np.testing.assert_array_equal(found["data"], lines)


@pytest.mark.parametrize(("on_globe", "unit"), [(False, "s-2 km"), (True, "s-2")])
def test_descriptions_tell_units(on_globe: bool, unit: str):
    assert describe_spectra({}, on_globe=on_globe)["units"]["spectra"] == unit
