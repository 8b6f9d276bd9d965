"""The benchmark of manifolds measures, and fails where a claim does not hold; so do its results."""

from typing import Any

import pytest

NAME = "manifolds"


def test_the_results_that_are_kept_hold_every_claim(functions: dict[str, Any], kept: Any):
    assert functions["failures"](kept) == []
    assert {"date", "hardware", "versions", "seed"} <= set(kept)
    assert set(kept["densities"]) == set(functions["LAWS"])


@pytest.mark.parametrize("value", [100.0, float("nan")])
@pytest.mark.parametrize(
    "path",
    [
        ("tracks", "fastest_s", "step"),
        ("tracks", "fastest_s", "samples"),
        ("densities", "mixture of rotations", "gap", "mean"),
    ],
)
def test_a_claim_that_does_not_hold_is_found(
    functions: dict[str, Any], kept: Any, path: tuple[Any, ...], value: float
):
    *way, last = path
    part = kept
    for key in way:
        part = part[key]
    part[last] = value
    assert len(functions["failures"](kept)) == 1


def test_a_slow_drawing_is_found(functions: dict[str, Any], kept: Any):
    kept["drawing"]["times_faster"] = 4.0
    assert len(functions["failures"](kept)) == 1


def test_drawing_is_timed(functions: dict[str, Any]):
    assert functions["time_drawing"](functions["QUICK"])["times_faster"] > 0


@pytest.mark.parametrize("name", ["von Mises-Fisher mixture on the sphere", "mixture of rotations"])
def test_laws_are_normalised(functions: dict[str, Any], name: str):
    """The mean of the density over uniform points is one over the volume."""
    import jax
    import numpy as np

    law = functions["LAWS"][name]()
    points = law.manifold.random_uniform((20_000,), key=jax.random.key(0))
    density = np.exp(np.asarray(law.log_prob(points), np.float64) + law.manifold.log_volume)
    assert abs(density.mean() - 1) < 5 * density.std() / len(density) ** 0.5
    assert density.std() > 0.5
