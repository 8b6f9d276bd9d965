"""How much a vector field in the plane diverges and turns, scale by scale."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Array, Float


class HelmholtzSpectra(NamedTuple):
    """Spectra of the divergence and the vorticity of vector fields, in the plane or on a sphere.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> spectra = gn.metrics.helmholtz_spectra(np.ones((8, 8, 2)), spacing=1.0)
        >>> spectra.wavenumber.tolist()
        [0.125, 0.25, 0.375, 0.5]
    """

    wavenumber: Float[np.ndarray, " n_bins"]
    """Middles of even bins of the length of the wave vector, in cycles per unit of length; on a
    sphere degrees."""
    divergence: Float[np.ndarray, " n_bins"]
    """Of the divergence: variance per unit of wavenumber, so that the integral is the variance; on
    a sphere the variance of each degree, so that the sum is."""
    vorticity: Float[np.ndarray, " n_bins"]
    """Of the vorticity, likewise."""


def helmholtz_spectra(
    y: Float[Array | np.ndarray, "*batch n n 2"], *, spacing: float
) -> HelmholtzSpectra:
    r"""Spectra of the divergence and the vorticity of vector fields on a square grid.

    With the Fourier transform $\hat y(k)$ of a field less its mean, under a window of Hann, they
    are the means of $(2\pi)^2 |k \cdot \hat y|^2$ and $(2\pi)^2 |k \times \hat y|^2$ over rings
    of the wave vector k, and over the fields. A curl-free field has no vorticity but what the
    window lets through, of the longest waves above all.

    Arguments:
        y: Fields: their rows go along the first coordinate and their columns along the second.
        spacing: Distance of neighbours in either direction, in the unit of x.

    Raises:
        ValueError: If the grid is smaller than 4 by 4, or the spacing is not positive.

    References:
        Harris (1978), *On the use of windows for harmonic analysis with the discrete Fourier
        transform*, for the window.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> x = np.arange(32.0)
        >>> wave = np.cos(2 * np.pi * x / 8)[:, None] * np.ones((1, 32))
        >>> along = np.stack([wave, 0 * wave], -1)  # waves to and fro, in their own direction
        >>> spectra = gn.metrics.helmholtz_spectra(along, spacing=1.0)
        >>> float(spectra.wavenumber[np.argmax(spectra.divergence)])
        0.125
        >>> bool(spectra.vorticity.sum() < 0.05 * spectra.divergence.sum())
        True
    """
    y = np.asarray(y, np.float64)
    n = y.shape[-2]
    if n < 4 or not spacing > 0:
        raise ValueError(
            f"expected a grid of at least 4 by 4 points and a positive spacing, got {n} by {n} and "
            f"{spacing}"
        )
    # Periodic, so that whole waves stay what they are; of mean square one.
    window = 1 - np.cos(2 * np.pi * (np.arange(n) + 0.5) / n)
    window = window / np.sqrt(np.mean(window**2))
    centred = y - y.mean((-3, -2), keepdims=True)
    windowed = centred * (window[:, None] * window[None, :])[..., None]
    transform = np.fft.fft2(windowed, axes=(-3, -2)) / n**2
    line = np.fft.fftfreq(n, spacing)
    first, second = np.meshgrid(line, line, indexing="ij")
    along = first * transform[..., 0] + second * transform[..., 1]
    across = first * transform[..., 1] - second * transform[..., 0]
    step = 1 / (n * spacing)
    ring = np.rint(np.hypot(first, second) / step).astype(int)
    rings = np.arange(1, n // 2 + 1)

    def spectrum(part: np.ndarray) -> np.ndarray:
        power = (2 * np.pi) ** 2 * np.abs(part) ** 2
        power = power.reshape(-1, n, n).mean(0)
        return np.bincount(ring.ravel(), power.ravel(), len(rings) + 1)[rings] / step

    return HelmholtzSpectra(rings * step, spectrum(along), spectrum(across))
