"""What symmetry is worth where training fields are few: vector fields in the plane.

Run as `python benchmarks/data_efficiency.py`; writes `benchmarks/results/data_efficiency.json`, and
goes on from the runs that it finds in `--runs`. In double precision but for the networks. Models
of a group, or of none, of one width and depth, are trained in as many steps on few fields of a
curl-free process, on more, and on new ones at every step. All are scored on the same new fields by
their joint log-likelihood, in nats per point, and on these fields reflected, turned and shifted.

As many steps take longer with rotations. So some are trained at equal cost too, on new fields at
every step: in so many steps as take about as long as those of E(2), at several learning rates.
"""

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
from results_file import circumstances, measure_in_runs
from small_runs import trained_in
from tables import estimated

import geomndp as gn
from geomndp.experiments import RunFolder, gp_fields_model, vector_field_law
from geomndp.experiments.exact_laws import ExactProcess
from geomndp.experiments.gp_fields_scores import moved
from geomndp.experiments.oracle_scores import score_beside_oracle

SEED = 4
LAW = "curl-free"
RADIUS = 5.0
"""Of the disc that points are in, whose lengthscale is 2.2."""
ANEW = "anew"
"""Stands for a number of fields where every step draws its own."""


@dataclass(frozen=True)
class Sizes:
    """How much is trained and scored."""

    groups: tuple[str, ...] = ("E2", "SE2", "T2", "none")
    n_fields: tuple[int, ...] = (16, 128, 1024)
    n_steps: int = 2000
    batch_size: int = 16
    n_points: int = 32
    width: int = 32
    n_layers: int = 3
    learning_rate: float = 2e-3
    n_tasks: int = 64
    as_long: tuple[tuple[str, int, float], ...] = (
        ("E2", 2000, 2e-3),
        ("T2", 2600, 2e-3),
        ("none", 7000, 2e-3),
        ("none", 7000, 5e-4),
    )
    """Groups, steps and learning rates of models that are trained for as long."""


QUICK = Sizes(("T2",), (2,), n_steps=2, batch_size=2, n_points=4, width=8, n_layers=1, n_tasks=2,
              as_long=(("none", 3, 1e-3),))  # fmt: skip


def fields(n_points: int) -> gn.data.RandomFields:
    """Fields of the law at random points of the disc, all of as many points."""
    return gn.data.RandomFields(vector_field_law(LAW), n_points, n_points, RADIUS)


def trained_on(
    group: str, n_fields: int | str, sizes: Sizes, runs: Path
) -> tuple[gn.TrainedProcess, dict[str, Any]]:
    """The model of a group that has seen some fields: the first ones, of every model the same."""
    data: Any = fields(sizes.n_points)
    with jax.enable_x64(False):
        if isinstance(n_fields, int):
            data = gn.fields.draw(data, n_fields, key=jax.random.key(SEED))
        return trained_in(
            RunFolder(runs / f"{group}-{n_fields}"),
            gp_fields_model(
                vector_field_law(LAW), group, width=sizes.width, n_layers=sizes.n_layers
            ),
            data,
            n_context=0,
            n_steps=sizes.n_steps,
            batch_size=sizes.batch_size,
            seed=SEED,
            learning_rate=sizes.learning_rate,
        )


def sets_to_score(sizes: Sizes) -> dict[str, gn.FieldSample]:
    """Fields that no model has seen, and the same moved."""
    new = gn.fields.draw(fields(sizes.n_points), sizes.n_tasks, key=jax.random.key(SEED + 1))
    return {"in the disc": new, "moved": moved(new)}


def measure(sizes: Sizes, runs: Path) -> dict[str, Any]:
    """Every cell."""
    sets = sets_to_score(sizes)
    cells = [
        {"group": group, "n_fields": n_fields}
        | scored(*trained_on(group, n_fields, sizes, runs), sets)
        for group in sizes.groups
        for n_fields in (*sizes.n_fields, ANEW)
    ]
    return {
        **circumstances("dm-haiku", "numpy"),
        "seed": SEED,
        "law": LAW,
        "radius": RADIUS,
        "sizes": dataclasses.asdict(sizes),
        "cells": cells,
        "as_long": measure_as_long(sizes, runs, sets),
    }


def measure_as_long(
    sizes: Sizes, runs: Path, sets: dict[str, gn.FieldSample]
) -> list[dict[str, Any]]:
    """Models that are trained for about as long as that of E(2), one after another."""
    cells = []
    for group, n_steps, rate in sizes.as_long:
        longer = dataclasses.replace(sizes, n_steps=n_steps, learning_rate=rate)
        run = runs / f"as-long-{n_steps}-{rate:g}"
        of_model = scored(*trained_on(group, ANEW, longer, run), sets)
        cells.append({"group": group, "learning_rate": rate} | of_model)
    return cells


def scored(
    trained: gn.TrainedProcess, training: dict[str, Any], sets: dict[str, gn.FieldSample]
) -> dict[str, Any]:
    """What a model scores, and how it was trained."""
    gp = vector_field_law(LAW)
    scores = score_beside_oracle({"model": estimated(trained, gp)}, ExactProcess(gp), sets, None)
    return {"scores": scores, "training": training}


def gap_of(cell: dict[str, Any]) -> float:
    """The mean difference from the truth."""
    return cell["scores"]["in the disc"]["model"]["difference_from_oracle"]["mean"]


def failures(results: dict[str, Any]) -> list[str]:
    """Where E(2) is no nearer to the truth than no symmetry, or less, by fields and by time."""
    gaps = {(cell["group"], cell["n_fields"]): gap_of(cell) for cell in results["cells"]}
    found = [
        f"{n_fields} fields: {gap:.3f} with E(2), {gaps['none', n_fields]:.3f} without"
        for (group, n_fields), gap in gaps.items()
        if group == "E2" and not gap > gaps["none", n_fields]
    ]
    best = max(gap_of(cell) for cell in results["as_long"] if cell["group"] == "E2")
    return found + [
        f"in as long: {best:.3f} with E(2), {gap_of(cell):.3f} with {cell['group']}"
        for cell in results["as_long"]
        if cell["group"] != "E2" and not best > gap_of(cell)
    ]


def main() -> None:
    """Measure and write the results."""
    jax.config.update("jax_enable_x64", True)
    measure_in_runs("data_efficiency", __doc__, measure, failures, full=Sizes(), tiny=QUICK)


if __name__ == "__main__":
    main()
