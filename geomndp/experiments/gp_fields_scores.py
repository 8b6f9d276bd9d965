"""Scores of models of vector fields, beside the Gaussian process that the fields are of."""

import math
from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp

from geomndp.data import RandomFields
from geomndp.experiments.conditional_scores import (
    HasConditionals,
    given_fields,
    score_given_beside_oracle,
)
from geomndp.experiments.environment import environment
from geomndp.experiments.exact_laws import ExactProcess
from geomndp.experiments.gp_fields import vector_field_law
from geomndp.experiments.oracle_scores import (
    ScoringProgress,
    check_number_of_fields,
    first_points,
    score_beside_oracle,
)
from geomndp.fields import FieldSample, FieldType, draw
from geomndp.groups import E, RigidMotion
from geomndp.representations import Vector

SUBSETS = (1, 2, 4, 8, 16)
"""Numbers of points of the sets whose own log-likelihood is compared with the marginal's."""

TURN = 1.0
"""By how much fields are turned, in radians, after a reflection."""

SHIFT = (6.0, -8.0)
"""By how much locations are then shifted, in the unit of x."""


def evaluate_gp_fields(
    models: Mapping[str, HasConditionals],
    kernel: str,
    *,
    n_fields: int = 32,
    n_points: int = 50,
    radius: float = 10.0,
    n_given: int = 0,
    seed: int = 0,
    progress: ScoringProgress | None = None,
) -> dict[str, Any]:
    """Joint log-likelihoods of vector fields, in nats per point, of models and of the oracle.

    A point counts once, with both components of its value. The same fields for all, so that the
    difference from the oracle has a standard error of its own. Locations are uniform in a disc.
    Then the fields are moved, reflected, turned and shifted, values with them, which changes
    nothing to the oracle and to a model invariant to E(2). For sets of 1 to 16 points the model's
    own log-likelihood less that of the oracle tells whether its marginals are consistent.

    Arguments:
        models: Trained processes by name.
        kernel: Name of the law, one of `data.vector_field_laws`.
        n_fields: How many fields.
        n_points: Points of each field.
        radius: Radius of the disc, a length in the unit of x.
        n_given: Of how many further points of other fields values are given, to score also those
            at `n_points`; models must have been trained with contexts.
        seed: Seed of the fields.
        progress: Called after every field.

    Returns:
        The scores, with how they were made.

    Raises:
        ValueError: If there are less than 2 fields or no points, the radius is not positive, the
            number given is negative, or there is no law of that name.

    Example:
        >>> import geomndp as gn
        >>> report = gn.experiments.evaluate_gp_fields({}, "curl-free", n_fields=4, n_points=20)
        >>> report["scores"]["moved"]["oracle"]["n"]
        4
    """
    check_number_of_fields(n_fields, n_points, "fields")
    if n_given < 0:
        raise ValueError(f"expected no negative number of points given, got n_given={n_given}")
    gp = vector_field_law(kernel)
    generator = RandomFields(gp, n_points, n_points, radius)
    full = draw(generator, n_fields, key=jax.random.key(seed))
    sets = {"in the disc": full, "moved": moved(full)}
    sets |= {f"{n} of the points": first_points(full, n) for n in SUBSETS if n < n_points}
    oracle = ExactProcess(gp)
    scores = score_beside_oracle(models, oracle, sets, progress)
    if n_given:
        n_all = n_points + n_given
        others = draw(RandomFields(gp, n_all, n_all, radius), n_fields, key=jax.random.key(seed))
        scores |= score_given_beside_oracle(
            models, oracle, given_fields(others, (n_given,), n_points), progress
        )
    return {
        "scores": scores,
        "kernel": kernel,
        "n_fields": n_fields,
        "n_points": n_points,
        "n_given": n_given,
        "radius": radius,
        "seed": seed,
        "unit": "nats per point",
        **environment(),
    }


def moved(fields: FieldSample) -> FieldSample:
    """A batch of fields reflected, turned by `TURN` and shifted by `SHIFT`, values with them."""
    cos, sin = math.cos(TURN), math.sin(TURN)
    reflected_and_turned = jnp.array([[cos, sin], [sin, -cos]])
    motion = RigidMotion(reflected_and_turned, jnp.array(SHIFT))
    x, y = FieldType(E(2), Vector(2)).act(motion, fields.x, fields.y)
    return FieldSample(x, y, fields.mask)
