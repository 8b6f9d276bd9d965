"""Sequential Monte Carlo: weighted fields that stand for the posterior, the better the more."""

import abc
import math
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.sampling.amortised import Amortised
from geomndp.sampling.guidance import ON_MANIFOLDS, AbstractTwist, Guided, Twist, led_by
from geomndp.sampling.joint import asked_for, joint_points, joint_score
from geomndp.sampling.method import AbstractConditionalMethod, Context, ObservationNoise
from geomndp.sampling.observed import Observed
from geomndp.sampling.particles import Particles, effective_sample_size, systematic
from geomndp.sampling.prior_chain import propose
from geomndp.sampling.tweedie_guidance import TweedieGuidance
from geomndp.sde import AbstractNoising, bind
from geomndp.solvers import AbstractGrid, UniformInNoise
from geomndp.solvers.gaussian import require_gaussian
from geomndp.typing import Key, Locations, Mask, Score, Values


class AbstractSequentialMonteCarlo(AbstractConditionalMethod):
    r"""Particles that go back in time by the chain of the prior, weighted by the observations.

    From t to $t' < t$ the chain of the prior has, with $h = \log(\alpha'\sigma/\alpha\sigma')$, the
    mean of the posterior of DDPM given the denoised field, and the covariance
    $\sigma'^2 ((1 - w)(1 - e^{-2h}) + w (e^{2h} - 1)) K$: with w = 0 exact where the denoised field
    is certain, with w = 1 where all that is known of it is the noised one. Halfway it errs in
    second order of normal data; values that tell each other, as of smooth functions, want less. A
    particle moves by a proposal q, and its weight is multiplied by

    $$ \frac{p(y' \mid y)\, \psi'(y')}{q(y' \mid y)\, \psi(y)} $$

    with the likelihood $\psi$ of the observations given the noised field as the twist approximates
    it: at the end the weights are those of the posterior under the chain, whatever the twist. Where
    the effective sample size falls below a share of the particles they are resampled,
    systematically. Fields drawn from one set of particles depend on each other.

    References:
        Wu et al. (2023), *Practical and Asymptotically Exact Conditional Sampling in Diffusion
        Models*, arXiv:2306.17775, algorithm 1.

    Example:
        >>> import geomndp as gn
        >>> method: gn.sampling.AbstractSequentialMonteCarlo = gn.sampling.TwistedSMC()
        >>> method.n_particles
        256
    """

    twist: eqx.AbstractVar[AbstractTwist]
    n_particles: eqx.AbstractVar[int]
    n_steps: eqx.AbstractVar[int]
    grid: eqx.AbstractVar[AbstractGrid]
    resample_below: eqx.AbstractVar[float]
    at_once: eqx.AbstractVar[int]
    share: eqx.AbstractVar[float]

    def __check_init__(self) -> None:
        counts = self.n_particles, self.n_steps, self.at_once
        shares = self.resample_below, self.share
        if min(counts) < 1 or not all(0 <= share <= 1 for share in shares):
            raise ValueError(
                "expected n_particles, n_steps and at_once of at least 1, and resample_below and "
                f"share in [0, 1], got {counts} and {shares}"
            )

    @abc.abstractmethod
    def proposed(self, guided: Guided) -> Values:
        """The score of the proposal."""

    @abc.abstractmethod
    def amortised(self, score: Any, context: Context) -> Score | None:
        """The score of a network given the context, if it takes the place of the guided one."""

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
        run, draw = jax.random.split(key)
        n_particles = max(n_samples, self.n_particles)
        method = eqx.tree_at(lambda m: m.n_particles, self, n_particles)
        found = method.particles(
            noising, score, context, x, mask, observation_noise=observation_noise, key=run
        )
        return found.draw(n_samples, key=draw)

    def particles(
        self,
        noising: AbstractNoising,
        score: Any,
        context: Context,
        x: Locations | None,
        mask: Mask | None = None,
        *,
        observation_noise: ObservationNoise = 0.0,
        key: Key,
    ) -> Particles:
        """The weighted fields at x, with effective sample sizes and the evidence.

        Arguments:
            noising: The process.
            score: The score of the prior.
            context: The observations.
            x: Locations; None for those of the context.
            mask: True at real locations; all are real when left out.
            observation_noise: As of `sample_conditional`.
            key: Random key.

        Raises:
            TypeError: If the process is not a Gaussian noising, or is one of tangent vectors.
        """
        observed = Observed.of(context, observation_noise)
        points, mask = joint_points(context, x, mask)
        score = joint_score(score, context)
        given = self.amortised(score, context)
        found = _run(self, noising, score, given, observed, points, mask, key)
        return found._replace(y=asked_for(found.y, context, x))


class TwistedSMC(AbstractSequentialMonteCarlo):
    """Particles that are guided, and weighted for what the guidance errs by.

    An evaluation costs what one of the guidance does, for each particle and step; with a network
    that was trained to be given observations as the proposal, one more. With a learned
    score observations of values without noise want `observation_noise` of the size of its errors:
    else the last steps weigh particles by these errors, and few are left.

    Arguments:
        twist: The guidance.
        n_particles: Number of particles; as many as samples are asked for, if these are more.
        n_steps: Number of steps.
        grid: Times of the steps.
        resample_below: Share of the particles below which the effective sample size makes them be
            resampled.
        at_once: How many particles are evaluated at once: memory grows with it.
        share: The share w of the larger covariance in that of a step of the prior.
        proposal: `Amortised`, to have particles move by the score of a network given the
            observations, and weighted for what that errs by; the guidance when left out.

    Raises:
        ValueError: If a number is below 1, or a share not in [0, 1], or observations are none that
            the network of the proposal knows.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> data = gn.GaussianProcess(gn.kernels.SquaredExponential(1.0, 1.0))
        >>> limit = gn.GaussianProcess(gn.kernels.White(1.0))
        >>> noising = gn.sde.OrnsteinUhlenbeck(limit, gn.sde.LinearSchedule(beta_max=10.0))
        >>> context = gn.FieldSample(jnp.zeros((1, 1)), jnp.ones((1, 1)))
        >>> smc = gn.sampling.TwistedSMC(n_particles=64, n_steps=20)
        >>> found = smc.particles(
        ...     noising, gn.sde.ExactGaussianScore(noising, data), context, jnp.array([[0.1]]),
        ...     key=jax.random.key(0)
        ... )
        >>> found.effective_sample_size.shape, found.draw(5, key=jax.random.key(1)).shape
        ((20,), (5, 1, 1))
    """

    twist: AbstractTwist = TweedieGuidance()
    n_particles: int = 256
    n_steps: int = 50
    grid: AbstractGrid = UniformInNoise()
    resample_below: float = 0.5
    at_once: int = 64
    share: float = 0.5
    proposal: Amortised | None = None

    def proposed(self, guided: Guided) -> Values:
        return guided.score

    def amortised(self, score: Any, context: Context) -> Score | None:
        return None if self.proposal is None else self.proposal.conditional(score, context)


class BootstrapSMC(AbstractSequentialMonteCarlo):
    """Particles that move by the prior alone, and are weighted by the observations.

    With more than a few observations nearly all of them are lost on the way.

    Arguments:
        twist: What the likelihood of observations given the noised field is taken to be.
        n_particles: Number of particles; as many as samples are asked for, if these are more.
        n_steps: Number of steps.
        grid: Times of the steps.
        resample_below: As of `TwistedSMC`.
        at_once: As of `TwistedSMC`.
        share: As of `TwistedSMC`.

    Raises:
        ValueError: If a number is below 1, or a share not in [0, 1].

    Example:
        >>> import geomndp as gn
        >>> gn.sampling.BootstrapSMC(n_particles=1000).n_steps
        50
    """

    twist: AbstractTwist = TweedieGuidance()
    n_particles: int = 256
    n_steps: int = 50
    grid: AbstractGrid = UniformInNoise()
    resample_below: float = 0.5
    at_once: int = 64
    share: float = 0.5

    def proposed(self, guided: Guided) -> Values:
        return guided.prior

    def amortised(self, score: Any, context: Context) -> None:
        return None


class _State(NamedTuple):
    y: Float[Array, "n_particles n_points dim_y"]
    guided: Guided
    """Of each particle."""
    log_weights: Float[Array, " n_particles"]
    log_evidence: Float[Array, ""]


@eqx.filter_jit
def _run(
    method: AbstractSequentialMonteCarlo,
    noising: AbstractNoising,
    score: Any,
    given: Any,
    observed: Observed,
    x: Locations,
    mask: Mask,
    key: Key,
) -> Particles:
    process = require_gaussian(noising.at(x, mask), method, ON_MANIFOLDS)
    if process.frame is not None:
        raise TypeError(
            f"expected values that fill their space for {type(method).__name__}, got such that lie "
            "in subspaces, as tangent vectors do; use TweedieGuidance"
        )
    twist = method.twist.twist(process, bind(score, process), observed)
    if given is not None:
        twist = led_by(twist, bind(given, process))
    n, dtype = method.n_particles, process.mean.dtype
    times = method.grid.times(process.noising, method.n_steps, dtype)
    start, walk = jax.random.split(key)
    y = jax.vmap(lambda key: process.sample_limit(key=key))(jax.random.split(start, n))
    guided = _evaluate(twist, times[0], y, method.at_once)
    state = _State(y, guided, guided.log_likelihood, jnp.zeros((), dtype))

    def step(state: _State, inputs: Any) -> tuple[_State, Float[Array, ""]]:
        t, t_next, key = inputs
        choose, move = jax.random.split(key)
        size = effective_sample_size(state.log_weights)
        state = jax.lax.cond(
            size < method.resample_below * n,
            lambda state: _resampled(state, choose),
            lambda state: state,
            state,
        )

        def one(y: Values, guided: Guided, key: Key) -> tuple[Values, Float[Array, ""]]:
            proposed, share = method.proposed(guided), method.share
            return propose(
                process, t, t_next, y, prior=guided.prior, proposed=proposed, share=share, key=key
            )

        y, log_ratio = jax.vmap(one)(state.y, state.guided, jax.random.split(move, n))
        guided = _evaluate(twist, t_next, y, method.at_once)
        gain = log_ratio + guided.log_likelihood - state.guided.log_likelihood
        state = _State(y, guided, state.log_weights + gain, state.log_evidence)
        return state, effective_sample_size(state.log_weights)

    keys = jax.random.split(walk, method.n_steps)
    state, sizes = jax.lax.scan(step, state, (times[:-1], times[1:], keys))
    total = jax.nn.logsumexp(state.log_weights)
    evidence = state.log_evidence + total - math.log(n)
    return Particles(state.y, state.log_weights - total, sizes, evidence)


def _evaluate(twist: Twist, t: Float[Array, ""], y: Any, at_once: int) -> Guided:
    return jax.lax.map(lambda y: twist(t, y), y, batch_size=min(at_once, y.shape[0]))


def _resampled(state: _State, key: Key) -> _State:
    n = state.log_weights.shape[0]
    chosen = systematic(state.log_weights, n, key=key)
    y, guided = jax.tree.map(lambda part: part[chosen], (state.y, state.guided))
    evidence = state.log_evidence + jax.nn.logsumexp(state.log_weights) - math.log(n)
    return _State(y, guided, jnp.zeros_like(state.log_weights), evidence)
