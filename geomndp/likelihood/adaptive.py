"""Integration of the flow with steps that follow its error."""

from typing import Any

import jax.numpy as jnp

from geomndp.likelihood.divergence import AbstractDivergence
from geomndp.likelihood.integrator import AbstractIntegrator, Transported, no_estimates
from geomndp.likelihood.probability_flow import AbstractProbabilityFlow
from geomndp.typing import Values


class Adaptive(AbstractIntegrator):
    """Tsitouras' method of fifth order, with steps as long as tolerances allow.

    Values and the integral of the divergence are solved for together, so that each of the six
    stages of a step computes a divergence: several times the cost of `FixedGrid`. It
    shows whether that is accurate for a score that is not smooth.

    Arguments:
        rtol: Error of a step relative to the values.
        atol: Error of a step, in units of the limit and in nats.
        max_steps: After this many the result is NaN, of which `log_prob` raises an error.

    Raises:
        ValueError: If a tolerance or `max_steps` is not positive.

    References:
        Tsitouras (2011), *Runge-Kutta pairs of order 5(4)*, as in diffrax.

    Example:
        >>> import geomndp as gn
        >>> gn.likelihood.Adaptive(rtol=1e-3, atol=1e-3).max_steps
        4096
    """

    rtol: float = 1e-5
    atol: float = 1e-5
    max_steps: int = 4096

    def __check_init__(self) -> None:
        if not (self.rtol > 0 and self.atol > 0 and self.max_steps > 0):
            raise ValueError(
                "expected positive rtol, atol and max_steps, "
                f"got {self.rtol}, {self.atol} and {self.max_steps}"
            )

    def integrate(
        self, flow: AbstractProbabilityFlow, u: Values, divergence: AbstractDivergence, probes: Any
    ) -> Transported:
        import diffrax

        def rates(clock: Any, state: Transported, _: None) -> Transported:
            velocity = flow.velocity(jnp.asarray(clock, state.u.dtype))
            # Off a manifold, where steps lead, rates are those at the nearest point.
            u = flow.retract(state.u)
            at = divergence(velocity, u, flow.process.mask, probes, flow.manifold)
            return Transported(at.velocity, at.estimates)

        solution = diffrax.diffeqsolve(
            diffrax.ODETerm(rates),
            diffrax.Tsit5(),
            t0=flow.start,
            t1=flow.end,
            dt0=None,
            y0=Transported(u, no_estimates(divergence, u)),
            stepsize_controller=diffrax.PIDController(rtol=self.rtol, atol=self.atol),
            max_steps=self.max_steps,
            throw=False,
        )
        ends: Any = solution.ys  # of shape (1, ...): the last moment alone is kept
        done = solution.result == diffrax.RESULTS.successful
        return Transported(flow.retract(ends.u[-1]), jnp.where(done, ends.estimates[-1], jnp.nan))
