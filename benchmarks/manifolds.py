"""Diffusion on manifolds: drawing without simulation, steps and samples of tracks, densities.

Run as `python benchmarks/manifolds.py`; writes `benchmarks/results/manifolds.json`. In float32.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from measuring import seconds_in_turns
from results_file import circumstances, conclude, quick_is_asked

import geomndp as gn
from geomndp.manifolds import SO3, AbstractManifold, Sphere, Torus

SEED = 0
PUBLISHED_STEP_SECONDS = 1.6
PUBLISHED_SAMPLES_SECONDS = 42.0
LARGEST_SAMPLES_SECONDS = PUBLISHED_SAMPLES_SECONDS / 10
LEAST_TIMES_FASTER = 5.0
LARGEST_GAP_NATS = 0.05


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    batch: tuple[int, int] = (128, 50)
    """Tracks of a step and positions of each."""
    n_samples: int = 16
    n_walk_steps: int = 100
    n_rounds: int = 5
    n_train: int = 200_000
    n_test: int = 10_000
    n_fit_steps: int = 4000


QUICK = Sizes((2, 3), 2, 10, 1, 40, 8, 2)


def tracks(sizes: Sizes) -> gn.FieldSample:
    """Positions that wander, six-hourly."""
    n_tracks, n_points = sizes.batch
    globe = Sphere(2)
    start_key, step_key = jax.random.split(jax.random.key(SEED))
    steps = 0.01 * jax.random.normal(step_key, (n_tracks, n_points, 3))
    y = globe.project(globe.random_uniform((n_tracks, 1), key=start_key) + jnp.cumsum(steps, 1))
    x = jnp.broadcast_to(0.25 * jnp.arange(n_points, dtype=float)[:, None], (n_tracks, n_points, 1))
    return gn.FieldSample(x, y)


def time_drawing(sizes: Sizes) -> dict[str, Any]:
    """Drawing noised tracks with their targets: from the heat kernel, and by a random walk."""
    fields = tracks(sizes)
    motion = gn.experiments.cyclone_model().noising
    walk = gn.solvers.GeodesicRandomWalk(sizes.n_walk_steps)
    n = fields.x.shape[0]
    keys = jax.random.split(jax.random.key(SEED), n)
    times = motion.time_at(jax.random.uniform(jax.random.key(SEED + 1), (n,)))

    def exactly(field: gn.FieldSample, t: jax.Array, key: jax.Array) -> Any:
        process = motion.at(field.x)
        y = process.sample_marginal(t, field.y, key=key)
        return y, process.marginal_score(t, field.y, y)

    def by_walk(field: gn.FieldSample, t: jax.Array, key: jax.Array) -> Any:
        process = motion.at(field.x)
        y = walk.forward(process, field.y, t, key=key)
        return y, process.marginal_score(t, field.y, y)

    compiled = {
        "heat kernel": jax.jit(jax.vmap(exactly)),
        f"walk of {sizes.n_walk_steps} steps": jax.jit(jax.vmap(by_walk)),
    }
    runs = {name: (lambda f=f: f(fields, times, keys)) for name, f in compiled.items()}
    fastest = {name: min(each) for name, each in seconds_in_turns(runs, sizes.n_rounds).items()}
    exact_s, walk_s = fastest.values()
    return {"fastest_s": fastest, "times_faster": walk_s / exact_s}


def time_tracks(sizes: Sizes) -> dict[str, Any]:
    """A gradient step of tracks, and samples of tracks, with the model of cyclones.

    Of the width and depth of the published network, and of those of the shipped model.
    """
    published = time_model_of_tracks(sizes, width=128, n_layers=5)
    return {
        **published,
        "n_samples": sizes.n_samples,
        "published_s": {"step": PUBLISHED_STEP_SECONDS, "samples": PUBLISHED_SAMPLES_SECONDS},
        "shipped": time_model_of_tracks(sizes, width=64, n_layers=4),
    }


def time_model_of_tracks(sizes: Sizes, *, width: int, n_layers: int) -> dict[str, Any]:
    """The same of one size."""
    fields = tracks(sizes)
    model = gn.experiments.cyclone_model(width=width, n_layers=n_layers, covariates=False)
    first = jax.tree.map(lambda part: part[0], fields)
    params = model.init(first, key=jax.random.key(SEED))
    n = fields.x.shape[0]
    keys = jax.random.split(jax.random.key(SEED), n)
    times = model.noising.time_at(jax.random.uniform(jax.random.key(SEED + 1), (n,)))

    @jax.jit
    def step(params: Any) -> Any:
        def loss(params: Any) -> jax.Array:
            each = jax.vmap(lambda field, t, key: model.loss(params, field, t, key=key))
            return jnp.mean(each(fields, times, keys))

        return jax.value_and_grad(loss)(params)

    trained = gn.TrainedProcess(model, params)

    def samples() -> jax.Array:
        return trained.sample(first.x, n_samples=sizes.n_samples, key=jax.random.key(SEED))

    runs = {"step": lambda: step(params), "samples": samples}
    fastest = {name: min(each) for name, each in seconds_in_turns(runs, sizes.n_rounds).items()}
    return {
        "fastest_s": fastest,
        "n_params": sum(leaf.size for leaf in jax.tree.leaves(params)),
    }


class HeatKernelMixture:
    """Heat kernels about centres: on a torus, wrapped normal laws."""

    def __init__(self, manifold: AbstractManifold, clocks: tuple[float, ...]):
        self.manifold = manifold
        self.clocks = jnp.array(clocks)
        self.centres = manifold.random_uniform((len(clocks),), key=jax.random.key(SEED + 7))

    def sample(self, n: int, *, seed: int) -> jax.Array:
        """Independent points."""
        which, noise = jax.random.split(jax.random.key(seed))
        chosen = jax.random.randint(which, (n,), 0, len(self.clocks))
        draw = jax.jit(self.manifold.heat_kernel.sample)
        return draw(self.centres[chosen], self.clocks[chosen], key=noise)

    def log_prob(self, y: jax.Array) -> jax.Array:
        """Log-densities of points."""

        def of_part(centre: jax.Array, clock: jax.Array) -> jax.Array:
            starts, clocks = jnp.broadcast_to(centre, y.shape), jnp.full(y.shape[:1], clock)
            return self.manifold.heat_kernel.log_density(starts, y, clocks)

        each = jax.jit(jax.vmap(of_part))(self.centres, self.clocks)
        return jax.scipy.special.logsumexp(each, 0) - math.log(len(self.clocks))


class VonMisesFisherMixture:
    """Von Mises-Fisher laws on the sphere, as scipy has them."""

    manifold = Sphere(2)

    def __init__(self, concentrations: tuple[int, ...]):
        from scipy.stats import vonmises_fisher

        n = len(concentrations)
        centres = self.manifold.random_uniform((n,), key=jax.random.key(SEED + 7))
        centres = np.array(centres, np.float64)
        centres /= np.linalg.norm(centres, axis=-1, keepdims=True)
        pairs = zip(centres, concentrations, strict=True)
        self.laws = [vonmises_fisher(centre, kappa) for centre, kappa in pairs]

    def sample(self, n: int, *, seed: int) -> jax.Array:
        """Independent points."""
        rng = np.random.default_rng(seed)
        counts = rng.multinomial(n, np.full(len(self.laws), 1 / len(self.laws)))
        parts = zip(self.laws, counts, strict=True)
        points = np.concatenate([law.rvs(int(k), random_state=rng) for law, k in parts if k])
        return jnp.asarray(rng.permutation(points), float)

    def log_prob(self, y: jax.Array) -> np.ndarray:
        """Log-densities of points."""
        from scipy.special import logsumexp

        points = np.array(y, np.float64)
        points /= np.linalg.norm(points, axis=-1, keepdims=True)
        each = [law.logpdf(points) for law in self.laws]
        return logsumexp(each, axis=0) - math.log(len(self.laws))


LAWS: dict[str, Callable[[], Any]] = {
    "von Mises-Fisher mixture on the sphere": lambda: VonMisesFisherMixture((5, 20, 80, 300)),
    "wrapped mixture on the torus": lambda: HeatKernelMixture(Torus(2), (0.5, 0.1, 0.03, 0.01)),
    "mixture of rotations": lambda: HeatKernelMixture(SO3(), (1.0, 0.3, 0.1, 0.03)),
}


def measure_density(name: str, sizes: Sizes) -> dict[str, Any]:
    """How far a trained density is from the law of its points, in nats per point."""
    law = LAWS[name]()
    settings = gn.experiments.DensitySettings(steps=sizes.n_fit_steps, held_out=0.0)
    begin = perf_counter()
    density = gn.experiments.fit_density(
        law.sample(sizes.n_train, seed=SEED), law.manifold, settings=settings
    )
    seconds = perf_counter() - begin
    points = law.sample(sizes.n_test, seed=SEED + 1)
    exact, found = np.asarray(law.log_prob(points)), np.asarray(density.log_prob(points))
    gap = gn.metrics.mean_and_standard_error(exact - found)
    entropy = gn.metrics.mean_and_standard_error(-exact)
    samples = density.sample(sizes.n_test, key=jax.random.key(SEED + 2))
    of_samples = gn.metrics.mean_and_standard_error(-np.asarray(law.log_prob(samples)))
    return {
        "entropy": entropy._asdict(),
        "gap": gap._asdict(),
        "cross_entropy_of_samples": of_samples._asdict(),
        "n_train": sizes.n_train,
        "n_steps": sizes.n_fit_steps,
        "training_s": seconds,
    }


def failures(results: Mapping[str, Any]) -> list[str]:
    """The claims that do not hold.

    Times of tracks are held to what is reached, which the documentation tells, and not to the half
    a second for a step and the three for samples that were aimed at.
    """
    fastest = results["tracks"]["fastest_s"]
    checks = {
        "drawing, time of the heat kernel in that of the walk": (
            1 / results["drawing"]["times_faster"],
            1 / LEAST_TIMES_FASTER,
        ),
        "step of tracks, seconds": (fastest["step"], 1.25 * PUBLISHED_STEP_SECONDS),
        "samples of tracks, seconds": (fastest["samples"], LARGEST_SAMPLES_SECONDS),
    }
    for name, density in results["densities"].items():
        checks[f"{name}, nats from the truth"] = (abs(density["gap"]["mean"]), LARGEST_GAP_NATS)
    return [
        f"{name}: expected at most {most}, got {got}"
        for name, (got, most) in checks.items()
        if not got <= most
    ]


def main() -> None:
    """Measure, write the results, and fail where a claim does not hold."""
    quick = quick_is_asked(__doc__)
    sizes = QUICK if quick else Sizes()
    results = {
        **circumstances("dm-haiku"),
        "seed": SEED,
        "drawing": time_drawing(sizes),
        "tracks": time_tracks(sizes),
        "densities": {name: measure_density(name, sizes) for name in LAWS},
    }
    conclude("manifolds", results, failures, quick=quick)


if __name__ == "__main__":
    main()
