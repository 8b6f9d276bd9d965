"""Guidance by Tweedie's moments in the tangent spaces of a manifold."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.sampling.gaussian_likelihood import update
from geomndp.sampling.guidance import AbstractTwist, Guided, Twist, denoiser
from geomndp.sampling.observed import Observed, floored
from geomndp.sde import AbstractNoisingAtPoints, BoundScore
from geomndp.sde.base import as_time
from geomndp.solvers import AbstractSolver
from geomndp.solvers.brownian import require_brownian
from geomndp.typing import Time, Values


class TangentGuidance(AbstractTwist):
    r"""`TweedieGuidance` for Brownian motion on a manifold, to first order in the tangent spaces.

    With the clock $\tau$ the denoised value is $D = \exp_y(\tau s)$, and its covariance
    $\tau\, \partial D/\partial y$ in the tangent space there. Where observations $y_o$ are off by
    $r = \log_{D_o} y_o$, the Kalman update v in that space gives the guided score
    $\log_y(\exp_D v) / \tau$. In flat space that is `TweedieGuidance`, and exact for Gaussian data.
    On a curved manifold it is an approximation, good where the noised field tells the value to
    much less than the radius of curvature.

    Arguments:
        solver: The reverse-time solver; that of `sample` when left out.
        ridge: As of `TweedieGuidance`.

    Raises:
        ValueError: If the ridge is negative.

    Example:
        >>> import geomndp as gn
        >>> gn.sampling.TangentGuidance(gn.solvers.GeodesicMultistep(n_steps=20)).ridge
        0.1
    """

    solver: AbstractSolver | None = None
    ridge: float = 0.1

    def __check_init__(self) -> None:
        if not self.ridge >= 0:
            raise ValueError(f"expected ridge >= 0, got {self.ridge}")

    def twist(
        self, process: AbstractNoisingAtPoints, score: BoundScore, observed: Observed
    ) -> Twist:
        noising = require_brownian(process, self)
        manifold, n_observed = noising.manifold, observed.y.shape[0]
        is_real = jnp.repeat(observed.mask, manifold.dim)
        noise = jnp.repeat(observed.noise[:, 0], manifold.dim)

        def of_values(t: Time, y: Values) -> Guided:
            t = as_time(t, y)
            clock = noising.clock(t).astype(y.dtype)
            denoise = denoiser(process, score, t)
            denoised, derivative, own = jax.linearize(denoise, y, has_aux=True)
            there, here = denoised[:n_observed], y[:n_observed]
            frame = manifold.frame(there)

            def coordinates(v: Values) -> Float[Array, " n_values"]:
                return jnp.einsum("ikj,ij->ik", frame, v[:n_observed]).ravel()

            def column(unit: Float[Array, " n_values"]) -> Values:
                tangent = jnp.einsum("ik,ikj->ij", unit.reshape(n_observed, -1), frame)
                return (
                    jnp.zeros_like(y).at[:n_observed].set(manifold.transport(there, here, tangent))
                )

            units = jnp.diag(is_real.astype(y.dtype))
            rows = clock * jax.vmap(lambda unit: derivative(column(unit)))(units)
            known = floored(jax.vmap(coordinates)(rows), is_real)
            alone = jnp.sqrt(clock) * clock / (1 + clock)
            covariance = known + jnp.diag(jnp.where(is_real, noise + self.ridge * alone, 1))
            residual = coordinates(manifold.log(there, observed.y))
            found = update(jnp.where(is_real, residual, 0), covariance, is_real)
            shift = jnp.einsum("o,oij->ij", found.weights, rows)
            shift = manifold.project_tangent(denoised, shift)
            guided = manifold.log(y, manifold.exp(denoised, shift)) / clock
            return Guided(own, guided, found.log_likelihood)

        return of_values
