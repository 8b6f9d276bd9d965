"""Fields given observations of them."""

import abc
from typing import Any, Protocol, TypeAlias, runtime_checkable

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer
from jaxtyping import Array, Float

from geomndp.fields import FieldSample
from geomndp.sampling.unconditional import sample
from geomndp.sde import AbstractGaussianNoising, AbstractNoising
from geomndp.solvers import AbstractSolver
from geomndp.typing import Key, Locations, Mask, Score

ObservationNoise: TypeAlias = float | Float[Array | np.ndarray, "..."]
"""Variance of the noise in observations: one number, or one for each."""


@runtime_checkable
class ConditionalScore(Protocol):
    """A score that can be given a context, such as that of a model trained with contexts.

    Example:
        >>> import geomndp as gn
        >>> model = gn.load("cyclones")
        >>> score = model.model.score(model.params)
        >>> isinstance(score, gn.sampling.ConditionalScore)
        True
    """

    def given(self, context: FieldSample) -> Score:
        """The score of the law of a field given its values at the points of the context."""
        ...


class AbstractConditionalMethod(eqx.Module):
    """A way to draw fields given observations; its solver is one of its fields.

    Example:
        >>> import geomndp as gn
        >>> method: gn.sampling.AbstractConditionalMethod = gn.sampling.Amortised()
        >>> method.solver is None
        True
    """

    @abc.abstractmethod
    def sample(
        self,
        noising: AbstractNoising,
        score: Any,
        context: FieldSample,
        x: Locations,
        mask: Mask | None,
        *,
        n_samples: int,
        observation_noise: ObservationNoise = 0.0,
        key: Key,
    ) -> Float[Array, "n_samples n_points dim_y"]:
        """Fields at the locations x given the context; arguments as of `sample_conditional`."""


class Amortised(AbstractConditionalMethod):
    """Samples with a score that was trained to know the context.

    The reverse process of the conditional law has the conditional score: with the exact one, and
    steps small enough, these are exact samples of the posterior.

    Arguments:
        solver: The reverse-time solver; that of `sample` when left out.

    Example:
        >>> import geomndp as gn
        >>> gn.sampling.Amortised(gn.solvers.GeodesicRandomWalk(n_steps=50)).solver.n_steps
        50
    """

    solver: AbstractSolver | None = None

    def sample(
        self,
        noising: AbstractNoising,
        score: Any,
        context: FieldSample,
        x: Locations,
        mask: Mask | None,
        *,
        n_samples: int,
        observation_noise: ObservationNoise = 0.0,
        key: Key,
    ) -> Float[Array, "n_samples n_points dim_y"]:
        if isinstance(observation_noise, Tracer) or np.any(np.asarray(observation_noise) != 0):
            raise ValueError(
                "expected observation_noise=0 for Amortised, which takes observations for what "
                f"they were in training, got {observation_noise}; use TweedieGuidance"
            )
        given = score.given(context)
        return sample(noising, given, x, mask, n_samples=n_samples, solver=self.solver, key=key)


def sample_conditional(
    noising: AbstractNoising,
    score: Any,
    context: FieldSample,
    x: Locations,
    mask: Mask | None = None,
    *,
    n_samples: int,
    method: AbstractConditionalMethod | None = None,
    observation_noise: ObservationNoise = 0.0,
    key: Key,
) -> Float[Array, "n_samples n_points dim_y"]:
    """Fields at the locations x, drawn jointly, given their values at other points.

    Methods of guidance and replacement want the score of the prior; `Amortised` one that was
    trained with contexts.

    Arguments:
        noising: The process.
        score: Its score.
        context: Observations.
        x: Locations at which to sample.
        mask: True at real locations; all are real when left out.
        n_samples: How many fields.
        method: The method; when left out `TweedieGuidance` for Gaussian noising, and `Amortised`
            for others.
        observation_noise: Variance of independent noise in the observations, beside any in the data
            that the score is of: one number, or one for each observation.
        key: Random key.

    Raises:
        ValueError: If observations are not finite, the noise is negative or of another shape, or
            observations without noise at one location contradict each other.

    Example:
        >>> import equinox as eqx, jax, jax.numpy as jnp, geomndp as gn
        >>> motion = gn.sde.BrownianMotion(gn.manifolds.Sphere(2), gn.sde.LinearSchedule())
        >>> class Constant(eqx.Module):  # the score of fields that never change
        ...     value: jax.Array | None = None
        ...     def given(self, context):
        ...         return Constant(context.y[0])
        ...     def __call__(self, t, x, y, mask):
        ...         return motion.at(x).marginal_score(t, jnp.broadcast_to(self.value, y.shape), y)
        >>> context = gn.FieldSample(jnp.zeros((1, 1)), jnp.array([[0.0, 1.0, 0.0]]))
        >>> y = gn.sampling.sample_conditional(
        ...     motion, Constant(), context, jnp.ones((4, 1)), n_samples=2, key=jax.random.key(0)
        ... )
        >>> bool(jnp.abs(y - context.y).max() < 1e-4)
        True
    """
    if method is None:
        method = default_method(noising)
    check_finite_context(context)
    noise = noise_of(context, observation_noise)
    check_not_contradictory(context, noise)
    return method.sample(
        noising,
        score,
        context,
        x,
        mask,
        n_samples=n_samples,
        observation_noise=observation_noise,
        key=key,
    )


def default_method(noising: AbstractNoising) -> AbstractConditionalMethod:
    """The method that is used where none is given."""
    if isinstance(noising, AbstractGaussianNoising):
        from geomndp.sampling.tweedie_guidance import TweedieGuidance

        return TweedieGuidance()
    return Amortised()


def noise_of(
    context: FieldSample, observation_noise: ObservationNoise
) -> Float[Array, "n_points dim_y"]:
    """The variance of the noise of each observed number.

    Raises:
        ValueError: If it is negative, or not one number nor one for each observation.
    """
    noise = jnp.asarray(observation_noise, context.y.dtype)
    if noise.shape not in ((), context.x.shape[:1]):
        raise ValueError(
            "expected observation_noise as one number or one for each of the "
            f"{context.n_points} observations, got shape {noise.shape}"
        )
    if not isinstance(noise, Tracer) and not (np.asarray(noise) >= 0).all():
        raise ValueError(f"expected variances observation_noise >= 0, got {observation_noise}")
    rows = jnp.broadcast_to(noise, context.x.shape[:1])
    return jnp.broadcast_to(rows[:, None], context.y.shape)


def check_finite_context(context: FieldSample) -> None:
    """Refuse observations, where they are known, that are no numbers.

    Raises:
        ValueError: If there is NaN or infinity at a real point.
    """
    if any(isinstance(part, Tracer) for part in jax.tree.leaves(context)):
        return
    real = np.asarray(context.mask)
    bad = ~np.isfinite(np.concatenate([context.x, context.y], -1)).all(-1) & real
    if bad.any():
        raise ValueError(
            f"expected finite observations, got NaN or infinity in {np.flatnonzero(bad).tolist()}; "
            "leave these out"
        )


def check_not_contradictory(context: FieldSample, noise: Float[Array, "n_points dim_y"]) -> None:
    """Refuse values, where they are known, that no field has.

    Raises:
        ValueError: If two observations without noise at one location differ.
    """
    if any(isinstance(part, Tracer) for part in jax.tree.leaves((context, noise))):
        return
    real = np.asarray(context.mask)
    exact = np.flatnonzero(real & (np.asarray(noise).max(-1) == 0))
    x, y = np.asarray(context.x)[exact], np.asarray(context.y)[exact]
    order = np.lexsort(x.T)
    same = (np.diff(x[order], axis=0) == 0).all(-1)
    apart = same & (np.diff(y[order], axis=0) != 0).any(-1)
    if apart.any():
        where = int(np.flatnonzero(apart)[0])
        pair = exact[order[where : where + 2]].tolist()
        raise ValueError(
            f"expected one value at each location, got different ones at {x[order[where]]}, in the "
            f"observations {pair}; average them, or give observation_noise"
        )
