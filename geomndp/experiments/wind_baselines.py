"""Simple rules that winds are told by: Gaussian processes fitted to data, and the nearest one."""

from collections.abc import Mapping

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.data import AbstractEarthCoordinates, UnitSphere, Winds, wind_batches
from geomndp.experiments.winds import GLOBAL_PATCH_KM, mean_square, without_covariates
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
from geomndp.typing import Key, Locations

_LENGTHSCALE_KM, _ANGLE = 300.0, 0.2
_NOISE = 0.05
"""Where fits start; the noise relative to the variance."""

_JITTER = 1e-4
"""Of single precision: smooth kernels in kilometres are close to singular."""

_ON_A_MAP, _ON_THE_GLOBE = (32, 64, 300), (16, 48, 100)
"""What is fitted on: so many fields at so many random points; and for how many steps. On the globe
they are fewer, where a series is summed for each pair of points."""


class NearestWind(eqx.Module):
    """The wind at the nearest observation: one field, not an ensemble.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> x, y = jnp.array([[0.0, 0.0], [9.0, 0.0]]), jnp.array([[1.0, 0.0], [2.0, 0.0]])
        >>> seen = gn.FieldSample(x, y)
        >>> rule, key = gn.experiments.NearestWind(), jax.random.key(0)
        >>> rule.sample(seen, jnp.array([[7.0, 1.0]]), n_samples=8, key=key).tolist()
        [[[2.0, 0.0]]]
    """

    def sample(
        self, context: FieldSample, x: Locations, *, n_samples: int, key: Key
    ) -> Float[Array, "1 n_points dim_y"]:
        """The values at the locations, once."""
        apart = jnp.sum((x[:, None] - context.x[None]) ** 2, -1)
        nearest = jnp.argmin(jnp.where(context.mask[None], apart, jnp.inf), -1)
        return context.y[nearest][None]


class WindGaussianProcess(eqx.Module):
    """A Gaussian process given the observations.

    Arguments:
        gp: The process, with the white noise of its kernel.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> gp = gn.GaussianProcess(gn.kernels.White(1.0, 2))
        >>> seen = gn.FieldSample(jnp.zeros((1, 2)), jnp.ones((1, 2)))
        >>> rule = gn.experiments.WindGaussianProcess(gp)
        >>> rule.sample(seen, jnp.ones((3, 2)), n_samples=8, key=jax.random.key(0)).shape
        (8, 3, 2)
    """

    gp: GaussianProcess

    def sample(
        self, context: FieldSample, x: Locations, *, n_samples: int, key: Key
    ) -> Float[Array, "n_samples n_points dim_y"]:
        """Values at the locations, drawn jointly, as they would be observed."""
        posterior = self.gp.condition(context.x, context.y, context.mask, jitter=_JITTER)
        return posterior.sample(x, n_samples=n_samples, latent=False, key=key)


def fitted_wind_processes(
    winds: Winds, coordinates: AbstractEarthCoordinates, *, seed: int = 0
) -> Mapping[str, WindGaussianProcess]:
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
    winds = without_covariates(winds)
    on_the_globe = isinstance(coordinates, UnitSphere)
    n, most, n_steps = _ON_THE_GLOBE if on_the_globe else _ON_A_MAP
    n_points = min(most, len(winds.places[0]))

    def draw(n_fields: int, **patches: float) -> FieldSample:
        draws = wind_batches(
            winds, coordinates, n_points=n_points, batch_size=n_fields, seed=seed, **patches
        )
        return next(draws)

    if on_the_globe:
        halves = draw(n // 2), draw(n // 2, radius_km=GLOBAL_PATCH_KM)
        batch = jax.tree.map(lambda *parts: jnp.concatenate(parts), *halves)
        kernels = _kernels_on_the_globe(mean_square(batch))
    else:
        batch = draw(n)
        kernels = _kernels_on_a_map(mean_square(batch))
    found = {}
    for name, kernel in kernels.items():
        fitted, _ = fit_gp(GaussianProcess(kernel), batch, n_steps=n_steps, jitter=_JITTER)
        found[name] = WindGaussianProcess(fitted)
    return found


def _kernels_on_a_map(variance: float) -> dict[str, AbstractKernel]:
    radial, noise = Matern52(_LENGTHSCALE_KM, variance / 2), White(_NOISE * variance, 2)
    return {
        "isotropic GP": Isotropic(Matern32(_LENGTHSCALE_KM, variance), 2) + noise,
        "Helmholtz GP": helmholtz(radial, radial) + noise,
    }


def _kernels_on_the_globe(variance: float) -> dict[str, AbstractKernel]:
    zonal, noise = SphericalMatern(1.5, _ANGLE, variance / 2), TangentWhite(_NOISE * variance)
    return {"Hodge GP": HodgeCurlFree(zonal) + HodgeDivergenceFree(zonal) + noise}
