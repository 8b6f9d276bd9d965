"""Spectra on the globe: of single degrees, of laws, and that turning the globe changes nothing."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import eval_legendre

import geomndp as gn
from geomndp.metrics import globe_spectra, spectral_grid

N, RADIUS = 12, 2.5
LATITUDE, LONGITUDE = (part.ravel() for part in np.meshgrid(*spectral_grid(N), indexing="ij"))
GLOBE = gn.data.UnitSphere()
X = GLOBE.locations(LATITUDE, LONGITUDE)


def on_grid(y: np.ndarray) -> np.ndarray:
    """Tangent vectors at the points as components on the grid."""
    return GLOBE.winds(LATITUDE, LONGITUDE, np.asarray(y)).reshape(*y.shape[:-2], N, 2 * N, 2)


def gradient(degree: int, centre: np.ndarray) -> np.ndarray:
    """Of the Legendre polynomial of the cosine to a centre, by automatic differentiation."""

    def potential(x):
        polynomial = [jnp.ones(()), jnp.dot(x, centre)]
        for n in range(1, degree):
            polynomial.append(
                ((2 * n + 1) * polynomial[1] * polynomial[n] - n * polynomial[n - 1]) / (n + 1)
            )
        return polynomial[degree]

    assert potential(X[3]) == pytest.approx(eval_legendre(degree, X[3] @ centre))
    along = np.asarray(jax.vmap(jax.grad(potential))(jnp.asarray(X)))
    return along - np.sum(along * X, -1, keepdims=True) * X


@pytest.mark.parametrize("centre", [(0.0, 0.0, 1.0), (1.0, 0.0, 0.0), (0.36, -0.48, 0.8)])
@pytest.mark.parametrize("degree", [1, 2, 7, N - 1])
def test_a_degree_has_the_variance_of_its_laplacian_wherever_its_centre(degree: int, centre: tuple):
    along = gradient(degree, np.array(centre))
    # The Laplacian is l (l + 1) times the polynomial, whose mean square is 1 / (2 l + 1). Values
    # are derivatives on the unit sphere.
    expected = np.zeros(N - 1)
    expected[degree - 1] = (degree * (degree + 1) / RADIUS) ** 2 / (2 * degree + 1)
    found = globe_spectra(on_grid(along), radius=RADIUS)
    np.testing.assert_array_equal(found.wavenumber, np.arange(1, N))
    np.testing.assert_allclose(found.divergence, expected, atol=1e-10 * expected.max())
    np.testing.assert_allclose(found.vorticity, 0, atol=1e-10 * expected.max())
    found = globe_spectra(on_grid(np.cross(X, along)), radius=RADIUS)
    np.testing.assert_allclose(found.vorticity, expected, atol=1e-10 * expected.max())
    np.testing.assert_allclose(found.divergence, 0, atol=1e-10 * expected.max())


def test_sums_over_degrees_are_the_variances_by_differentiation():
    """Of a draw with all degrees, whose divergence is found at many random points."""
    kernel = gn.kernels.SphericalHeat(0.6, 1.0)
    field = gn.kernels.HodgeCurlFree(kernel).sample_function(key=jax.random.key(0))
    places = gn.manifolds.Sphere(2).random_uniform((4000,), key=jax.random.key(1))
    divergence = gn.testing.surface_divergence(lambda x: field(x[None])[0], places)
    spectra = globe_spectra(on_grid(np.asarray(field(jnp.asarray(X)))), radius=1.0)
    expected = float(jnp.mean(divergence**2))
    assert spectra.divergence.sum() == pytest.approx(expected, rel=0.08)
    assert spectra.vorticity.sum() < 1e-6 * expected


def test_spectra_are_those_of_the_kernel():
    """The mean square of the part of degree l is twice its share, and its divergence l (l + 1)."""
    kernel = gn.kernels.SphericalHeat(0.7, variance=3.0)
    gp = gn.GaussianProcess(gn.kernels.HodgeDivergenceFree(kernel))
    draws = np.asarray(gp.sample(jnp.asarray(X), n_samples=400, jitter=1e-9, key=jax.random.key(0)))
    found = globe_spectra(on_grid(draws), radius=1.0)
    degree = np.arange(1, N)
    shares = (2 * degree + 1) * np.exp(-(0.7**2) / 2 * degree * (degree + 1))
    expected = degree * (degree + 1) * 2 * 3.0 * shares / shares.sum()
    error = expected * np.sqrt(2 / 400 / (2 * degree + 1))
    big = expected > 1e-3 * expected.max()
    assert (np.abs(found.vorticity - expected) < 4 * error)[big].all()
    assert (np.abs(found.vorticity - 1.2 * expected) > 4 * error)[big].any()
    assert found.divergence.max() < 1e-4 * found.vorticity.max()


@pytest.mark.parametrize(
    ("shape", "radius"), [((4, 7, 2), 1.0), ((4, 8, 2), 0.0), ((1, 2, 2), 1.0)]
)
def test_other_grids_are_refused(shape: tuple, radius: float):
    with pytest.raises(ValueError, match="expected fields of n by 2n points"):
        globe_spectra(np.zeros(shape), radius=radius)


def test_a_grid_of_one_latitude_is_refused():
    with pytest.raises(ValueError, match="expected at least 2 latitudes, got 1"):
        spectral_grid(1)
