"""How much winds of models diverge and turn, scale by scale, beside winds of a file."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol, runtime_checkable

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from geomndp.data import (
    AbstractEarthCoordinates,
    UnitSphere,
    Winds,
    interpolate_winds,
    with_hours,
)
from geomndp.manifolds import EARTH_RADIUS_KM
from geomndp.metrics import HelmholtzSpectra, globe_spectra, helmholtz_spectra, spectral_grid
from geomndp.typing import Key, Locations

_N_SIDE, _N_LATITUDES = 32, 32

_SHARE = 0.9
"""Of the shorter side of the region, so that the square does not leave it."""


@runtime_checkable
class SamplesFields(Protocol):
    """What draws fields at places: a trained process, or a Gaussian process.

    Example:
        >>> import geomndp as gn
        >>> gp = gn.GaussianProcess(gn.kernels.White(1.0, 2))
        >>> isinstance(gp, gn.experiments.SamplesFields)
        True
    """

    def sample(
        self, x: Locations, *, n_samples: int, key: Key
    ) -> Float[Array, "n_samples n_points dim_y"]:
        """Draws of the values at locations."""
        ...


class AtOneTime(eqx.Module):
    """What draws winds in space and time, as what draws them at places at one time.

    Arguments:
        law: A model or a Gaussian process of fields of which the last coordinate of x is time.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> law = gn.GaussianProcess(gn.kernels.White(1.0, 2))
        >>> still = gn.experiments.AtOneTime(law)
        >>> still.sample(jnp.zeros((3, 2)), n_samples=4, key=jax.random.key(0)).shape
        (4, 3, 2)
    """

    law: SamplesFields

    def sample(
        self, x: Locations, *, n_samples: int, key: Key
    ) -> Float[Array, "n_samples n_points dim_y"]:
        """Draws of the values at places, at the time 0."""
        return self.law.sample(
            jnp.asarray(with_hours(np.asarray(x), 0.0)), n_samples=n_samples, key=key
        )


def wind_spectra(
    laws: Mapping[str, SamplesFields],
    winds: Winds,
    coordinates: AbstractEarthCoordinates,
    *,
    n_samples: int = 16,
    n_side: int | None = None,
    key: Key,
) -> dict[str, HelmholtzSpectra]:
    """Spectra of the divergence and the vorticity of winds, and of free draws of laws.

    All are on one grid, to which winds of the file are interpolated bilinearly; so take spacings of
    a cell of the file or more. In a region it is a square of the map, in the middle; on the globe
    that of `metrics.globe_spectra`. What a grid is too coarse for counts among its shortest waves;
    so those shorter than four spacings are left out.

    Arguments:
        laws: What draws winds, by name.
        winds: Winds on a grid of a region or of the globe, of which all times are taken.
        coordinates: A map of the region, or the globe.
        n_samples: Draws of each law.
        n_side: Points in a row of the square, 32 when left out; or latitudes of the globe, 32.
        key: Random key.

    Returns:
        In the order of the laws, after those of the winds by the name `data`: wavenumbers in
        cycles per km and spectra in s⁻² per cycle per km; on the globe degrees and s⁻².

    Raises:
        ValueError: If winds are not on a grid, or some are missing.

    Example:
        >>> import jax, numpy as np, geomndp as gn
        >>> wind = np.random.default_rng(0).normal(size=(1, 2, 9, 9, 2))
        >>> axes = ["2024-01-01", "2024-01-02"], np.arange(9.0), np.arange(9.0)
        >>> winds = gn.data.wind_ensemble(wind, *axes)
        >>> chart = gn.data.AzimuthalEqualArea.centred_on(*winds.places)
        >>> gp = gn.GaussianProcess(gn.kernels.White(1.0, 2))
        >>> spectra = gn.experiments.wind_spectra(
        ...     {"white": gp}, winds, chart, n_side=6, key=jax.random.key(0)
        ... )
        >>> list(spectra)
        ['data', 'white']
    """
    if isinstance(coordinates, UnitSphere):
        grid = _of_globe(_N_LATITUDES if n_side is None else n_side)
    else:
        grid = _of_square(winds, coordinates, _N_SIDE if n_side is None else n_side)
    places = coordinates.places(grid.x)
    data = coordinates.vectors(*places, interpolate_winds(winds, *places))
    found = {"data": grid.spectra(data)}
    for (name, law), own in zip(laws.items(), jax.random.split(key, len(laws)), strict=True):
        draws = law.sample(jnp.asarray(grid.x, float), n_samples=n_samples, key=own)
        found[name] = grid.spectra(np.asarray(draws))
    return found


class _Grid(NamedTuple):
    """Locations, and the spectra of vectors in m/s there."""

    x: Float[np.ndarray, "n dim_x"]
    spectra: Callable[[Float[np.ndarray, "n_fields n dim_y"]], HelmholtzSpectra]


def _of_square(winds: Winds, coordinates: AbstractEarthCoordinates, n_side: int) -> _Grid:
    """A square in the middle of a map in km."""
    corners = coordinates.locations(*winds.places)
    low, high = corners.min(0), corners.max(0)
    spacing = _SHARE * float((high - low).min()) / (n_side - 1)
    line = (np.arange(n_side) - (n_side - 1) / 2) * spacing
    square = np.stack(np.meshgrid(line, line, indexing="ij"), -1).reshape(-1, 2)

    def spectra(y: Float[np.ndarray, "n_fields n 2"]) -> HelmholtzSpectra:
        fields = y.reshape(-1, n_side, n_side, 2)
        return _longer(helmholtz_spectra(fields, spacing=spacing), n_side // 4)

    return _Grid((low + high) / 2 + square, spectra)


def _of_globe(n_latitudes: int) -> _Grid:
    """The whole globe."""
    latitude, longitude = np.meshgrid(*spectral_grid(n_latitudes), indexing="ij")
    places, globe = (latitude.ravel(), longitude.ravel()), UnitSphere()

    def spectra(y: Float[np.ndarray, "n_fields n 3"]) -> HelmholtzSpectra:
        components = globe.winds(*places, y).reshape(-1, *latitude.shape, 2)
        return _longer(globe_spectra(components, radius=EARTH_RADIUS_KM), n_latitudes // 2)

    return _Grid(globe.locations(*places), spectra)


def _longer(spectra: HelmholtzSpectra, n_kept: int) -> HelmholtzSpectra:
    """The longest waves alone, of (m/s per km)² in s⁻²."""
    wavenumber, divergence, vorticity = (line[:n_kept] for line in spectra)
    return HelmholtzSpectra(wavenumber, 1e-6 * divergence, 1e-6 * vorticity)


def describe_spectra(
    spectra: Mapping[str, HelmholtzSpectra], *, on_globe: bool = False
) -> dict[str, Any]:
    """Spectra of `wind_spectra` as data for JSON, with their units; `read_spectra` is the way back.

    Arguments:
        spectra: The spectra.
        on_globe: Whether they are of the whole globe.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> spectra = {"data": gn.metrics.HelmholtzSpectra(*np.ones((3, 1)))}
        >>> gn.experiments.describe_spectra(spectra)["data"]["vorticity"]
        [1.0]
    """
    lines = {
        name: {part: line.tolist() for part, line in each._asdict().items()}
        for name, each in spectra.items()
    }
    on_map = {"wavenumber": "cycles per km", "spectra": "s-2 km"}
    units = {"wavenumber": "waves around the globe", "spectra": "s-2"} if on_globe else on_map
    return {**lines, "units": units}


def read_spectra(described: Mapping[str, Any]) -> dict[str, HelmholtzSpectra]:
    """The spectra that `describe_spectra` described.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> spectra = {"data": gn.metrics.HelmholtzSpectra(*np.ones((3, 1)))}
        >>> described = gn.experiments.describe_spectra(spectra)
        >>> gn.experiments.read_spectra(described)["data"].vorticity.tolist()
        [1.0]
    """
    return {
        name: HelmholtzSpectra(**{part: np.asarray(line) for part, line in each.items()})
        for name, each in described.items()
        if name != "units"
    }
