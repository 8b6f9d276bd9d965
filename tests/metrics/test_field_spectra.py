"""Spectra of divergence and vorticity: of waves, of processes without one of both, and of units."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import geomndp as gn
from geomndp.metrics import helmholtz_spectra

N, SPACING = 32, 2.5


def nodes() -> np.ndarray:
    line = SPACING * np.arange(N)
    return np.stack(np.meshgrid(line, line, indexing="ij"), -1)


def wave(k: np.ndarray, direction: np.ndarray, phase: float = 0.3) -> np.ndarray:
    return np.cos(2 * np.pi * nodes() @ k + phase)[..., None] * direction


@pytest.mark.parametrize("cycles", [(6, 0), (3, 7), (-5, 4)])
def test_a_wave_diverges_or_turns_with_the_variance_of_its_derivative(cycles: tuple[int, int]):
    k = np.array(cycles) / (N * SPACING)
    length = np.linalg.norm(k)
    along, across = k / length, np.array([-k[1], k[0]]) / length
    fields = [[wave(k, way, phase) for phase in (0.3, 1.9)] for way in (along, across)]
    found = [helmholtz_spectra(np.array(each), spacing=SPACING) for each in fields]
    step = found[0].wavenumber[0]
    for spectrum, other in (
        (found[0].divergence, found[0].vorticity),
        (found[1].vorticity, found[1].divergence),
    ):
        # Of cos(2π k x), to and fro along k, the derivative has the variance (2π k)² / 2.
        assert spectrum.sum() * step == pytest.approx((2 * np.pi * length) ** 2 / 2, rel=0.03)
        assert other.sum() < 0.03 * spectrum.sum()
        assert abs(found[0].wavenumber[np.argmax(spectrum)] - length) <= step


@pytest.mark.parametrize("name", ["curl-free", "divergence-free"])
def test_draws_without_curl_or_divergence_have_none(name: str):
    law = gn.data.vector_field_laws()[name]
    x = jnp.asarray(0.6 * nodes()[:12, :12].reshape(-1, 2) / SPACING)
    draws = np.asarray(law.sample(x, n_samples=6, key=jax.random.key(0))).reshape(-1, 12, 12, 2)
    found = helmholtz_spectra(draws, spacing=0.6)
    pair = found.divergence, found.vorticity
    there, missing = pair if name == "curl-free" else pair[::-1]
    assert missing[1:3].sum() < 0.3 * there[1:3].sum()


def test_white_noise_has_as_much_of_both():
    noise = np.random.default_rng(0).normal(size=(200, N, N, 2))
    found = helmholtz_spectra(noise, spacing=1.0)
    np.testing.assert_allclose(found.divergence[2:], found.vorticity[2:], rtol=0.1)


def test_a_turned_grid_has_the_same_spectra():
    fields = np.random.default_rng(0).normal(size=(3, N, N, 2))
    quarter = np.stack([-fields[..., 1], fields[..., 0]], -1)
    quarter = np.rot90(quarter, axes=(1, 2))  # rows go along the first coordinate
    first, second = (helmholtz_spectra(each, spacing=1.0) for each in (fields, quarter))
    np.testing.assert_allclose(first.divergence, second.divergence, rtol=1e-9)
    np.testing.assert_allclose(first.vorticity, second.vorticity, rtol=1e-9)
    swapped = helmholtz_spectra(np.rot90(fields, axes=(1, 2)), spacing=1.0)
    assert np.abs(swapped.divergence / first.divergence - 1).max() > 0.1


@pytest.mark.parametrize(("n", "spacing"), [(3, 1.0), (8, 0.0), (8, -1.0)])
def test_small_grids_and_no_spacing_are_refused(n: int, spacing: float):
    with pytest.raises(ValueError, match="expected a grid of at least 4 by 4 points"):
        helmholtz_spectra(np.zeros((n, n, 2)), spacing=spacing)
