"""Networks on functions that repeat: that they are measured alike, and that the claim can fail."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import geomndp as gn

NAME = "repeating"


def test_it_measures_all_on_the_same_functions(
    functions: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    sizes, scored = functions["QUICK"], []

    def recorded(model, _):
        scored.append(model.trained.model.network)
        return np.arange(3.0) * len(scored)

    monkeypatch.setitem(functions["measure"].__globals__, "log_likelihoods", recorded)
    results = functions["measure"](sizes, tmp_path)
    pairs, rotary, harmonic = scored
    assert isinstance(pairs, gn.networks.TranslationInvariantTransformer)
    assert (rotary.periods, harmonic.periods) == (None, (0.5, 4.0))
    cells = results["laws"]["sawtooth"]
    above = [cells[functions[name]]["above_pairs"]["mean"] for name in ("ROTARY", "HARMONIC")]
    assert above == pytest.approx([1.0, 2.0])
    assert [cell["training"]["steps"] for cell in cells.values()] == [2, 2, 2]


def test_likelihoods_are_those_of_the_model(functions: dict[str, Any]):
    """Of a law that is known a shipped model is near the truth; another model is not."""
    sizes = functions["Sizes"](n_tasks=3, n_points=12)
    law = "squared-exponential"
    drawn, reference = functions["functions_to_score"](law, sizes), functions["reference_of"](law)
    good, bad = (
        functions["log_likelihoods"](functions["estimated"](gn.load(name), reference), drawn)
        for name in ("regression1d-se", "regression1d-step")
    )
    assert good.shape == (3,)
    assert (good > bad + 0.5).all()


def test_a_network_that_is_no_better_is_told(functions: dict[str, Any], kept: dict[str, Any]):
    assert not functions["failures"](kept)
    assert kept["laws"].keys() == set(functions["Sizes"]().laws)
    cells = kept["laws"]["sawtooth"]
    rotary, harmonic = (cells[functions[name]] for name in ("ROTARY", "HARMONIC"))
    gain = harmonic["above_pairs"]
    gain["mean"] = 2 * gain["standard_error"]
    assert len(functions["failures"](kept)) == 1
    harmonic["score"]["mean"] = rotary["score"]["mean"]
    assert len(functions["failures"](kept)) == 2
