"""Drawing a field at the points observed and at those asked for together."""

from typing import Any, Protocol, runtime_checkable

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from geomndp.sampling.method import Context
from geomndp.sampling.unconditional import sample
from geomndp.sde import AbstractNoising
from geomndp.solvers import AbstractSolver
from geomndp.typing import Key, Locations, Mask, Score


@runtime_checkable
class ExtensibleScore(Protocol):
    """A score bound to points, by covariates, that can take more of them.

    Example:
        >>> import geomndp as gn
        >>> model = gn.load("cyclones")
        >>> isinstance(model.model.score(model.params), gn.sampling.ExtensibleScore)
        True
    """

    def preceded_by(self, context: Context) -> Score:
        """The score of the field at the points of the context and then at its own."""
        ...


def joint_score(score: Any, context: Context) -> Any:
    """The score of the field at the points of a context and at those asked for, in this order.

    Arguments:
        score: The score at the points asked for.
        context: The observations.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> seen = gn.FieldSample(jnp.zeros((1, 1)), jnp.ones((1, 1)))
        >>> score = lambda t, x, y, mask: -y  # knows no covariates
        >>> gn.sampling.joint_score(score, seen) is score
        True
    """
    return score.preceded_by(context) if isinstance(score, ExtensibleScore) else score


def joint_points(
    context: Context, x: Locations | None, mask: Mask | None
) -> tuple[Float[Array, "n_joint dim_x"], Bool[Array, " n_joint"]]:
    """The points of a context and then those asked for, and which of them are real.

    Arguments:
        context: The observations.
        x: Locations; None for the points of the context alone.
        mask: True at real locations; all are real when left out.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> seen = gn.FieldSample(jnp.zeros((1, 1)), jnp.ones((1, 1)))
        >>> x, mask = gn.sampling.joint_points(seen, jnp.ones((2, 1)), None)
        >>> x.ravel().tolist(), mask.tolist()
        ([0.0, 1.0, 1.0], [True, True, True])
    """
    if x is None:
        return context.x, context.mask
    mask = jnp.ones(x.shape[:1], bool) if mask is None else mask
    return jnp.concatenate([context.x, x]), jnp.concatenate([context.mask, mask])


def asked_for(
    y: Float[Array, "n_samples n_joint dim_y"], context: Context, x: Locations | None
) -> Float[Array, "n_samples n_points dim_y"]:
    """Of values at `joint_points`, those at x, or at the points of the context if x is None."""
    return y if x is None else y[:, context.n_points :]


def sample_jointly(
    noising: AbstractNoising,
    score: Any,
    context: Context,
    x: Locations | None,
    mask: Mask | None,
    *,
    n_samples: int,
    solver: AbstractSolver | None,
    key: Key,
) -> Float[Array, "n_samples n_points dim_y"]:
    """Values at x of fields drawn at the points of a context, which come first, and at x.

    Arguments:
        noising: The process.
        score: The score at all these points, such as `joint_score` gives.
        context: The observations.
        x: Locations; None for those of the context.
        mask: True at real locations; all are real when left out.
        n_samples: How many fields.
        solver: The reverse-time solver; that of `sample` when left out.
        key: Random key.
    """
    points, mask = joint_points(context, x, mask)
    y = sample(
        noising,
        score,
        points,
        mask,
        n_samples=n_samples,
        solver=solver,
        key=key,
    )
    return asked_for(y, context, x)
