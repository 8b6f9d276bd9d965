"""A normal law fitted to draws of a field."""

import math

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.typing import Locations, Mask, Values


class NormalFit(eqx.Module):
    r"""The normal law with the mean and the covariance of draws of a field at fixed points.

    As the `reference` of `marginal_consistency` it stands in for marginals that are not known,
    and with two biases of known sign, both of which make the gap larger than it is. Where
    the joint law is not normal, its marginals have more log-density than the fit of
    them, by their negentropy $\mathrm{KL}(\pi_A \| N_A)$. And a fit to n draws of d values loses
    about $d (d + 3) / 4n$ nats on fresh ones.

    Arguments:
        mean: Mean of the values at the points.
        covariance: Covariance of the flattened values.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> x, gp = jnp.arange(3.0)[:, None], gn.GaussianProcess(gn.kernels.White(1.0))
        >>> fit = gn.likelihood.NormalFit.of(gp.sample(x, n_samples=4000, key=jax.random.key(0)))
        >>> bool(jnp.abs(fit(x, jnp.zeros((3, 1))) - gp.log_prob(x, jnp.zeros((3, 1)))) < 0.1)
        True
    """

    mean: Values
    covariance: Float[Array, "size size"]

    @staticmethod
    def of(draws: Float[Array, "n_draws n_points dim_y"]) -> "NormalFit":
        """The fit to independent draws.

        Raises:
            ValueError: If there are not more draws than values, when the covariance is singular.
        """
        n_draws, size = draws.shape[0], draws.shape[1] * draws.shape[2]
        if n_draws <= size:
            raise ValueError(
                f"expected more draws than the {size} values of each, got {n_draws}; "
                "draw more fields, or at fewer points"
            )
        mean = jnp.mean(draws, 0)
        deviations = (draws - mean[None]).reshape(n_draws, size)
        return NormalFit(mean, deviations.T @ deviations / (n_draws - 1))

    def __call__(self, x: Locations, y: Values, mask: Mask | None = None) -> Float[Array, ""]:
        """The log-density, in nats, of values at those of the fitted points where the mask is True.

        Arguments:
            x: The points of the draws; not looked at.
            y: Their values.
            mask: True at points of the subset; all when left out.
        """
        real = jnp.ones(y.shape[:1], bool) if mask is None else mask
        real = jnp.repeat(real, y.shape[1])
        identity = jnp.eye(y.size, dtype=y.dtype)
        covariance = jnp.where(real[:, None] & real[None, :], self.covariance, identity)
        root = jnp.linalg.cholesky(covariance)
        deviation = jnp.where(real, (y - self.mean).ravel(), 0)
        white = jax.scipy.linalg.solve_triangular(root, deviation, lower=True)
        log_scale = 2 * jnp.sum(jnp.log(jnp.diagonal(root)))
        log_scale = log_scale + jnp.sum(real).astype(y.dtype) * math.log(2 * math.pi)
        return -0.5 * (jnp.sum(white**2) + log_scale)
