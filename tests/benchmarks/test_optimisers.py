"""Adam beside Muon: that both learn from the same, are compared at their best, and can fail."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

NAME = "optimisers"


def test_both_learn_from_the_same_fields_at_all_rates(
    functions: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """What training and scoring are asked for; neither is done."""
    asked: list[dict[str, Any]] = []

    def recorded(folder, model, draws, **settings):
        asked.append({"model": model, "draws": draws, "folder": folder.path.name, **settings})
        return None, {"steps": settings["n_steps"]}

    sizes = dataclasses.replace(functions["QUICK"], rates=(1e-3, 2e-3))
    names = functions["measured"].__globals__
    monkeypatch.setitem(names, "trained_in", recorded)
    monkeypatch.setitem(names, "estimated", lambda *_: None)
    monkeypatch.setitem(names, "log_likelihoods", lambda *_: np.arange(2.0) + len(asked))
    found = functions["measured"]("convolution", sizes, tmp_path)
    assert (found["network"], found["law"]) == ("MultiscaleConvolution", "curl-free")
    assert [(one["muon"], one["learning_rate"]) for one in asked] == [
        (muon, rate) for muon in (False, True) for rate in sizes.rates
    ]
    assert len({one["folder"] for one in asked}) == 4
    for name in ("model", "draws", "seed", "n_steps", "batch_size"):
        assert all(one[name] == asked[0][name] for one in asked)
    # Of models numbered 1 to 4 the second is Adam's best and the fourth Muon's.
    assert found["muon_above_adam"]["mean"] == pytest.approx(2.0)


def test_an_optimiser_is_taken_at_its_best_rate(functions: dict[str, Any]):
    low, high = np.array([0.0, 1.0]), np.array([2.0, 2.5])
    gain = functions["above"]({"Adam": [high, low], "Muon": [low + 4, low]})
    assert (gain["mean"], gain["n"]) == (pytest.approx(2.25), 2)


def test_muon_that_is_no_better_is_told(functions: dict[str, Any], kept: dict[str, Any]):
    assert not functions["failures"](kept)
    assert kept["cases"].keys() == set(functions["Sizes"]().cases)
    gain = kept["cases"]["sawtooth"]["muon_above_adam"]
    gain["mean"] = 2 * gain["standard_error"]
    assert "sawtooth: Muon above Adam" in functions["failures"](kept)[0]
