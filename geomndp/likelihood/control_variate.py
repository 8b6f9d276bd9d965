"""Random estimates of a divergence, less their error for a law that is known."""

from typing import Any

from jaxtyping import Array, Float

from geomndp.likelihood.divergence import (
    AbstractDivergence,
    Integrals,
    Linearised,
    Velocity,
)
from geomndp.likelihood.exact import Exact
from geomndp.manifolds import AbstractManifold
from geomndp.typing import Key, Mask, Score, Values


class ControlVariate(AbstractDivergence):
    r"""Estimates with random probes, less the error that the same probes make for a reference.

    The reference is a score that is cheap and near the model's, such as that of a Gaussian process
    like the data. Its flow is followed too, from the same values, with its divergence by the
    probes and exactly:

    $$ \hat D_{\text{model}}(g) - \bigl( \hat D_{\text{reference}}(g) - D_{\text{reference}}
       \bigr) . $$

    What is subtracted has mean zero, so the log-density is as unbiased as without, whatever the
    reference is. Only the divergence of the difference of the two flows is left to chance: with
    the exact score as the reference, of a model that has learnt it to a few percent, the standard
    error falls as much. The exact divergence of the reference costs one derivative of *its* score
    for each value, products with matrices for a Gaussian one, and none of the network.

    Arguments:
        estimator: How divergences are estimated.
        reference: A score at any points, as `likelihood.log_prob` takes it.

    References:
        Control variates: Owen (2013), *Monte Carlo theory, methods and examples*, section 8.9.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> noising = gn.sde.OrnsteinUhlenbeck(
        ...     gn.GaussianProcess(gn.kernels.White(1.0)), gn.sde.LinearSchedule()
        ... )
        >>> data = gn.GaussianProcess(gn.kernels.Matern32(0.5, 1.0))
        >>> score, x = gn.sde.ExactGaussianScore(noising, data), jnp.linspace(0, 1, 6)[:, None]
        >>> sample = gn.FieldSample(x, data.sample(x, key=jax.random.key(0)))
        >>> plain = gn.likelihood.Hutchinson(n_probes=4)
        >>> for divergence in (plain, gn.likelihood.ControlVariate(plain, reference=score)):
        ...     estimate = gn.likelihood.estimate_log_prob(
        ...         noising, score, sample, divergence=divergence, key=jax.random.key(1)
        ...     )
        ...     print(bool(estimate.standard_error < 1e-3))
        False
        True
    """

    estimator: AbstractDivergence
    reference: Score

    @property
    def n_estimates(self) -> int:
        return self.estimator.n_estimates

    def probes(self, y: Values, mask: Mask, *, key: Key | None) -> Any:
        return self.estimator.probes(y, mask, key=key)

    def __call__(
        self,
        velocity: Velocity,
        y: Values,
        mask: Mask,
        probes: Any,
        manifold: AbstractManifold | None = None,
    ) -> Linearised:
        return self.estimator(velocity, y, mask, probes, manifold)

    def standard_error(self, estimates: Float[Array, " n_estimates"]) -> Float[Array, ""]:
        return self.estimator.standard_error(estimates)

    def corrected(
        self, estimates: Float[Array, " n_estimates"], integrals: Integrals, probes: Any
    ) -> Float[Array, " n_estimates"]:
        estimated = integrals(self.reference, self.estimator, probes)
        error = estimated - integrals(self.reference, Exact(), None)
        estimates = estimates - error.astype(estimates.dtype)
        return self.estimator.corrected(estimates, integrals, probes)
