"""Guidance by the gradient of a likelihood of the denoised field."""

import abc

import equinox as eqx
import jax
from jaxtyping import Array, Float

from geomndp.sampling.gaussian_likelihood import update
from geomndp.sampling.guidance import ON_MANIFOLDS, AbstractTwist, Guided, Twist, denoiser
from geomndp.sampling.observed import Observed
from geomndp.sde import AbstractNoisingAtPoints, BoundScore, GaussianNoisingAtPoints
from geomndp.sde.base import as_time
from geomndp.solvers import AbstractSolver
from geomndp.solvers.gaussian import require_gaussian
from geomndp.typing import Time, Values


class AbstractLikelihoodGuidance(AbstractTwist):
    r"""The score of the prior, and of a likelihood of the observations given the denoised field.

    $$ s + w\, K \nabla_y \log \mathcal{N}\bigl(y_o;\, D_o(y),\, r_t^2 K_{oo} + R\bigr) $$

    with the covariance K of the limit, $r_t^2$ as the implementation has it, and the covariance
    held fixed under the gradient. An evaluation costs one of the score and one vector-Jacobian
    product.

    Example:
        >>> import geomndp as gn
        >>> method: gn.sampling.AbstractLikelihoodGuidance = gn.sampling.PseudoinverseGuidance()
        >>> method.weight
        1.0
    """

    weight: eqx.AbstractVar[float]

    @abc.abstractmethod
    def spread(self, process: GaussianNoisingAtPoints, t: Time) -> Float[Array, ""]:
        """How uncertain the field is given the noised one: the factor of K."""

    def twist(
        self, process: AbstractNoisingAtPoints, score: BoundScore, observed: Observed
    ) -> Twist:
        process = require_gaussian(process, self, ON_MANIFOLDS)
        columns = observed.columns(process)

        def of_values(t: Time, y: Values) -> Guided:
            t = as_time(t, y)
            denoise = denoiser(process, score, t)
            denoised, pull, own = jax.vjp(denoise, y, has_aux=True)
            covariance = observed.covariance(process, self.spread(process, t) * columns)
            found = update(observed.residual(denoised), covariance, observed.is_real)
            (gradient,) = pull(observed.spread(found.weights, y))
            guided = own + self.weight * process.covariance.matvec(gradient)
            return Guided(own, guided, self.weight * found.log_likelihood)

        return of_values


class ReconstructionGuidance(AbstractLikelihoodGuidance):
    r"""Diffusion posterior sampling: $r_t^2 = \sigma_t^2 / \alpha_t^2$.

    The field is taken to be as uncertain as the noised one tells of each value by itself, which
    with much noise is far more than it is.

    Arguments:
        solver: The reverse-time solver; that of `sample` when left out.
        weight: The factor w of the correction.

    References:
        Ho et al. (2022), *Video Diffusion Models*, arXiv:2204.03458, section 3.1; Chung et al.
        (2023), *Diffusion Posterior Sampling for General Noisy Inverse Problems*, arXiv:2209.14687.

    Example:
        >>> import geomndp as gn
        >>> gn.sampling.ReconstructionGuidance(gn.solvers.DPMSolver(n_steps=50)).weight
        1.0
    """

    solver: AbstractSolver | None = None
    weight: float = 1.0

    def spread(self, process: GaussianNoisingAtPoints, t: Time) -> Float[Array, ""]:
        return (process.noising.noise_scale(t) / process.noising.signal(t)) ** 2


class PseudoinverseGuidance(AbstractLikelihoodGuidance):
    r"""Pseudoinverse-guided diffusion: $r_t^2 = \sigma_t^2 / (\sigma_t^2 + \alpha_t^2)$.

    It is the uncertainty of data that are like the limit. Where they are correlated, and the limit
    is not, neighbours tell more than that.

    Arguments:
        solver: The reverse-time solver; that of `sample` when left out.
        weight: The factor w of the correction.

    References:
        Song et al. (2023), *Pseudoinverse-Guided Diffusion Models for Inverse Problems*, section 3.

    Example:
        >>> import geomndp as gn
        >>> gn.sampling.PseudoinverseGuidance(gn.solvers.DPMSolver(n_steps=50)).weight
        1.0
    """

    solver: AbstractSolver | None = None
    weight: float = 1.0

    def spread(self, process: GaussianNoisingAtPoints, t: Time) -> Float[Array, ""]:
        noise, signal = process.noising.noise_scale(t) ** 2, process.noising.signal(t) ** 2
        return noise / (noise + signal)
