"""Tables of vector fields: what a task is, that all cells are measured, and what is claimed."""

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

NAME = "field_tables"


def test_a_task_is_a_field_at_the_published_grid(functions: dict[str, Any]):
    assert functions["grid"]().shape == (648, 2)
    tasks = functions["tasks"]("curl-free", 30, 2)
    for task in tasks:
        assert (task.context.n_points, task.target.n_points) == (25, 5)
        on_the_grid = (np.asarray(task.whole.x)[:, None] == functions["grid"]()).all(-1).any(-1)
        assert on_the_grid.all()
        assert len(np.unique(task.whole.x, axis=0)) == 30
    assert not np.array_equal(tasks[0].whole.x, tasks[1].whole.x)


def test_it_measures_every_model_by_both_protocols(functions: dict[str, Any], tmp_path: Path):
    results = functions["measure"]("curl-free", 2, tmp_path, quick=True)
    (rows,) = results["scores"].values()
    names = {"oracle", *(functions[name] for name in ("RESIDUAL", "OURS", "FITTED", "TRIVIAL"))}
    assert all(set(models) == names for models in rows.values())
    first, second = rows.values()
    for name in (functions["FITTED"], functions["TRIVIAL"]):  # whose protocols are one
        assert first[name]["mean"] == pytest.approx(second[name]["mean"])
    assert first["oracle"]["mean"] > first[functions["TRIVIAL"]]["mean"]


def test_a_model_far_from_the_truth_is_told(functions: dict[str, Any], repository: Path):
    file = repository / "benchmarks" / "results" / "field-tables-curl-free.json"
    kept = json.loads(file.read_text())
    assert not functions["failures"](kept)
    names, protocols = ("RESIDUAL", "OURS"), ("normalised", "joint minus context")
    for name, protocol in itertools.product(names, protocols):
        row = kept["scores"]["648"][protocol][functions[name]]
        mean, row["difference_from_oracle"]["mean"] = row["difference_from_oracle"]["mean"], -9.0
        assert len(functions["failures"](kept)) == 1
        row["difference_from_oracle"]["mean"] = mean
