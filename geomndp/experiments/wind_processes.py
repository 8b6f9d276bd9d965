"""Gaussian processes of winds, fitted to data."""

import jax
import jax.numpy as jnp

from geomndp.data import AbstractEarthCoordinates, UnitSphere, Winds, wind_batches
from geomndp.experiments.wind_draws import GLOBAL_PATCH_KM, mean_square, without_covariates
from geomndp.fields import FieldSample
from geomndp.gp import GaussianProcess
from geomndp.gp import fit as fit_gp
from geomndp.kernels import (
    AbstractKernel,
    HodgeCurlFree,
    HodgeDivergenceFree,
    Isotropic,
    Matern32,
    Matern52,
    SphericalMatern,
    TangentWhite,
    White,
    helmholtz,
)

_HELMHOLTZ, _HODGE = "Helmholtz GP", "Hodge GP"
DECOMPOSED = {_HELMHOLTZ, _HODGE}
"""On a map, and on the globe, those with a curl-free and a divergence-free part."""

_LENGTHSCALE_KM, _ANGLE = 300.0, 0.2
_NOISE = 0.05
"""Where fits start; the noise relative to the variance."""

JITTER = 1e-4
"""Of single precision: smooth kernels in kilometres are close to singular."""

_ON_A_MAP, _ON_THE_GLOBE = (32, 64, 300), (16, 48, 100)
"""What is fitted on: so many fields at so many random points; and for how many steps. On the globe
they are fewer, where a series is summed for each pair of points."""


def fitted_wind_processes(
    winds: Winds, coordinates: AbstractEarthCoordinates, *, seed: int = 0
) -> dict[str, GaussianProcess]:
    """Gaussian processes of winds, fitted by maximum likelihood.

    On a map one has the same Matérn 3/2 kernel for either component, which are independent; one, by
    Helmholtz's decomposition, a curl-free and a divergence-free part with Matérn 5/2 potentials. On
    the globe one has, by Hodge's decomposition, such parts with Matérn kernels on the sphere. All
    have white noise beside.

    Arguments:
        winds: What they are fitted to, at random points of random times.
        coordinates: What x and y are.
        seed: Of the choice of points.

    Returns:
        By their names `isotropic GP` and `Helmholtz GP`, or `Hodge GP`.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> wind = np.random.default_rng(0).normal(size=(1, 4, 2, 2, 2))
        >>> time = np.datetime64("2024-01-01T00") + np.arange(4)
        >>> winds = gn.data.wind_ensemble(wind, time, [0.0, 1.0], [0.0, 1.0])
        >>> chart = gn.data.AzimuthalEqualArea.centred_on(*winds.places)
        >>> list(gn.experiments.fitted_wind_processes(winds, chart))
        ['isotropic GP', 'Helmholtz GP']
    """
    batch, steps = _training_fields(winds, coordinates, seed)
    kernels = _kernels(coordinates, mean_square(batch))
    return {name: _fitted(kernel, batch, steps) for name, kernel in kernels.items()}


def decomposed_wind_process(
    winds: Winds, coordinates: AbstractEarthCoordinates, *, seed: int = 0
) -> GaussianProcess:
    """That of `fitted_wind_processes` with a curl-free and a divergence-free part, alone."""
    batch, steps = _training_fields(winds, coordinates, seed)
    kernels = _kernels(coordinates, mean_square(batch))
    (name,) = kernels.keys() & DECOMPOSED
    return _fitted(kernels[name], batch, steps)


def _training_fields(
    winds: Winds, coordinates: AbstractEarthCoordinates, seed: int
) -> tuple[FieldSample, int]:
    """What is fitted on, and for how many steps."""
    winds = without_covariates(winds)
    on_the_globe = isinstance(coordinates, UnitSphere)
    n, most, n_steps = _ON_THE_GLOBE if on_the_globe else _ON_A_MAP
    n_points = min(most, len(winds.places[0]))

    def draw(n_fields: int, **patches: float) -> FieldSample:
        draws = wind_batches(
            winds, coordinates, n_points=n_points, batch_size=n_fields, seed=seed, **patches
        )
        return next(draws)

    if not on_the_globe:
        return draw(n), n_steps
    halves = draw(n // 2), draw(n // 2, radius_km=GLOBAL_PATCH_KM)
    return jax.tree.map(lambda *parts: jnp.concatenate(parts), *halves), n_steps


def _fitted(kernel: AbstractKernel, batch: FieldSample, n_steps: int) -> GaussianProcess:
    return fit_gp(GaussianProcess(kernel), batch, n_steps=n_steps, jitter=JITTER)[0]


def _kernels(coordinates: AbstractEarthCoordinates, variance: float) -> dict[str, AbstractKernel]:
    """Where fits start."""
    if isinstance(coordinates, UnitSphere):
        zonal, noise = SphericalMatern(1.5, _ANGLE, variance / 2), TangentWhite(_NOISE * variance)
        return {_HODGE: HodgeCurlFree(zonal) + HodgeDivergenceFree(zonal) + noise}
    radial, noise = Matern52(_LENGTHSCALE_KM, variance / 2), White(_NOISE * variance, 2)
    return {
        "isotropic GP": Isotropic(Matern32(_LENGTHSCALE_KM, variance), 2) + noise,
        _HELMHOLTZ: helmholtz(radial, radial) + noise,
    }
