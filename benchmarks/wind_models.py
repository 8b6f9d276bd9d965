"""Models of winds by how much data they saw and what they assume, on times and a region not seen.

Run as `python benchmarks/wind_models.py`; writes `benchmarks/results/wind_models.json`, and goes
on from the runs that it finds in `--runs`. It needs ERA5 winds of two regions,
`winds_era5_bay_of_bengal.nc` and `winds_era5_germany.nc`, in the folder `GEOMNDP_DATA`. Networks
of about as many parameters are trained alike, from several seeds, which choose the times too:
invariant under SE(2), or under nothing; to tell the whole score, or what a fitted Gaussian process
leaves of it; winds are noised to white noise, or to that process.
"""

import dataclasses
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

import jax
import numpy as np
from results_file import circumstances, conclude, quick_and_runs
from wind_data import data_folder, load_files

import geomndp as gn
from geomndp.experiments import RunFolder, WindSettings, evaluate_winds, fit_winds, split_winds

SEED = 0
BAY, GERMANY = "Bay of Bengal", "Germany"
FILES = {BAY: "winds_era5_bay_of_bengal.nc", GERMANY: "winds_era5_germany.nc"}


class Variant(NamedTuple):
    """What a model assumes."""

    group: str
    from_process: bool = False
    """Whether training begins from a fitted Gaussian process."""
    times_deeper: int = 1
    """How many times as many layers there are."""
    limit: Literal["white", "fitted"] = "white"
    """What winds are noised to."""
    of_all_shares: bool = True
    """Whether models that saw a share of the times are trained too."""


VARIANTS = {
    "SE(2)": Variant("SE2"),
    # So that all have about as many parameters.
    "no symmetry": Variant("none", times_deeper=2),
    "SE(2), from a GP": Variant("SE2", from_process=True),
    "no symmetry, from a GP": Variant(
        "none", from_process=True, times_deeper=2, of_all_shares=False
    ),
    "SE(2), from and to a GP": Variant(
        "SE2", from_process=True, limit="fitted", of_all_shares=False
    ),
}


@dataclass(frozen=True)
class RunSizes:
    """How much is trained and scored."""

    n_steps: int = 400
    batch_size: int = 8
    n_points: int = 48
    width: int = 16
    n_layers: int = 2
    n_fields: int = 12
    n_members: int = 8
    n_told: int = 200
    n_given: int = 25

    def settings(self, **others: Any) -> WindSettings:
        """Of a training of this size."""
        sizes = {
            "width": self.width,
            "n_layers": self.n_layers,
            "points": self.n_points,
            "steps": self.n_steps,
            "batch_size": self.batch_size,
            "max_minutes": 600.0,
        }
        return WindSettings(**{**sizes, **others})

    def scores(
        self,
        models: dict[str, gn.TrainedProcess],
        winds: gn.data.Winds,
        elsewhere: gn.data.Winds,
        **others: Any,
    ) -> dict[str, Any]:
        """The report on models by the amortised method, on tasks of this size."""
        return evaluate_winds(
            models,
            winds,
            elsewhere=elsewhere,
            methods={"amortised": gn.sampling.Amortised()},
            n_fields=self.n_fields,
            n_points=self.n_told,
            n_given=self.n_given,
            n_members=self.n_members,
            seed=SEED,
            **others,
        )


@dataclass(frozen=True)
class Sizes(RunSizes):
    """With what is compared."""

    shares: tuple[float, ...] = (0.1, 0.3, 1.0)
    variants: tuple[str, ...] = tuple(VARIANTS)
    n_seeds: int = 3


QUICK = Sizes(2, 2, 6, 8, 1, 2, 3, 8, 3, (1.0,), ("no symmetry",), 2)


def load(folder: Path) -> dict[str, gn.data.Winds]:
    """The winds of both regions."""
    return dict(zip(FILES, load_files(folder, *FILES.values()), strict=True))


def train(
    winds: gn.data.Winds, variant: str, share: float, seed: int, sizes: Sizes, folder: Path
) -> tuple[gn.TrainedProcess, dict[str, Any]]:
    """A model that saw a share of the training times, and what its training was."""
    assumed = VARIANTS[variant]
    settings = sizes.settings(
        n_layers=sizes.n_layers * assumed.times_deeper,
        n_context=sizes.n_given,
        gaussian_process=assumed.from_process,
        limit=assumed.limit,
        seed=seed,
    )
    split = split_winds(winds)
    n_times = max(1, round(share * len(split.train.times)))
    chosen = np.random.default_rng(seed).permutation(len(split.train.times))[:n_times]
    split = split._replace(train=split.train.at_times(np.sort(chosen)))
    trained, told = trained_in(folder, winds, assumed.group, settings, split)
    return trained, {"variant": variant, "share": share, "seed": seed, **told}


def trained_in(
    folder: Path, winds: gn.data.Winds, group: str, settings: WindSettings, split: gn.data.WindSplit
) -> tuple[gn.TrainedProcess, dict[str, Any]]:
    """The model of a folder, trained there if it is not yet, and what its training was."""
    run = RunFolder(folder)
    if run.model.exists():
        trained = gn.load(run.model)
    else:
        trained = fit_winds(
            winds, run, group=group, settings=settings, split=split, resume=run.path.exists()
        )
    last = run.read_history()[-1]
    return trained, {
        "n_times": len(split.train.times),
        "n_params": sum(leaf.size for leaf in jax.tree.leaves(trained.params)),
        "seconds": last["seconds"],
        "validation_loss": last["validation_loss"],
    }


def trainings(region: str, sizes: Sizes) -> Iterator[tuple[str, float, int]]:
    """Variant, share of the times, and seed of each model of a region; one seed over Germany."""
    n_seeds = sizes.n_seeds if region == BAY else 1
    for variant in sizes.variants:
        of_all = region == BAY and VARIANTS[variant].of_all_shares
        yield from itertools.product([variant], sizes.shares if of_all else (1.0,), range(n_seeds))


def compare(regions: dict[str, gn.data.Winds], sizes: Sizes, runs: Path) -> dict[str, Any]:
    """Models trained on either region, scored on held-out times of it and on the other."""
    found: dict[str, Any] = {}
    for here, there in ((BAY, GERMANY), (GERMANY, BAY)):
        models, training = {}, {}
        for variant, share, seed in trainings(here, sizes):
            name = f"{variant}, {share:.0%}, seed {seed}"
            folder = runs / f"{here}-{name}".replace(" ", "-").replace(",", "")
            model, told = train(regions[here], variant, share, seed, sizes, folder)
            models[name], training[name] = model, told
        report = sizes.scores(models, regions[here], regions[there])
        found[here] = {"training": training, "scores": report["scores"]}
    return {
        **circumstances("dm-haiku", "numpy", "xarray"),
        "seed": SEED,
        "sizes": dataclasses.asdict(sizes),
        "trained_on": found,
    }


def failures(results: dict[str, Any]) -> list[str]:
    """What a reader of the documentation is told, and does not hold.

    At held-out times of the region on which it was trained a model that begins from a Gaussian
    process is no worse than that by more than two standard errors of the difference, in the mean
    over the seeds.
    """
    found = []
    for region, report in results["trained_on"].items():
        scores = report["scores"]["held-out times"]
        differences = [
            scores[f"{name}, amortised"]["difference_from_Helmholtz GP"]["energy_score"]
            for name, told in report["training"].items()
            if told["variant"] == "SE(2), from a GP" and told["share"] == 1.0
        ]
        # Seeds share the tasks, so that the mean over them is no surer than one of them.
        mean, error = (
            float(np.mean([each[part] for each in differences]))
            for part in ("mean", "standard_error")
        )
        if not mean <= 2 * error:
            found.append(f"trained on {region}: {mean:.2f} m/s worse")
    return found


def main() -> None:
    """Measure and write the results."""
    quick, runs = quick_and_runs(__doc__, "runs/wind_models")
    sizes = QUICK if quick else Sizes()
    regions = load(data_folder())
    results = compare(regions, sizes, runs)
    conclude("wind_models", results, failures, quick=quick)


if __name__ == "__main__":
    main()
