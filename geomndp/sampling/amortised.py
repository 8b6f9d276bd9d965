"""Conditioning by a network that was trained to be given observations."""

from typing import Any, Protocol, runtime_checkable

from jaxtyping import Array, Float

from geomndp.fields import FieldSample
from geomndp.sampling.method import (
    AbstractConditionalMethod,
    Context,
    ObservationNoise,
    has_noise,
)
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
        context: Context,
        x: Locations | None,
        mask: Mask | None,
        *,
        n_samples: int,
        observation_noise: ObservationNoise = 0.0,
        key: Key,
    ) -> Float[Array, "n_samples n_points dim_y"]:
        given = self.conditional(score, context, observation_noise)
        if x is None:
            raise ValueError(
                "expected locations x for Amortised, got none: it takes the values at those of the "
                "context for what they are; use TweedieGuidance"
            )
        return sample(noising, given, x, mask, n_samples=n_samples, solver=self.solver, key=key)

    def conditional(
        self, score: Any, context: Context, observation_noise: ObservationNoise = 0.0
    ) -> Score:
        """The conditional score.

        Arguments:
            score: A `ConditionalScore`.
            context: Observations: values of the field.
            observation_noise: 0, since observations are taken for what they were in training.

        Raises:
            ValueError: If observations are none that the network knows.
        """
        if has_noise(observation_noise):
            raise ValueError(
                "expected observation_noise=0 for Amortised, which takes observations for what "
                f"they were in training, got {observation_noise}; to draw, use TweedieGuidance; "
                "densities want observations without noise"
            )
        if not isinstance(context, FieldSample):
            raise ValueError(
                "expected values of the field as observations for Amortised, got "
                f"{type(context).__name__}; use TweedieGuidance"
            )
        return score.given(context)
