"""Hutchinson's estimator."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.likelihood.divergence import (
    AbstractDivergence,
    Linearised,
    Velocity,
    check_count,
    linearised,
    or_flat,
    require_key,
    standard_error_of_mean,
)
from geomndp.likelihood.probe_distributions import AbstractProbeDistribution, Rademacher
from geomndp.manifolds import AbstractManifold
from geomndp.typing import Key, Mask, Values


class Hutchinson(AbstractDivergence):
    r"""$g^\top (\partial v / \partial y)\, g$ for each of a few random vectors g.

    Unbiased; the variance of the mean falls as one over the number of probes. With
    random signs that of one probe is $2 \sum_{i \ne j} S_{ij}^2$, where S is the symmetric part of
    the Jacobian. On a manifold g is a vector of the ambient space, and the Jacobian that of the
    tangent part along tangent vectors, and zero along others: where the metric is that of the
    ambient space this is the same as with the projection of g. What g is does not depend on the
    place, so that the estimate is smooth along a trajectory.

    Arguments:
        n_probes: How many vectors, each of which costs one derivative.
        distribution: Their law.

    Raises:
        ValueError: If `n_probes` is below 1.

    References:
        Hutchinson (1989); Grathwohl et al. (2019), *FFJORD*, arXiv:1810.01367, section 3.1.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> y, mask = jnp.ones((2, 1)), jnp.ones(2, bool)
        >>> divergence = gn.likelihood.Hutchinson(n_probes=4)
        >>> probes = divergence.probes(y, mask, key=jax.random.key(0))
        >>> field = lambda y: jnp.array([[3.0, 1.0], [0.0, 2.0]]) @ y
        >>> estimates = divergence(field, y, mask, probes).estimates
        >>> bool(jnp.all(jnp.abs(estimates - 5) == 1))  # signs of the two agree, or not
        True
    """

    n_probes: int = 10
    distribution: AbstractProbeDistribution = Rademacher()

    def __check_init__(self) -> None:
        check_count("n_probes", self.n_probes)

    @property
    def n_estimates(self) -> int:
        return self.n_probes

    def probes(
        self, y: Values, mask: Mask, *, key: Key | None
    ) -> Float[Array, "n_probes n_points dim_y"]:
        key = require_key(key, self)
        return self.distribution.sample((self.n_probes, *y.shape), y.dtype, key=key)

    def __call__(
        self,
        velocity: Velocity,
        y: Values,
        mask: Mask,
        probes: Float[Array, "n_probes n_points dim_y"],
        manifold: AbstractManifold | None = None,
    ) -> Linearised:
        v, derivative = linearised(velocity, y, mask, or_flat(manifold, y))
        estimates = jnp.sum(probes * jax.vmap(derivative)(probes), axis=(1, 2))
        return Linearised(v, estimates)

    def standard_error(self, estimates: Float[Array, " n_estimates"]) -> Float[Array, ""]:
        return standard_error_of_mean(estimates)
