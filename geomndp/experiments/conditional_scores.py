"""Log-likelihoods of the rest of a field given some of it, of models and of the oracle."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol, runtime_checkable

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from geomndp.experiments.oracle_scores import HasLogProb, ScoringProgress, beside_oracle
from geomndp.fields import FieldSample

PROTOCOLS = "normalised", "joint minus context"
"""The density of the conditional flow; and the difference of joint ones, as papers report it."""

JOINT = "joint"
"""The density of all values, given ones among them."""


@runtime_checkable
class HasConditionals(HasLogProb, Protocol):
    """What can be scored given some points: a trained process, or whatever has such densities."""

    def condition(self, context: FieldSample) -> HasLogProb:
        """The law of the rest of a field given values of it."""
        ...


class GivenField(NamedTuple):
    """A field at two sets of points: values at one are given, those at the other are scored.

    Arguments:
        context: What is given, which may have no points.
        target: What is scored.
    """

    context: FieldSample
    target: FieldSample

    @property
    def whole(self) -> FieldSample:
        """The field at all points."""
        parts = ((part.x, part.y, part.mask) for part in (self.context, self.target))
        return FieldSample(*(jnp.concatenate(part) for part in zip(*parts, strict=True)))


def given_fields(fields: FieldSample, n_given: tuple[int, ...], n_targets: int) -> list[GivenField]:
    """Each field with its first points given, as many as the numbers say by turns.

    Arguments:
        fields: A batch of fields without padding.
        n_given: Numbers of points that are given.
        n_targets: How many of the points that follow are scored.

    Raises:
        ValueError: If a field has not so many points.
    """
    n_points = fields.x.shape[1]
    if max(n_given) + n_targets > n_points:
        raise ValueError(
            f"expected fields of at least {max(n_given) + n_targets} points, got {n_points}"
        )
    found = []
    for number in range(fields.x.shape[0]):
        n = n_given[number % len(n_given)]
        x, y = fields.x[number], fields.y[number]
        parts = (slice(0, n), slice(n, n + n_targets))
        found.append(GivenField(*(FieldSample(x[part], y[part]) for part in parts)))
    return found


def score_given_beside_oracle(
    models: Mapping[str, HasConditionals],
    oracle: HasConditionals | None,
    fields: list[GivenField],
    progress: ScoringProgress | None,
) -> dict[str, dict[str, Any]]:
    """Log-likelihoods of targets given contexts, in nats per target, by both protocols.

    By the first, models that were trained with contexts tell the density of their conditional flow,
    which is normalised; by the second it is the joint log-likelihood less that of the context,
    which is the logarithm of a density only where the model's marginals agree with one another
    (see `likelihood.joint_minus_context`). Of a Gaussian process the two are one. Beside them
    stands the joint log-likelihood of all values, given ones among them, in nats for each value.

    Arguments:
        models: Models trained with contexts, by name.
        oracle: The law of the fields; None for none.
        fields: What is given and scored.
        progress: Called after every field.

    Returns:
        For fields with any number of points given, and for those with one at least where some have
        none, by each protocol, mean, standard error and number, with the paired difference from
        the oracle; and the same of all values together.
    """
    numbers = np.array([field.context.n_points for field in fields])
    fewest, most = int(numbers.min()), int(numbers.max())
    exact = None if oracle is None else by_protocol(oracle, fields, "oracle", progress)
    found = {name: by_protocol(model, fields, name, progress) for name, model in models.items()}

    def beside(protocol: str, kept: Any) -> dict[str, Any]:
        return beside_oracle(
            {name: of_model[protocol][kept] for name, of_model in found.items()},
            None if exact is None else exact[protocol][kept],
        )

    scores = {f"0 points given, {JOINT}": beside(JOINT, slice(None))}
    for least in (0, 1) if fewest == 0 < most else (fewest,):
        given = str(most) if least == most else f"{least} to {most}"
        for protocol in PROTOCOLS:
            scores[f"{given} points given, {protocol}"] = beside(protocol, numbers >= least)
    return scores


def by_protocol(
    model: HasConditionals,
    fields: list[GivenField],
    name: str = "",
    progress: ScoringProgress | None = None,
) -> dict[str, Float[np.ndarray, " n_fields"]]:
    """The log-likelihood of each field by each protocol, and of all its values, in nats for each.

    Arguments:
        model: The model.
        fields: What is given and scored.
        name: What progress calls the model.
        progress: Called after every field.
    """
    found: dict[str, list[float]] = {protocol: [] for protocol in (*PROTOCOLS, JOINT)}
    for number, field in enumerate(fields):
        less_context, joint = joint_log_probs(model.log_prob, field)
        given = normalised(model, field) if field.context.n_points else less_context
        for values, value in zip(found.values(), (given, less_context, joint), strict=True):
            values.append(value)
        if progress is not None:
            progress(f"some points given, {name}", number + 1, len(fields))
    return {protocol: np.array(values) for protocol, values in found.items()}


def normalised(model: HasConditionals, field: GivenField) -> float:
    """The log density of what is scored given the rest, in nats for each value.

    Arguments:
        model: The model.
        field: What is given, of no points too, and scored.
    """
    law = model.condition(field.context) if field.context.n_points else model
    return float(law.log_prob(field.target)) / field.target.n_points


def joint_log_probs(
    log_prob: Callable[[FieldSample], Any], field: GivenField
) -> tuple[float, float]:
    """The joint log-likelihood less that of what is given, and the joint one, in nats for each.

    For each value scored, and for each of all values.

    Arguments:
        log_prob: The log-likelihood of a field.
        field: What is given and scored.
    """
    of_context = float(log_prob(field.context)) if field.context.n_points else 0.0
    joint = float(log_prob(field.whole))
    return (joint - of_context) / field.target.n_points, joint / field.whole.n_points
