"""Simple rules that winds are told by: Gaussian processes, and the nearest wind."""

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.experiments.wind_draws import known_in
from geomndp.experiments.wind_processes import JITTER
from geomndp.fields import FieldSample
from geomndp.gp import GaussianProcess
from geomndp.typing import Key, Locations


class NearestWind(eqx.Module):
    """The wind at the nearest observation: one field, not an ensemble.

    Arguments:
        units: For each coordinate of x what counts as one unit of distance, as for km and hours;
            ones when left out.
        n_scalars: How many numbers stand beside the winds, each of which is that at the nearest
            point where it is known.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> x, y = jnp.array([[0.0, 0.0], [9.0, 0.0]]), jnp.array([[1.0, 0.0], [2.0, 0.0]])
        >>> seen = gn.FieldSample(x, y)
        >>> rule, key = gn.experiments.NearestWind(), jax.random.key(0)
        >>> rule.sample(seen, jnp.array([[7.0, 1.0]]), n_samples=8, key=key).tolist()
        [[[2.0, 0.0]]]
    """

    units: tuple[float, ...] | None = None
    n_scalars: int = 0

    def sample(
        self, context: FieldSample, x: Locations, *, n_samples: int, key: Key
    ) -> Float[Array, "1 n_points dim_y"]:
        """The values at the locations, once."""
        steps = x[:, None] - context.x[None]
        if self.units is not None:
            steps = steps / jnp.asarray(self.units)[None, None]
        apart = jnp.sum(steps**2, -1)
        known = known_in(context, self.n_scalars)
        nearest = jnp.argmin(jnp.where(known[None], apart[..., None], jnp.inf), 1)
        return jnp.take_along_axis(context.y, nearest, 0)[None]


class WindGaussianProcess(eqx.Module):
    """A Gaussian process given the observations.

    Arguments:
        gp: The process, with the white noise of its kernel.
        n_scalars: How many numbers stand beside the winds, each known or not by itself.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> gp = gn.GaussianProcess(gn.kernels.White(1.0, 2))
        >>> seen = gn.FieldSample(jnp.zeros((1, 2)), jnp.ones((1, 2)))
        >>> rule = gn.experiments.WindGaussianProcess(gp)
        >>> rule.sample(seen, jnp.ones((3, 2)), n_samples=8, key=jax.random.key(0)).shape
        (8, 3, 2)
    """

    gp: GaussianProcess
    n_scalars: int = 0

    def sample(
        self, context: FieldSample, x: Locations, *, n_samples: int, key: Key
    ) -> Float[Array, "n_samples n_points dim_y"]:
        """Values at the locations, drawn jointly, as they would be observed."""
        known = known_in(context, self.n_scalars) if self.n_scalars else context.mask
        posterior = self.gp.condition(context.x, context.y, known, jitter=JITTER)
        return posterior.sample(x, n_samples=n_samples, latent=False, key=key)
