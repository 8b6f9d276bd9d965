"""Gaussian processes of winds, fitted to data."""

from collections.abc import Sequence

import jax
import jax.numpy as jnp

from geomndp.data import AbstractEarthCoordinates, UnitSphere, Winds, wind_batches
from geomndp.experiments.mixed_processes import COUPLED, mixed_kernels
from geomndp.experiments.wind_draws import GLOBAL_PATCH_KM, mean_square, without_covariates
from geomndp.fields import FieldSample, Quantity
from geomndp.gp import GaussianProcess
from geomndp.gp import fit as fit_gp
from geomndp.kernels import (
    AbstractKernel,
    Constant,
    CurlFree,
    DivergenceFree,
    HodgeCurlFree,
    HodgeDivergenceFree,
    Isotropic,
    Matern32,
    Matern52,
    SpaceTimeProduct,
    SphericalMatern,
    TangentWhite,
    White,
    helmholtz,
)

_HELMHOLTZ, _HODGE, _IN_TIME = "Helmholtz GP", "Hodge GP", "space-time Helmholtz GP"
DECOMPOSED = {_HELMHOLTZ, _HODGE, _IN_TIME, COUPLED}
"""On a map, on the globe, on a map in time, and of winds with scalars, those with a curl-free and a
divergence-free part that know all they can."""

_LENGTHSCALE_KM, _ANGLE, _MEMORY_HOURS = 300.0, 0.2, 12.0
_NOISE = 0.05
"""Where fits start; the noise relative to the variance."""

JITTER = 1e-4
"""Of single precision: smooth kernels in kilometres are close to singular."""

_ON_A_MAP, _ON_THE_GLOBE = (32, 64, 300), (16, 48, 100)
"""What is fitted on: so many fields at so many random points; and for how many steps. On the globe
they are fewer, where a series is summed for each pair of points."""


def fitted_wind_processes(
    winds: Winds,
    coordinates: AbstractEarthCoordinates,
    *,
    hours: float | None = None,
    seed: int = 0,
    quantities: Sequence[Quantity] = (),
) -> dict[str, GaussianProcess]:
    """Gaussian processes of winds, fitted by maximum likelihood.

    On a map one has the same Matérn 3/2 kernel for either component, which are independent; one, by
    Helmholtz's decomposition, a curl-free and a divergence-free part with Matérn 5/2 potentials. On
    the globe one has, by Hodge's decomposition, such parts with Matérn kernels on the sphere. All
    have white noise beside.

    With hours x has a time, the last coordinate. One process has a curl-free and a divergence-free
    part as above, either times a Matérn 3/2 kernel in time of its own; and one takes winds of all
    times of a window as if they were of one.

    With quantities beside the winds one process has parts as above for the winds, and Matérn 5/2
    kernels for the others, independent; and one has these and a `PotentialCoupled` part of the wind
    and the first quantity, at the angle that the data have. With hours, all change as one.

    Arguments:
        winds: What they are fitted to, at random points of random times.
        coordinates: What x and y are; with hours, a map.
        hours: Length of windows of time, as of `wind_batches`; single times when left out.
        seed: Of the choice of points.
        quantities: What is beside the winds.

    Returns:
        By their names `isotropic GP` and `Helmholtz GP`, or `Hodge GP`; with hours
        `space-time Helmholtz GP` and `timeless Helmholtz GP`; with quantities `independent GP` and
        `coupled GP`.

    Raises:
        ValueError: If there are hours on the globe.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> wind = np.random.default_rng(0).normal(size=(1, 4, 2, 2, 2))
        >>> time = np.datetime64("2024-01-01T00") + np.arange(4)
        >>> winds = gn.data.wind_ensemble(wind, time, [0.0, 1.0], [0.0, 1.0])
        >>> chart = gn.data.AzimuthalEqualArea.centred_on(*winds.places)
        >>> list(gn.experiments.fitted_wind_processes(winds, chart))
        ['isotropic GP', 'Helmholtz GP']
    """
    batch, steps = _training_fields(winds, coordinates, hours, seed, quantities)
    kernels = _kernels(coordinates, batch, hours, len(quantities))
    return {name: _fitted(kernel, batch, steps) for name, kernel in kernels.items()}


def decomposed_wind_process(
    winds: Winds,
    coordinates: AbstractEarthCoordinates,
    *,
    hours: float | None = None,
    seed: int = 0,
    quantities: Sequence[Quantity] = (),
    reflections: bool = False,
) -> GaussianProcess:
    """That of `fitted_wind_processes` with a curl-free and a divergence-free part, alone.

    With quantities the coupled one, which is invariant under reflections if that is asked for.
    """
    batch, steps = _training_fields(winds, coordinates, hours, seed, quantities)
    kernels = _kernels(coordinates, batch, hours, len(quantities), reflections)
    (name,) = kernels.keys() & DECOMPOSED
    return _fitted(kernels[name], batch, steps)


def _training_fields(
    winds: Winds,
    coordinates: AbstractEarthCoordinates,
    hours: float | None,
    seed: int,
    quantities: Sequence[Quantity],
) -> tuple[FieldSample, int]:
    """What is fitted on, and for how many steps."""
    winds = without_covariates(winds)
    on_the_globe = isinstance(coordinates, UnitSphere)
    if on_the_globe and hours is not None:
        raise ValueError(f"expected a map, for winds in time, got {coordinates}; leave hours out")
    n, most, n_steps = _ON_THE_GLOBE if on_the_globe else _ON_A_MAP
    n_points = min(most, len(winds.places[0]))

    def draw(n_fields: int, **patches: float) -> FieldSample:
        draws = wind_batches(
            winds, coordinates, n_points=n_points, batch_size=n_fields, seed=seed, hours=hours,
            **patches, quantities=quantities,
        )  # fmt: skip
        return next(draws)

    if not on_the_globe:
        return draw(n), n_steps
    halves = draw(n // 2), draw(n // 2, radius_km=GLOBAL_PATCH_KM)
    return jax.tree.map(lambda *parts: jnp.concatenate(parts), *halves), n_steps


def _fitted(kernel: AbstractKernel, batch: FieldSample, n_steps: int) -> GaussianProcess:
    return fit_gp(GaussianProcess(kernel), batch, n_steps=n_steps, jitter=JITTER)[0]


def _kernels(
    coordinates: AbstractEarthCoordinates,
    batch: FieldSample,
    hours: float | None,
    n_scalars: int,
    reflections: bool = False,
) -> dict[str, AbstractKernel]:
    """Where fits start."""
    variance = mean_square(batch, n_scalars)
    if n_scalars:
        memory = None if hours is None else Matern32(_MEMORY_HOURS, 1.0)
        return mixed_kernels(
            batch, variance, lengthscale=_LENGTHSCALE_KM, noise=_NOISE * variance, memory=memory,
            reflections=reflections,
        )  # fmt: skip
    if isinstance(coordinates, UnitSphere):
        zonal, noise = SphericalMatern(1.5, _ANGLE, variance / 2), TangentWhite(_NOISE * variance)
        return {_HODGE: HodgeCurlFree(zonal) + HodgeDivergenceFree(zonal) + noise}
    radial, noise = Matern52(_LENGTHSCALE_KM, variance / 2), White(_NOISE * variance, 2)
    if hours is None:
        return {
            "isotropic GP": Isotropic(Matern32(_LENGTHSCALE_KM, variance), 2) + noise,
            _HELMHOLTZ: helmholtz(radial, radial) + noise,
        }
    parts, memory = (CurlFree(radial), DivergenceFree(radial)), Matern32(_MEMORY_HOURS, 1.0)
    curl_free, divergence_free = (SpaceTimeProduct(part, memory) for part in parts)
    still = SpaceTimeProduct(helmholtz(radial, radial), Constant(1.0))
    return {_IN_TIME: curl_free + divergence_free + noise, "timeless Helmholtz GP": still + noise}
