"""Simple rules that winds are told by: Gaussian processes fitted to data, and the nearest one."""

from collections.abc import Mapping

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.data import Winds, wind_batches
from geomndp.experiments.winds import mean_square, wind_map, without_covariates
from geomndp.fields import FieldSample
from geomndp.gp import GaussianProcess
from geomndp.gp import fit as fit_gp
from geomndp.kernels import AbstractKernel, Isotropic, Matern32, Matern52, White, helmholtz
from geomndp.typing import Key, Locations

_LENGTHSCALE_KM = 300.0
_NOISE = 0.05
"""Where fits start; the noise relative to the variance."""

_JITTER = 1e-4
"""Of single precision: smooth kernels in kilometres are close to singular."""

_N_FIELDS, _N_POINTS, _N_STEPS = 32, 64, 300
"""What is fitted on: so many fields at so many random points; and for how many steps."""


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
    ) -> Float[Array, "1 n_points 2"]:
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
    ) -> Float[Array, "n_samples n_points 2"]:
        """Values at the locations, drawn jointly, as they would be observed."""
        posterior = self.gp.condition(context.x, context.y, context.mask, jitter=_JITTER)
        return posterior.sample(x, n_samples=n_samples, latent=False, key=key)


def fitted_wind_processes(winds: Winds, *, seed: int = 0) -> Mapping[str, WindGaussianProcess]:
    """Gaussian processes of winds on a map, fitted by maximum likelihood.

    One has the same Matérn 3/2 kernel for either component, which are independent; one, by
    Helmholtz's decomposition, a curl-free and a divergence-free part with Matérn 5/2 potentials.
    Both have white noise beside.

    Arguments:
        winds: What they are fitted to, at random points of random times.
        seed: Of the choice of points.

    Returns:
        The two by their names, `isotropic GP` and `Helmholtz GP`.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> wind = np.random.default_rng(0).normal(size=(1, 4, 2, 2, 2))
        >>> time = np.datetime64("2024-01-01T00") + np.arange(4)
        >>> winds = gn.data.wind_ensemble(wind, time, [0.0, 1.0], [0.0, 1.0])
        >>> list(gn.experiments.fitted_wind_processes(winds))
        ['isotropic GP', 'Helmholtz GP']
    """
    winds = without_covariates(winds)
    n_points = min(_N_POINTS, len(winds.places[0]))
    batch = next(
        wind_batches(winds, wind_map(winds), n_points=n_points, batch_size=_N_FIELDS, seed=seed)
    )
    variance = mean_square(batch)
    radial = Matern52(_LENGTHSCALE_KM, variance / 2)
    kernels: dict[str, AbstractKernel] = {
        "isotropic GP": Isotropic(Matern32(_LENGTHSCALE_KM, variance), 2),
        "Helmholtz GP": helmholtz(radial, radial),
    }
    found = {}
    for name, kernel in kernels.items():
        start = GaussianProcess(kernel + White(_NOISE * variance, 2))
        found[name] = WindGaussianProcess(fit_gp(start, batch, n_steps=_N_STEPS, jitter=_JITTER)[0])
    return found
