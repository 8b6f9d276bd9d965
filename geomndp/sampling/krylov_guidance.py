"""Guidance by Tweedie's second moment for many observations: a few steps of conjugate gradients."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from geomndp.sampling.guidance import ON_MANIFOLDS, AbstractGuidance
from geomndp.sampling.observed import Observed
from geomndp.sampling.tweedie_guidance import spread_alone
from geomndp.sde import AbstractNoisingAtPoints, BoundScore
from geomndp.sde.base import as_time
from geomndp.solvers import AbstractSolver
from geomndp.solvers.gaussian import require_gaussian
from geomndp.typing import Time, Values


class _Search(NamedTuple):
    """Where conjugate gradients stand."""

    update: Values
    """The covariance of the field with the observations, times the solution so far."""
    residual: Float[Array, " n_values"]
    direction: Float[Array, " n_values"]


class KrylovGuidance(AbstractGuidance):
    r"""`TweedieGuidance` at a cost that does not grow with the number of observations.

    The system with $C_{oo} + R$ is not made and solved, but solved by a few steps of conjugate
    gradients. Each costs one Jacobian-vector product, of which the update of the whole field is
    made too: an evaluation costs one of the score and `n_iterations` products, however many
    numbers were observed. What few steps leave out is what the observations tell least of. A
    direction in which the covariance of a learned score is not positive ends the search.

    Arguments:
        solver: The reverse-time solver; that of `sample` when left out.
        n_iterations: Number of steps; as many as there are observations solve the system.
        ridge: As of `TweedieGuidance`.

    Raises:
        ValueError: If `n_iterations` is below 1, or the ridge negative.

    References:
        Rozet et al. (2024), *Learning Diffusion Priors from Observations by Expectation
        Maximization*, arXiv:2405.13712, section 4.2.

    Example:
        >>> import geomndp as gn
        >>> gn.sampling.KrylovGuidance(n_iterations=4).ridge
        0.1
    """

    solver: AbstractSolver | None = None
    n_iterations: int = 4
    ridge: float = 0.1

    def __check_init__(self) -> None:
        if self.n_iterations < 1 or not self.ridge >= 0:
            raise ValueError(
                f"expected n_iterations >= 1 and ridge >= 0, got {self.n_iterations} and "
                f"{self.ridge}"
            )

    def guided(
        self, process: AbstractNoisingAtPoints, score: BoundScore, observed: Observed
    ) -> BoundScore:
        process = require_gaussian(process, self, ON_MANIFOLDS)
        noise = jnp.where(observed.is_real, observed.noise.ravel(), 1)

        def of_values(t: Time, y: Values) -> Values:
            t = as_time(t, y)
            denoised, derivative = jax.linearize(lambda y: process.denoised(t, y, score(t, y)), y)
            size = process.noising.noise_scale(t) ** 2 / process.noising.signal(t)
            added = self.ridge * spread_alone(process, t)

            def step(_: Int[Array, ""], search: _Search) -> _Search:
                column = process.covariance.matvec(observed.spread(search.direction, y))
                moved = size * derivative(column)
                image = observed.project(moved + added * column) + noise * search.direction
                image = jnp.where(observed.is_real, image, 0)
                squared = search.residual @ search.residual
                curvature = search.direction @ image
                goes = (curvature > 0) & (squared > 0)
                length = jnp.where(goes, squared / jnp.where(goes, curvature, 1), 0)
                left = search.residual - length * image
                turn = left @ left / jnp.where(goes, squared, 1)
                # The search ends where it finds no way down.
                turned = jnp.where(goes, left + turn * search.direction, 0)
                return _Search(search.update + length * moved, left, turned)

            residual = observed.residual(denoised)
            start = _Search(jnp.zeros_like(y), residual, residual)
            found = jax.lax.fori_loop(0, self.n_iterations, step, start)
            return process.score_of_denoised(t, y, denoised + found.update)

        return of_values
