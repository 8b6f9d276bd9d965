"""Completion of images of digits, by a field over the plane of pixels.

Run as `python benchmarks/images.py`; writes `benchmarks/results/images.json`, and goes on from the
run that it finds in `--runs`. The images are the 1797 of 8 by 8 pixels that scikit-learn carries;
the last 297 are held out. A task gives some pixels, at random places or the upper half; ensembles
of the others are scored, beside the normal law with the mean and the covariance of the training
images, and beside the training images that are nearest in the pixels that are given.
"""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int
from results_file import as_text, circumstances, measure_in_runs
from small_runs import trained_in, without_symmetry
from tables import OURS

import geomndp as gn
from geomndp.experiments import RunFolder
from geomndp.metrics import energy_score, mean_and_standard_error

SEED = 6
SIDE, N_TRAINING = 8, 1500
NORMAL, NEAREST = "normal law", "nearest images"
HALF = SIDE * SIDE // 2
NOISE = 0.1
"""Standard deviation of noise in the training images of the normal law, whose covariance is
singular: pixels in corners are always dark."""

Images: TypeAlias = Float[np.ndarray, "n_images n_pixels"]
Ensemble: TypeAlias = Float[np.ndarray, "n_members n_pixels"]
Completion: TypeAlias = Callable[[Any, Any, int, int], Ensemble]
"""Of an image, the pixels that are given, a number of members and a seed: the other pixels."""


@dataclass(frozen=True)
class Sizes:
    """How much is trained and scored."""

    n_steps: int = 8000
    batch_size: int = 32
    learning_rate: float = 1.5e-3
    width: int = 64
    n_layers: int = 3
    n_context: int = 48
    n_images: int = 48
    n_members: int = 16
    n_shown: int = 4


QUICK = Sizes(2, 2, 1e-3, 8, 1, 4, 2, 3, 1)


def images() -> tuple[Images, Images]:
    """Those to train on and those held out, of mean 0 and variance 1 over all pixels."""
    from sklearn.datasets import load_digits

    values = np.asarray(load_digits(return_X_y=True)[0], np.float32)
    values = (values - values[:N_TRAINING].mean()) / values[:N_TRAINING].std()
    return values[:N_TRAINING], values[N_TRAINING:]


def places() -> Float[np.ndarray, "n_pixels 2"]:
    """The middles of the pixels, row by row from the top, in the square from -1 to 1."""
    side = np.linspace(-1.0, 1.0, SIDE, dtype=np.float32)
    across, down = np.meshgrid(side, side)
    return np.stack([across, -down], -1).reshape(-1, 2)


def normal_law(seen: Images) -> Completion:
    """Draws of the normal law with the moments of images, given pixels."""
    mean = seen.mean(0)
    covariance = np.cov(seen.T) + NOISE**2 * np.eye(seen.shape[1])

    def complete(image: Any, given: Any, n_members: int, seed: int) -> Ensemble:
        rest = np.setdiff1d(np.arange(len(image)), given)
        gain = np.linalg.solve(covariance[np.ix_(given, given)], covariance[np.ix_(given, rest)]).T
        centre = mean[rest] + gain @ (image[given] - mean[given])
        left = covariance[np.ix_(rest, rest)] - gain @ covariance[np.ix_(given, rest)]
        return np.random.default_rng(seed).multivariate_normal(centre, left, n_members)

    return complete


def nearest(seen: Images) -> Completion:
    """The images that are nearest in the pixels that are given."""

    def complete(image: Any, given: Any, n_members: int, seed: int) -> Ensemble:  # noqa: ARG001
        rest = np.setdiff1d(np.arange(len(image)), given)
        far = np.sum((seen[:, given] - image[given]) ** 2, 1)
        return seen[np.argsort(far)[:n_members]][:, rest]

    return complete


def model(trained: gn.TrainedProcess) -> Completion:
    """Draws of the field, given values at the places of pixels."""
    x = jnp.asarray(places())

    def complete(image: Any, given: Any, n_members: int, seed: int) -> Ensemble:
        rest = np.setdiff1d(np.arange(len(image)), given)
        seen = gn.FieldSample(x[given], jnp.asarray(image[given, None]))
        posterior = trained.condition(seen)
        drawn = posterior.sample(x[rest], n_samples=n_members, key=jax.random.key(seed))
        return np.asarray(drawn)[..., 0]

    return complete


def tasks(n_images: int) -> dict[str, list[Int[np.ndarray, " n"]]]:
    """Which pixels are given, of each image."""
    rng = np.random.default_rng(SEED)
    some = {
        f"{n} random pixels": [np.sort(rng.permutation(SIDE**2)[:n]) for _ in range(n_images)]
        for n in (8, 24)
    }
    return {**some, "the upper half": [np.arange(HALF)] * n_images}


def score(
    methods: dict[str, Completion], held_out: Images, sizes: Sizes
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Scores of each task and method, and some images with what they tell of them."""
    found: dict[str, Any] = {}
    shown: list[dict[str, Any]] = []
    chosen = np.random.default_rng(SEED + 1).permutation(len(held_out))[: sizes.n_images]
    for task, all_given in tasks(sizes.n_images).items():
        figures: dict[str, list[tuple[float, float]]] = {name: [] for name in methods}
        for number, (image, given) in enumerate(zip(held_out[chosen], all_given, strict=True)):
            rest = np.setdiff1d(np.arange(len(image)), given)
            flat = gn.manifolds.Euclidean(len(rest))
            told = {}
            for name, complete in methods.items():
                drawn = complete(image, given, sizes.n_members, number)
                scored = energy_score(flat, jnp.asarray(drawn), jnp.asarray(image[rest]))
                error = float(np.sqrt(np.mean((drawn.mean(0) - image[rest]) ** 2)))
                figures[name].append((float(scored) / len(rest) ** 0.5, error))
                told[name] = [as_text(member) for member in drawn[:2]]
            if number < sizes.n_shown:
                shown.append(
                    {
                        "task": task,
                        "image": as_text(image),
                        "given": as_text(given),
                        "told": told,
                    }
                )
        found[task] = {name: _summary(rows, figures[OURS]) for name, rows in figures.items()}
    return found, shown


def _summary(
    rows: list[tuple[float, float]], ours: list[tuple[float, float]]
) -> dict[str, dict[str, Any]]:
    """Means over images, and our energy scores less those."""
    scores, others = np.array(rows), np.array(ours)
    return {
        "energy_score": mean_and_standard_error(scores[:, 0])._asdict(),
        "error_of_the_mean": mean_and_standard_error(scores[:, 1])._asdict(),
        "ours_less_this": mean_and_standard_error(others[:, 0] - scores[:, 0])._asdict(),
    }


def measure(sizes: Sizes, runs: Path) -> dict[str, Any]:
    """Train, and score all tasks."""
    seen, held_out = images()
    x = np.broadcast_to(places(), (N_TRAINING, SIDE**2, 2))
    trained, training = trained_in(
        RunFolder(runs / "digits"),
        without_symmetry(2, unit_x=0.25, width=sizes.width, n_layers=sizes.n_layers),
        gn.FieldSample(jnp.asarray(x), jnp.asarray(seen[..., None])),
        n_context=sizes.n_context,
        n_steps=sizes.n_steps,
        batch_size=sizes.batch_size,
        learning_rate=sizes.learning_rate,
        seed=SEED,
    )
    methods = {OURS: model(trained), NORMAL: normal_law(seen), NEAREST: nearest(seen)}
    scores, shown = score(methods, held_out, sizes)
    return {
        **circumstances("dm-haiku", "numpy", "scikit-learn"),
        "seed": SEED,
        "sizes": dataclasses.asdict(sizes),
        "training": training,
        "scores": scores,
        "shown": shown,
    }


def failures(results: dict[str, Any]) -> list[str]:
    """Tasks in which the model is worse than the normal law, by more than chance."""
    found = []
    for task, methods in results["scores"].items():
        gap = methods[NORMAL]["ours_less_this"]
        if not gap["mean"] <= 2 * gap["standard_error"]:
            found.append(f"{task}: {gap['mean']:.3f} worse than the normal law")
    return found


def main() -> None:
    """Measure and write the results."""
    measure_in_runs("images", __doc__, measure, failures, full=Sizes(), tiny=QUICK)


if __name__ == "__main__":
    main()
