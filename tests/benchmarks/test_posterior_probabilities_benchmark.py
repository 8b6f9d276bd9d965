"""The benchmark of posterior probabilities measures, and fails where a claim does not hold."""

from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest

import geomndp as gn

NAME = "posterior_probabilities"


def test_the_results_that_are_kept_hold_every_claim(functions: dict[str, Any], kept: Any):
    assert functions["failures"](kept) == []
    assert {"date", "hardware", "versions", "seed"} <= set(kept)
    assert set(kept["laws"]) == set(functions["LAWS"])
    for name, law in kept["laws"].items():
        draws = kept["sizes"]["n_draws"] * len(law["contexts"])
        assert draws >= 4000
        assert set(law["methods"]) == {functions["EXACT"], *functions["rows"](name, 4)}


def test_what_is_kept_agrees_with_the_exact_posteriors_of_its_contexts(
    functions: dict[str, Any], kept: Any
):
    for name, law in kept["laws"].items():
        first = functions["posteriors"](name, 1)[0]
        exact = []
        for x, y in law["contexts"]:
            seen = gn.FieldSample(jnp.array(x)[:, None], jnp.array(y)[:, None])
            posterior = eqx.tree_at(lambda p: p.context, first, seen)
            exact.append({"above": np.asarray(posterior.above), "kind": float(posterior.kind)})
        for method in law["methods"].values():
            found = functions["errors"](exact, method["contexts"])
            for error, value in found.items():
                np.testing.assert_allclose(value, method[error], atol=1e-4)


def test_errors_are_means_over_contexts(functions: dict[str, Any]):
    truth = [{"above": [0.0, 1.0], "kind": 1.0}, {"above": [0.5, 0.5], "kind": 0.5}]
    found = [{"above": [0.2, 1.0], "kind": 0.9}, {"above": [0.5, 0.1], "kind": 0.8}]
    errors = functions["errors"](truth, found)
    assert errors == pytest.approx({"error_above": 0.15, "error_kind": 0.2})


def test_a_claim_that_does_not_hold_is_found(functions: dict[str, Any]):
    good = {"error_above": 0.01, "error_kind": 0.02}
    for ours, n in (
        (good, 0),
        ({**good, "error_kind": 0.06}, 2),
        ({**good, "error_above": np.nan}, 2),
    ):
        methods = dict.fromkeys((functions["TWISTED"], functions["AMORTISED"]), ours)
        assert len(functions["failures"]({"laws": {"step": {"methods": methods}}})) == n


@pytest.mark.slow
@pytest.mark.usefixtures("single_precision")
def test_it_measures(functions: dict[str, Any], monkeypatch: pytest.MonkeyPatch):
    """The two methods of which there are claims."""
    of_claims = functions["AMORTISED"], functions["TWISTED"]
    rows = functions["rows"]("step", 4)
    few = {name: rows[name] for name in of_claims}
    monkeypatch.setitem(functions["measure"].__globals__, "rows", lambda *_: few)
    methods = functions["measure"]("step", functions["QUICK"])["methods"]
    assert set(methods) == {functions["EXACT"], *of_claims}
    assert methods[functions["AMORTISED"]]["error_above"] < 0.3
