"""Fields given observations of them."""

from typing import Any

import jax
import numpy as np
from jax.core import Tracer
from jaxtyping import Array, Float

from geomndp.fields import FieldSample
from geomndp.sampling.amortised import Amortised
from geomndp.sampling.linear_observations import LinearObservations
from geomndp.sampling.method import (
    AbstractConditionalMethod,
    Context,
    ObservationNoise,
    noise_of,
)
from geomndp.sampling.tweedie_guidance import TweedieGuidance
from geomndp.sampling.unconditional import check_number_of_samples
from geomndp.sde import AbstractGaussianNoising, AbstractNoising
from geomndp.typing import Key, Locations, Mask

_ROUNDING = 1e-4
"""By what share of the largest number exact observations may be off what a field has."""


def sample_conditional(
    noising: AbstractNoising,
    score: Any,
    context: Context,
    x: Locations | None = None,
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
        context: Observations: values at points, or `LinearObservations`; none if of no points.
        x: Locations at which to sample; those on which the observations depend when left out, but
            for `Amortised`.
        mask: True at real locations; all are real when left out.
        n_samples: How many fields.
        method: The method; when left out `TweedieGuidance` for Gaussian noising, and `Amortised`
            for others.
        observation_noise: Variance of independent noise in the observations, beside any in the data
            that the score is of: one number, or one for each observation.
        key: Random key.

    Raises:
        ValueError: If n_samples or the noise is negative, the noise is of another shape,
            observations are not finite, or without noise contradict each other, or there is a mask
            and no locations.

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
    check_number_of_samples(n_samples)
    if x is None and mask is not None:
        raise ValueError("expected locations x with a mask of them, got a mask alone")
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
    """The method that is used where none is given.

    Arguments:
        noising: The process.

    Example:
        >>> import geomndp as gn
        >>> type(gn.sampling.default_method(gn.load("cyclones").model.noising)).__name__
        'Amortised'
    """
    return TweedieGuidance() if isinstance(noising, AbstractGaussianNoising) else Amortised()


def check_finite_context(context: Context) -> None:
    """Refuse observations, where they are known, that are no numbers.

    Raises:
        ValueError: If there is NaN or infinity at a real point.
    """
    if any(isinstance(part, Tracer) for part in jax.tree.leaves(context)):
        return
    if isinstance(context, FieldSample):
        numbers = np.concatenate([context.x, context.y], -1)
        bad = ~np.isfinite(numbers).all(-1) & np.asarray(context.mask)
    else:
        bad = ~np.isfinite(np.asarray(context.y))
    if bad.any():
        raise ValueError(
            f"expected finite observations, got NaN or infinity in {np.flatnonzero(bad).tolist()}; "
            "leave these out"
        )


def check_not_contradictory(context: Context, noise: Float[Array, "..."]) -> None:
    """Refuse values, where they are known, that no field has.

    Raises:
        ValueError: If two observations without noise at one location differ, or numbers without
            noise that are linear in the field contradict each other.
    """
    if any(isinstance(part, Tracer) for part in jax.tree.leaves((context, noise))):
        return
    if context.n_points == 0:
        return
    if isinstance(context, FieldSample):
        _check_values(context, noise)
    else:
        _check_linear(context, noise)


def _check_values(context: FieldSample, noise: Float[Array, "..."]) -> None:
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


def _check_linear(context: LinearObservations, noise: Float[Array, "..."]) -> None:
    """Refuse exact numbers that no values at their points have, by least squares."""
    exact = np.flatnonzero(np.asarray(noise) == 0)
    if exact.size == 0:
        return
    _, place = np.unique(np.asarray(context.x), axis=0, return_inverse=True)
    weights = np.asarray(context.weights, np.float64)[exact]
    merged = np.zeros((len(exact), place.max() + 1, weights.shape[2]))
    for point, at in enumerate(place.ravel()):
        merged[:, at] += weights[:, point]
    numbers = np.asarray(context.y, np.float64)[exact]
    rows = merged.reshape(len(exact), -1)
    values = np.linalg.lstsq(rows, numbers)[0]
    off = np.abs(rows @ values - numbers)
    if (off > _ROUNDING * np.abs(numbers).max()).any():
        raise ValueError(
            "expected observations that some field has, got such as contradict each other, off by "
            f"up to {off.max():.3g}, the most in observation {int(exact[off.argmax()])}; give "
            "observation_noise"
        )
