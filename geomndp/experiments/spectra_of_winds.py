"""How much winds of models diverge and turn, scale by scale, beside winds of a file."""

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

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
from geomndp.metrics import HelmholtzSpectra, helmholtz_spectra
from geomndp.typing import Key, Locations

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
    n_side: int = 16,
    key: Key,
) -> dict[str, HelmholtzSpectra]:
    """Spectra of the divergence and the vorticity of winds, and of free draws of laws.

    All are on one square grid of the map, in the middle of the region, to which winds of the file
    are interpolated bilinearly; so take spacings of some cells of the file.

    Arguments:
        laws: What draws winds, by name.
        winds: Winds on a grid of a region, of which all times are taken.
        coordinates: A map of the region.
        n_samples: Draws of each law.
        n_side: Points in a row of the grid.
        key: Random key.

    Returns:
        In the order of the laws, after those of the winds by the name `data`: wavenumbers in
        cycles per km, spectra in s⁻² per cycle per km.

    Raises:
        ValueError: If winds are not on a grid of a region, or some are missing.

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
        raise ValueError(
            "expected a map of a region, for spectra in the plane, got the globe; take winds and "
            "models of a region"
        )
    x, spacing = _square(winds, coordinates, n_side)
    places = coordinates.places(x)
    data = coordinates.vectors(*places, interpolate_winds(winds, *places))
    found = {"data": _spectra(data, spacing)}
    for (name, law), own in zip(laws.items(), jax.random.split(key, len(laws)), strict=True):
        draws = law.sample(jnp.asarray(x, float), n_samples=n_samples, key=own)
        found[name] = _spectra(np.asarray(draws), spacing)
    return found


def _square(
    winds: Winds, coordinates: AbstractEarthCoordinates, n_side: int
) -> tuple[Float[np.ndarray, "n 2"], float]:
    """The nodes of a square grid, and their distance."""
    corners = coordinates.locations(*winds.places)
    low, high = corners.min(0), corners.max(0)
    spacing = _SHARE * float((high - low).min()) / (n_side - 1)
    line = (np.arange(n_side) - (n_side - 1) / 2) * spacing
    grid = np.stack(np.meshgrid(line, line, indexing="ij"), -1).reshape(-1, 2)
    return (low + high) / 2 + grid, spacing


def _spectra(y: Float[np.ndarray, "n_fields n 2"], spacing: float) -> HelmholtzSpectra:
    """Of winds in m/s at nodes whose distance is in km."""
    n_side = round(np.sqrt(y.shape[1]))
    spectra = helmholtz_spectra(y.reshape(-1, n_side, n_side, 2), spacing=spacing)
    per_second = 1e-6  # of (m/s per km)²
    return spectra._replace(
        divergence=per_second * spectra.divergence, vorticity=per_second * spectra.vorticity
    )


def describe_spectra(spectra: Mapping[str, HelmholtzSpectra]) -> dict[str, Any]:
    """Spectra of `wind_spectra` as data for JSON, with their units; `read_spectra` is the way back.

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
    return {**lines, "units": {"wavenumber": "km-1", "spectra": "s-2 km"}}


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
