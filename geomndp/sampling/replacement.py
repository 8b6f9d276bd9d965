"""Conditioning by putting the noised observations in the place of what the sampler has there."""

import abc
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.sampling.joint import joint_score, sample_jointly
from geomndp.sampling.method import AbstractConditionalMethod, Context, ObservationNoise
from geomndp.sampling.observed import Observed
from geomndp.sde import AbstractNoising, AbstractNoisingAtPoints, BoundScore
from geomndp.solvers import AbstractFixedStepSolver, AbstractGrid, Ancestral, Step
from geomndp.solvers.gaussian import require_gaussian
from geomndp.solvers.langevin import langevin
from geomndp.typing import Key, Locations, Mask, Values


class AbstractReplacement(AbstractConditionalMethod):
    """A method that draws the field at the points observed and asked for together.

    Before steps of its solver the values at the points observed are replaced by the observations,
    noised to the time of the step. Where observations have noise, the values there are taken to be
    normal about what was observed, whatever the prior and the other observations say of them: noise
    has to be small beside the spread of the posterior without it.

    Example:
        >>> import geomndp as gn
        >>> method: gn.sampling.AbstractReplacement = gn.sampling.Replacement()
        >>> method.solver.n_steps
        100
    """

    solver: eqx.AbstractVar[AbstractFixedStepSolver]

    @abc.abstractmethod
    def advance(
        self,
        observed: Observed,
        process: AbstractNoisingAtPoints,
        score: BoundScore,
        y: Values,
        memory: Any,
        step: Step,
    ) -> tuple[Values, Any]:
        """A step of the solver, with replacements."""

    def sample(
        self,
        noising: AbstractNoising,
        score: Any,
        context: Context,
        x: Locations | None,
        mask: Mask | None,
        *,
        n_samples: int,
        observation_noise: ObservationNoise = 0.0,
        key: Key,
    ) -> Float[Array, "n_samples n_points dim_y"]:
        solver = _Replacing(self, Observed.of(context, observation_noise))
        score = joint_score(score, context)
        return sample_jointly(
            noising, score, context, x, mask, n_samples=n_samples, solver=solver, key=key
        )


class _Replacing(AbstractFixedStepSolver):
    """The solver of a method, as the method uses it."""

    method: AbstractReplacement
    observed: Observed

    @property
    def n_steps(self) -> int:
        return self.method.solver.n_steps

    @property
    def grid(self) -> AbstractGrid:
        return self.method.solver.grid

    def init(self, process: AbstractNoisingAtPoints, y: Values) -> Any:
        return self.method.solver.init(process, y)

    def step(
        self,
        process: AbstractNoisingAtPoints,
        score: BoundScore,
        y: Values,
        memory: Any,
        step: Step,
    ) -> tuple[Values, Any]:
        return self.method.advance(self.observed, process, score, y, memory, step)


class Replacement(AbstractReplacement):
    """The observations, noised afresh, before every step of the solver.

    What is drawn at other points knows of the observations only through the noise, and does not go
    well with them, however many steps there are.

    Arguments:
        solver: The solver of the steps.

    References:
        Song et al. (2021), arXiv:2011.13456, appendix I.2.

    Example:
        >>> import geomndp as gn
        >>> gn.sampling.Replacement(gn.solvers.EulerMaruyama(n_steps=200)).solver.n_steps
        200
    """

    solver: AbstractFixedStepSolver = Ancestral(n_steps=100)

    def advance(self, observed, process, score, y, memory, step):
        replace, move = jax.random.split(step.key)
        y = observed.noised_in(process, step.t, y, key=replace)
        return self.solver.step(process, score, y, memory, step._replace(key=move))


class RePaint(AbstractReplacement):
    """Replacement with every step gone over several times, back to its beginning by new noise.

    Each time the other points learn a little more of the observations; so the number of evaluations
    is that of the steps times `n_passes`.

    Arguments:
        solver: The solver of the steps.
        n_passes: How often each step is taken.

    Raises:
        ValueError: If `n_passes` is below 1.

    References:
        Lugmayr et al. (2022), *RePaint*, arXiv:2201.09865, algorithm 1 with jumps of one step;
        Dutordoir et al. (2023), arXiv:2206.03992, algorithm 1.

    Example:
        >>> import geomndp as gn
        >>> gn.sampling.RePaint(n_passes=5).n_passes
        5
    """

    solver: AbstractFixedStepSolver = Ancestral(n_steps=100)
    n_passes: int = 10

    def __check_init__(self) -> None:
        if self.n_passes < 1:
            raise ValueError(f"expected n_passes of at least 1, got {self.n_passes}")

    def advance(self, observed, process, score, y, memory, step):
        process = require_gaussian(process, self, "on manifolds use Replacement, or Amortised")
        noising = process.noising
        left = noising.signal(step.t) / noising.signal(step.t_next)
        variance = noising.noise_scale(step.t) ** 2 - (left * noising.noise_scale(step.t_next)) ** 2
        keys = jax.random.split(step.key, (self.n_passes, 3))

        def once(y: Values, keys: Array) -> tuple[Values, Any]:
            y = observed.noised_in(process, step.t, y, key=keys[0])
            return self.solver.step(process, score, y, memory, step._replace(key=keys[1]))

        def again(y: Values, keys: Array) -> tuple[Values, None]:
            ahead, _ = once(y, keys)
            noise = jnp.sqrt(variance) * process.noise(y, key=keys[2])
            return process.mean + left * (ahead - process.mean) + noise, None

        y, _ = jax.lax.scan(again, y, keys[1:])
        return once(y, keys[0])


class LangevinCorrected(AbstractReplacement):
    r"""Replacement with each step followed by Langevin dynamics, the observations noised afresh.

    It is the algorithm of the paper. Each correction replaces the observed values and then takes a
    step $y \leftarrow y + \epsilon s + \sqrt{2\epsilon}\, L\xi$ with $\epsilon$ the step size times
    $\sigma_t^2$, see `solvers.PredictorCorrector`.

    Arguments:
        solver: The solver of the steps, the predictor.
        n_corrections: Number of corrections after each step, each of one evaluation of the score.
        step_size: $\epsilon/\sigma_t^2$, above 0 and below 2.
        start: Time from which on there are corrections; `t_max` when left out.

    Raises:
        ValueError: If `n_corrections` is below 1 or `step_size` not between 0 and 2.

    References:
        Mathieu, Dutordoir, Hutchinson et al. (2023), arXiv:2307.05431, section 3.3 and algorithm 1.

    Example:
        >>> import geomndp as gn
        >>> gn.sampling.LangevinCorrected(n_corrections=5).n_corrections
        5
    """

    solver: AbstractFixedStepSolver = Ancestral(n_steps=100)
    n_corrections: int = 10
    step_size: float = 0.5
    start: float | None = None

    def __check_init__(self) -> None:
        if self.n_corrections < 1:
            raise ValueError(f"expected at least 1 correction, got {self.n_corrections}")
        if not 0 < self.step_size < 2:
            raise ValueError(
                f"expected step_size between 0 and 2, got {self.step_size}; above it corrections "
                "diverge"
            )

    def advance(self, observed, process, score, y, memory, step):
        replace, move, correct = jax.random.split(step.key, 3)
        y = observed.noised_in(process, step.t, y, key=replace)
        y, memory = self.solver.step(process, score, y, memory, step._replace(key=move))

        def once(y: Values, key: Key) -> tuple[Values, None]:
            first, second = jax.random.split(key)
            y = observed.noised_in(process, step.t_next, y, key=first)
            y = langevin(
                process, score, step.t_next, y, step_size=self.step_size, n_steps=1, key=second
            )
            return y, None

        def corrected(y: Values) -> Values:
            return jax.lax.scan(once, y, jax.random.split(correct, self.n_corrections))[0]

        start = process.noising.t_max if self.start is None else self.start
        return jax.lax.cond(step.t_next <= start, corrected, lambda y: y, y), memory
