"""Scores of models of functions, beside the law that the functions are of."""

from collections.abc import Mapping
from typing import Any

import jax

from geomndp.data import RandomFunctions
from geomndp.experiments.conditional_scores import (
    HasConditionals,
    given_fields,
    score_given_beside_oracle,
)
from geomndp.experiments.environment import environment
from geomndp.experiments.exact_laws import exact_law, exact_process
from geomndp.experiments.oracle_scores import (
    ScoringProgress,
    check_number_of_fields,
    first_points,
    score_beside_oracle,
)
from geomndp.experiments.regression1d import regression_law
from geomndp.fields import FieldSample, draw

SHIFT = 4.0
"""By how much inputs are shifted: from [-2, 2] to [2, 6]."""

SUBSETS = (1, 2, 3, 5, 7, 10)
"""Numbers of points of the sets whose own log-likelihood is compared with the marginal's."""

N_GIVEN = tuple(range(11))
"""Numbers of points given, by turns."""


def evaluate_regression1d(
    models: Mapping[str, HasConditionals],
    process: str,
    *,
    noise: float = 0.0,
    n_functions: int = 32,
    n_points: int = 50,
    conditional: bool = False,
    seed: int = 0,
    progress: ScoringProgress | None = None,
) -> dict[str, Any]:
    """Joint log-likelihoods of functions, in nats per point, of models and of the oracle.

    The same functions for all, so that the difference from the oracle has a standard error of its
    own. Inputs are uniform in [-2, 2], and then shifted by 4. For sets of 1 to 10 points the
    model's own log-likelihood less that of the oracle tells whether its marginals are consistent.
    Where the law is no Gaussian process, the oracle is that of values with the noise that models
    start from; where it depends on the place, there is none of shifted functions.

    Arguments:
        models: Trained processes by name.
        process: Name of the law, one of `data.regression_laws`.
        noise: Standard deviation of that noise, `first_noise` of the models.
        n_functions: How many functions.
        n_points: Points of each function.
        conditional: Whether to score also the values at as many points of other functions, given
            those at 0 to 10 further ones; models must have been trained with contexts.
        seed: Seed of the functions.
        progress: Called after every function.

    Returns:
        The scores, with how they were made.

    Raises:
        ValueError: If there are less than 2 functions or no points, no law of that name, or no
            noise where values of the law have none.

    Example:
        >>> import geomndp as gn
        >>> report = gn.experiments.evaluate_regression1d({}, "matern52", n_functions=4)
        >>> report["scores"]["interpolation"]["oracle"]["n"]
        4
    """
    check_number_of_fields(n_functions, n_points, "functions")
    law = regression_law(process)
    full = draw(RandomFunctions(law, n_points, n_points), n_functions, key=jax.random.key(seed))
    subsets = {f"{n} of the points": first_points(full, n) for n in SUBSETS if n < n_points}
    oracle = exact_law(law, noise)
    # Of a law that depends on the place, functions that are shifted are not.
    of_shifted = oracle if law.is_stationary else None
    scores = {
        **score_beside_oracle(models, oracle, {"interpolation": full}, progress),
        **score_beside_oracle(models, of_shifted, {"shifted inputs": _shifted(full)}, progress),
        **score_beside_oracle(models, oracle, subsets, progress),
    }
    if conditional:
        n_all = n_points + N_GIVEN[-1]
        others = draw(RandomFunctions(law, n_all, n_all), n_functions, key=jax.random.key(seed))
        scores |= score_given_beside_oracle(
            models, oracle, given_fields(others, N_GIVEN, n_points), progress
        )
    return {
        "scores": scores,
        "process": process,
        "noise": 0.0 if exact_process(law) else noise,
        "n_functions": n_functions,
        "n_points": n_points,
        "seed": seed,
        "unit": "nats per point",
        **environment(),
    }


def _shifted(fields: FieldSample) -> FieldSample:
    return FieldSample(fields.x + SHIFT, fields.y, fields.mask)
