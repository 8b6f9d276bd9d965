"""How much draws of models vary, beside the Gaussian process that they were trained on.

Run as `python benchmarks/draws.py`; writes `benchmarks/results/draws.json`. Values at many points
are told as coefficients of the principal components of the process, which have known variances. A
log-likelihood per value says little of the few largest, which are what one sees of a smooth field.
"""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float
from results_file import circumstances, conclude, quick_is_asked

import geomndp as gn
from geomndp.metrics import mean_and_standard_error

SEED = 8
LEAST_SHARE, LARGEST_SHARE = 0.7, 1.3
"""Of the variance of any part of the components, which draws have at least and at most."""


@dataclass(frozen=True)
class Sizes:
    """How much is drawn."""

    n_draws: int = 512
    n_points: int = 60
    models: tuple[str, ...] = (
        "regression1d-se",
        "regression1d-matern52",
        "regression1d-weakly-periodic",
        "gp-fields-se",
        "gp-fields-curl-free",
        "gp-fields-div-free",
    )


QUICK = Sizes(4, 5, ("regression1d-se",))


def laws() -> dict[str, gn.GaussianProcess]:
    """The processes that shipped models were trained on, by the names of the models."""
    of_functions = {
        gn.experiments.shipped_name(name): gp
        for name, law in gn.data.regression_laws().items()
        if (gp := gn.experiments.exact_process(law)) is not None
    }
    of_fields = {
        gn.experiments.shipped_gp_fields_name(name): gp
        for name, gp in gn.data.vector_field_laws().items()
    }
    return of_functions | of_fields


def places(dim: int, n_points: int) -> Float[np.ndarray, "n_points dim"]:
    """Even points of the interval, or random ones of the disc, in which models were trained."""
    if dim == 1:
        return np.linspace(-2.0, 2.0, n_points, dtype=np.float32)[:, None]
    rng = np.random.default_rng(SEED)
    angle, radius = 2 * np.pi * rng.random(n_points), 10.0 * rng.random(n_points) ** 0.5
    return (radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], -1)).astype(np.float32)


def shares(
    draws: Float[np.ndarray, "n_draws n"], covariance: Float[np.ndarray, "n n"]
) -> dict[str, Any]:
    """The variance of draws as shares of that of their law: of all, and of large components.

    Large are those largest components that make up half of the variance of the law.
    """
    variances, components = np.linalg.eigh(covariance)
    variances, components = variances[::-1], components[:, ::-1]
    n_large = int(np.searchsorted(np.cumsum(variances), variances.sum() / 2)) + 1
    squares = (draws @ components) ** 2
    parts = {
        "all": squares.sum(1) / variances.sum(),
        "large components": (squares / variances)[:, :n_large].mean(1),
        "small components": (squares / variances)[:, n_large:].mean(1),
    }
    figures = {name: mean_and_standard_error(each)._asdict() for name, each in parts.items()}
    return {"n_large": n_large, "n_components": len(variances), "shares": figures}


def measure(sizes: Sizes) -> dict[str, Any]:
    """Of each model."""
    found = {}
    for name in sizes.models:
        gp, trained = laws()[name], gn.load(name)
        x = jnp.asarray(places(trained.model.network.field_type.dim_x, sizes.n_points))
        gram = np.asarray(gp.kernel.gram(x), np.float64)
        n = gram.shape[0] * gram.shape[2]
        drawn = trained.sample(x, n_samples=sizes.n_draws, key=jax.random.key(SEED))
        flat = np.asarray(drawn, np.float64).reshape(sizes.n_draws, n)
        found[name] = shares(flat, gram.transpose(0, 2, 1, 3).reshape(n, n))
    return {
        **circumstances("dm-haiku", "numpy"),
        "seed": SEED,
        "n_draws": sizes.n_draws,
        "n_points": sizes.n_points,
        "models": found,
    }


def failures(results: dict[str, Any]) -> list[str]:
    """Models whose draws vary much less than their law, or much more."""
    return [
        f"{name}: {share['mean']:.2f} of the variance of {part}"
        for name, model in results["models"].items()
        for part, share in model["shares"].items()
        if not LEAST_SHARE <= share["mean"] <= LARGEST_SHARE
    ]


def main() -> None:
    """Measure and write the results."""
    quick = quick_is_asked(__doc__)
    conclude("draws", measure(QUICK if quick else Sizes()), failures, quick=quick)


if __name__ == "__main__":
    main()
