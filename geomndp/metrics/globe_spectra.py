"""How much a tangent field on the globe diverges and turns, degree by degree."""

import numpy as np
from jaxtyping import Array, Float

from geomndp.metrics.field_spectra import HelmholtzSpectra


def spectral_grid(
    n_latitudes: int,
) -> tuple[Float[np.ndarray, " n_latitudes"], Float[np.ndarray, " n_longitudes"]]:
    """Latitudes and longitudes, in degrees, at which `globe_spectra` takes fields.

    Gaussian latitudes from south to north, and twice as many even longitudes from 0.

    Arguments:
        n_latitudes: How many latitudes.

    Raises:
        ValueError: If there are less than 2.

    Example:
        >>> import geomndp as gn
        >>> latitude, longitude = gn.metrics.spectral_grid(2)
        >>> latitude.round(2).tolist(), longitude.tolist()
        ([-35.26, 35.26], [0.0, 90.0, 180.0, 270.0])
    """
    if n_latitudes < 2:
        raise ValueError(f"expected at least 2 latitudes, got {n_latitudes}")
    heights, _ = np.polynomial.legendre.leggauss(n_latitudes)
    return np.rad2deg(np.arcsin(heights)), np.arange(2 * n_latitudes) * 180.0 / n_latitudes


def globe_spectra(
    y: Float[Array | np.ndarray, "*batch n_latitudes n_longitudes 2"], *, radius: float
) -> HelmholtzSpectra:
    r"""Spectra of the divergence and the vorticity of tangent fields on a sphere.

    With the spherical harmonics $Y_{\ell m}$ of the unit sphere, they are the means over the fields
    of

    $$ \frac{1}{4\pi r^2} \sum_m \Bigl| \int f \cdot \nabla Y_{\ell m}^* \Bigr|^2
       \quad\text{and}\quad
       \frac{1}{4\pi r^2} \sum_m \Bigl| \int f \cdot (x \times \nabla Y_{\ell m}^*) \Bigr|^2 ; $$

    integrated by parts these are the harmonics of the divergence and of the vorticity, so that the
    sums over degrees are their variances. The quadrature is exact for fields that have no degrees
    from `n_latitudes` on. What they have beyond is counted among the others, so take smooth fields
    or a fine grid.

    Arguments:
        y: Components to the east and to the north on the grid of `spectral_grid`: rows go north,
            columns go east.
        radius: Of the sphere, in the unit of length of the derivatives.

    Returns:
        The degrees from 1 to `n_latitudes` - 1 as wavenumbers, in waves around the globe, and the
        variances of each.

    Raises:
        ValueError: If columns are not twice as many as rows, or the radius is not positive.

    References:
        Swarztrauber (1993), *The vector harmonic transform method for solving partial differential
        equations in spherical geometry*.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> latitude, longitude = np.meshgrid(*gn.metrics.spectral_grid(8), indexing="ij")
        >>> # The air turns with the Earth, once a day; vorticity is that at the poles times a sine.
        >>> east = 2 * np.pi * np.cos(np.deg2rad(latitude))
        >>> wind = np.stack([east, 0 * east], -1)
        >>> spectra = gn.metrics.globe_spectra(wind, radius=1.0)
        >>> float(np.sqrt(spectra.vorticity[0]).round(4))  # 4 pi / sqrt(3)
        7.2552
        >>> bool(spectra.vorticity[1:].max() < 1e-12), bool(spectra.divergence.max() < 1e-12)
        (True, True)
    """
    from scipy.special import sph_legendre_p_all

    y = np.asarray(y, np.float64)
    n = y.shape[-3]
    if y.shape[-2] != 2 * n or n < 2 or not radius > 0:
        raise ValueError(
            "expected fields of n by 2n points, n > 1, on the grid of `spectral_grid`, and a "
            f"positive radius, got {n} by {y.shape[-2]} and {radius}"
        )
    heights, weights = np.polynomial.legendre.leggauss(n)
    # By degree, order and latitude; the slope is along the colatitude, which goes south.
    legendre, slope = sph_legendre_p_all(n - 1, n - 1, np.arccos(heights), diff_n=1)[:, 1:, :n]
    order = np.arange(n)[:, None]
    turned = 1j * order * legendre / np.sqrt(1 - heights**2)
    waves = np.fft.fft(y.reshape(-1, n, 2 * n, 2), axis=2)[:, :, :n] * (np.pi / n)
    east, north = np.moveaxis(waves * weights[:, None, None], -1, 0)

    def harmonics(factor: np.ndarray, part: np.ndarray) -> np.ndarray:
        return np.einsum("lmi,kim->klm", factor, part)

    along = -harmonics(slope, north) - harmonics(turned, east)
    across = harmonics(slope, east) - harmonics(turned, north)

    def spectrum(part: np.ndarray) -> np.ndarray:
        # Orders below zero are the conjugates of those above.
        power = np.abs(part[..., 0]) ** 2 + 2 * np.sum(np.abs(part[..., 1:]) ** 2, -1)
        return power.mean(0) / (4 * np.pi * radius**2)

    return HelmholtzSpectra(np.arange(1.0, n), spectrum(along), spectrum(across))
