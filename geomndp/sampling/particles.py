"""Sets of weighted fields, and how they are resampled."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from geomndp.typing import Key


class Particles(NamedTuple):
    """Weighted fields, which stand for a law.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> fields = gn.sampling.Particles(
        ...     jnp.zeros((3, 2, 1)), jnp.log(jnp.array([0.5, 0.5, 0.0])), jnp.array([3.0, 2.0]),
        ...     jnp.array(-1.3),
        ... )
        >>> fields.draw(4, key=jax.random.key(0)).shape
        (4, 2, 1)
    """

    y: Float[Array, "n_particles n_points dim_y"]
    """The fields."""
    log_weights: Float[Array, " n_particles"]
    """Logarithms of their weights, which sum to one."""
    effective_sample_size: Float[Array, " n_steps"]
    """After each step, before resampling: between 1 and the number of particles."""
    log_evidence: Float[Array, ""]
    """Estimate of the log-density of the observations; its exponential is unbiased for the model
    as it is discretised."""

    def draw(self, n: int, *, key: Key) -> Float[Array, "n n_points dim_y"]:
        """Fields of equal weights, by systematic resampling, in random order.

        Arguments:
            n: How many; of more than there are particles, some are equal.
            key: Random key.

        Example:
            >>> import jax, jax.numpy as jnp, geomndp as gn
            >>> y = jnp.arange(2.0)[:, None, None]
            >>> one = gn.sampling.Particles(
            ...     y, jnp.log(jnp.array([0.25, 0.75])), jnp.ones(1), jnp.zeros(())
            ... )
            >>> sorted(one.draw(4, key=jax.random.key(0)).ravel().tolist())
            [0.0, 1.0, 1.0, 1.0]
        """
        resample, order = jax.random.split(key)
        chosen = systematic(self.log_weights, n, key=resample)
        return self.y[jax.random.permutation(order, chosen)]


def systematic(
    log_weights: Float[Array, " n_particles"], n: int, *, key: Key
) -> Int[Array, " n_chosen"]:
    """Indices of particles, each as often as its share of the weights, to the next whole number.

    References:
        Kitagawa (1996), *Monte Carlo Filter and Smoother for Non-Gaussian Nonlinear State Space
        Models*, section 2; Douc, Cappé & Moulines (2005), *Comparison of resampling schemes*.
    """
    shares = jnp.cumsum(jax.nn.softmax(log_weights))
    offset = jax.random.uniform(key, (), log_weights.dtype)
    places = (jnp.arange(n, dtype=log_weights.dtype) + offset) / n
    # The last share may fall short of one by rounding.
    return jnp.clip(jnp.searchsorted(shares, places, side="right"), 0, log_weights.shape[0] - 1)


def effective_sample_size(log_weights: Float[Array, " n_particles"]) -> Float[Array, ""]:
    r"""$(\sum w)^2 / \sum w^2$, from unnormalised logarithms."""
    weights = jax.nn.softmax(log_weights)
    return 1 / jnp.sum(weights**2)
