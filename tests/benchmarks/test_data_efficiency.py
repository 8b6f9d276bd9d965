"""What symmetry is worth on few fields: that it is measured on the same ones, and claimed."""

from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import pytest

NAME = "data_efficiency"


def test_it_trains_on_as_many_fields_as_it_says(
    functions: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    sizes, seen = functions["QUICK"], []

    def fake(_, model, data, **settings):
        seen.append(data)
        return model, settings

    monkeypatch.setitem(functions["trained_on"].__globals__, "trained_in", fake)
    for n_fields in (3, 2, functions["ANEW"]):
        _, settings = functions["trained_on"]("T2", n_fields, sizes, tmp_path)
        assert settings["n_context"] == 0
    assert [part.shape[0] for part in (seen[0].y, seen[1].y)] == [3, 2]
    assert seen[2] == functions["fields"](sizes.n_points)


def test_it_measures(functions: dict[str, Any], tmp_path: Path):
    results = functions["measure"](functions["QUICK"], tmp_path)
    assert [cell["n_fields"] for cell in results["cells"]] == [2, functions["ANEW"]]
    assert [cell["training"]["steps"] for cell in results["as_long"]] == [3]
    assert results["as_long"][0]["scores"]["moved"]["model"]["n"] == 2
    for cell in results["cells"]:
        assert cell["training"]["steps"] == functions["QUICK"].n_steps
        # Two steps from a model that knows nothing.
        assert cell["scores"]["moved"]["model"]["difference_from_oracle"]["mean"] < -0.1


def test_no_model_is_scored_on_fields_that_it_was_trained_on(functions: dict[str, Any]):
    draw, generator = functions["gn"].fields.draw, functions["fields"](3)
    seed = functions["SEED"]
    trained, scored = (draw(generator, 4, key=jax.random.key(seed + n)).y for n in (0, 1))
    assert not jnp.any(jnp.isclose(trained[:, None, 0], scored[None, :, 0]))


def test_symmetry_that_is_worth_nothing_is_told(functions: dict[str, Any], kept: dict[str, Any]):
    assert not functions["failures"](kept)
    (cell,) = (c for c in kept["cells"] if (c["group"], c["n_fields"]) == ("E2", 128))
    cell["scores"]["in the disc"]["model"]["difference_from_oracle"]["mean"] = -9.0
    assert len(functions["failures"](kept)) == 1
    for cell in kept["as_long"]:
        cell["scores"]["in the disc"]["model"]["difference_from_oracle"]["mean"] = -1.0
    assert len(functions["failures"](kept)) == len(kept["as_long"])


def test_models_are_trained_for_as_long(kept: dict[str, Any]):
    seconds = [cell["training"]["seconds"] for cell in kept["as_long"]]
    assert min(seconds[1:]) > 0.8 * seconds[0]
    assert [cell["group"] for cell in kept["as_long"]] == ["E2", "T2", "none", "none"]
