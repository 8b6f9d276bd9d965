"""Fields given observations of them."""

import abc
from typing import Protocol, runtime_checkable

import equinox as eqx
from jaxtyping import Array, Float

from geomndp.fields import FieldSample
from geomndp.sampling.unconditional import sample
from geomndp.sde import AbstractNoising
from geomndp.solvers import AbstractSolver
from geomndp.typing import Key, Locations, Mask, Score


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
        score: ConditionalScore,
        context: FieldSample,
        x: Locations,
        mask: Mask | None,
        *,
        n_samples: int,
        key: Key,
    ) -> Float[Array, "n_samples n_points dim_y"]:
        """Fields at the locations x given the context."""


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
        score: ConditionalScore,
        context: FieldSample,
        x: Locations,
        mask: Mask | None,
        *,
        n_samples: int,
        key: Key,
    ) -> Float[Array, "n_samples n_points dim_y"]:
        given = score.given(context)
        return sample(noising, given, x, mask, n_samples=n_samples, solver=self.solver, key=key)


def sample_conditional(
    noising: AbstractNoising,
    score: ConditionalScore,
    context: FieldSample,
    x: Locations,
    mask: Mask | None = None,
    *,
    n_samples: int,
    method: AbstractConditionalMethod | None = None,
    key: Key,
) -> Float[Array, "n_samples n_points dim_y"]:
    """Fields at the locations x, drawn jointly, given their values at other points.

    Arguments:
        noising: The process.
        score: Its score, which can be given a context.
        context: Observations, taken as exact.
        x: Locations at which to sample.
        mask: True at real locations; all are real when left out.
        n_samples: How many fields.
        method: The method, `Amortised` when left out.
        key: Random key.

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
    method = Amortised() if method is None else method
    return method.sample(noising, score, context, x, mask, n_samples=n_samples, key=key)
