"""The benchmark of walks on the globe measures, and fails where a claim does not hold."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

NAME = "conditioning_globe"


def test_a_claim_that_does_not_hold_is_found(functions: dict[str, Any]):
    good = {"distances_of_means": [0.01, 0.02], "ratios_of_spreads": [0.95, 1.05]}
    for changes, n in (
        ({}, 0),
        ({"distances_of_means": [0.01, 0.1]}, 1),
        ({"ratios_of_spreads": [1.5, 1.0]}, 1),
        ({"ratios_of_spreads": [1.0, float("nan")]}, 1),
    ):
        against = {"kept walks": {**good, **changes}}
        results = {"methods": {"tangent guidance": {"against": against}}}
        assert len(functions["failures"](results)) == n


def test_weights_are_those_of_bayes_in_a_small_patch(functions: dict[str, Any]):
    """Near the pole the globe is flat, and the posterior of places so far apart is normal."""
    places = functions["walks"](200_000, jax.random.key(1))
    seen = jnp.array([[0.05, 0.0, 0.99875], [0.1, 0.05, 0.99373]])
    seen = seen / jnp.linalg.norm(seen, axis=1, keepdims=True)
    shares = np.asarray(functions["weights"](places, seen))
    start, step, error = (functions[name] for name in ("START", "STEP", "ERROR"))
    covariance = start + step * np.minimum.outer(np.arange(4), np.arange(4))
    of_seen = list(functions["SEEN"])
    gain = covariance[:, of_seen] @ np.linalg.inv(
        covariance[np.ix_(of_seen, of_seen)] + error * np.eye(2)
    )
    expected = gain @ np.asarray(seen)[:, :2]
    found = np.einsum("n,nia->ia", shares, np.asarray(places))[:, :2]
    np.testing.assert_allclose(found, expected, atol=0.012)


@pytest.mark.slow
def test_it_measures(functions: dict[str, Any]):
    found = functions["measure"](functions["QUICK"])
    assert set(found["methods"]) == set(functions["methods"]())
