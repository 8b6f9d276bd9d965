"""Probabilities of strikes: where they are asked, how reliability is counted, what is claimed."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import geomndp as gn

NAME = "strikes"


def test_places_are_even_by_area_within_reach(functions: dict[str, Any]):
    centre = gn.manifolds.from_geographic(jnp.array(20.0), jnp.array(-60.0))
    places = functions["places_near"](centre, 4000, jax.random.key(0))
    np.testing.assert_allclose(jnp.linalg.norm(places, axis=-1), 1, rtol=1e-6)
    distance = np.asarray(
        gn.metrics.great_circle_km(places, jnp.broadcast_to(centre, places.shape))
    )
    assert 1990 < distance.max() <= 2000.01
    # Of a cap the area grows with the square of the distance, nearly.
    assert (distance < 1000).mean() == pytest.approx(0.25, abs=0.03)


@pytest.mark.parametrize(("bias", "all_right"), [(1.0, True), (0.5, False)])
def test_told_probabilities_that_come_true_are_reliable(
    functions: dict[str, Any], bias: float, all_right: bool
):
    rng = np.random.default_rng(0)
    told = rng.uniform(size=(200, 50)) ** 2 * (rng.uniform(size=(200, 50)) < 0.7)
    true = (rng.uniform(size=told.shape) < bias * told).astype(float)
    parts = functions["reliability"](told, true)
    assert sum(part["n_places"] for part in parts) == told.size
    assert parts[0]["told"] == parts[0]["came_true"] == 0
    near = [
        abs(part["came_true"] - part["told"]) <= 3.5 * part["standard_error"] for part in parts[1:]
    ]
    assert all(near) is all_right
    for part in parts[1:]:
        assert abs(part["came_true"] - bias * part["told"]) < 4 * part["standard_error"]


@pytest.mark.usefixtures("single_precision")
def test_it_measures(functions: dict[str, Any]):
    results = functions["measure"](functions["QUICK"])
    sizes = results["sizes"]
    counted = sum(part["n_places"] for part in results["reliability"])
    assert counted == sizes["n_storms"] * sizes["n_places"]
    assert 0 <= results["brier"]["model"]["mean"] <= 1


def test_probabilities_that_do_not_come_true_are_told(
    functions: dict[str, Any], kept: dict[str, Any]
):
    assert not functions["failures"](kept)
    kept["reliability"][-1]["came_true"] = 0.1
    kept["brier_less_persistence"]["mean"] = 0.0
    assert len(functions["failures"](kept)) == 2
