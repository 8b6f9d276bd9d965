"""Winds without divergence from a learned law of stream functions, beside Gaussian processes.

Run as `python benchmarks/stream_functions.py`; writes `benchmarks/results/stream_functions.json`.
It needs ERA5 winds, `winds_era5_bay_of_bengal.nc`, in the folder `GEOMNDP_DATA`. Winds on a grid
become draws of stream functions at nodes, of which a network learns what a fitted Gaussian process
leaves of the score; winds at held-out times are told from stations.
"""

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from results_file import circumstances, conclude, quick_is_asked
from wind_data import data_folder, load_files

import geomndp as gn
from geomndp.experiments.wind_processes import JITTER

SEED = 0
FILE = "winds_era5_bay_of_bengal.nc"
MODEL, ROTATIONAL, HELMHOLTZ = "stream functions", "divergence-free GP", "Helmholtz GP"
NEAREST, CALM = "nearest wind", "no wind"


@dataclass(frozen=True)
class Sizes:
    """How much is trained and scored."""

    n_nodes: int = 10
    every: int = 4
    n_steps: int = 300
    batch_size: int = 8
    width: int = 16
    n_layers: int = 2
    fit_steps: int = 300
    n_fields: int = 8
    n_told: int = 200
    n_given: int = 25
    n_members: int = 16


QUICK = Sizes(4, 1, 2, 2, 8, 1, 2, 2, 8, 3, 3)


class StreamFunctions(eqx.Module):
    """Winds told from stations by a learned law of stream functions."""

    trained: gn.TrainedProcess
    winds: gn.sampling.DerivedFields
    noise_variance: float
    """Of all in a component of an observed wind that is not of the stream function."""
    method: gn.sampling.AbstractConditionalMethod

    def streams(self, context: gn.FieldSample, *, n_samples: int, key: jax.Array) -> jax.Array:
        """Values at the nodes."""
        seen = self.winds.values(gn.FieldSample(context.x, context.y))
        posterior = self.trained.condition(seen, observation_noise=self.noise_variance)
        return posterior.sample(n_samples=n_samples, method=self.method, key=key)

    def sample(
        self, context: gn.FieldSample, x: jax.Array, *, n_samples: int, key: jax.Array
    ) -> jax.Array:
        """Winds as they would be observed, like those of the other processes."""
        key, noise_key = jax.random.split(key)
        made = self.winds.at(self.streams(context, n_samples=n_samples, key=key), x)
        noise = jax.random.normal(noise_key, made.shape, made.dtype)
        return made + self.noise_variance**0.5 * noise


class NoWind(eqx.Module):
    """Winds told as calm."""

    def sample(
        self, context: gn.FieldSample, x: jax.Array, *, n_samples: int, key: jax.Array
    ) -> jax.Array:
        """One field of zeros."""
        return jnp.zeros_like(x)[None]


def load(folder: Path) -> gn.data.Winds:
    """The winds."""
    (winds,) = load_files(folder, FILE)
    return winds


def processes(train: gn.data.Winds, chart: Any, sizes: Sizes) -> dict[str, gn.GaussianProcess]:
    """Fitted Gaussian processes of winds, with a divergence and without."""
    n_points = min(64, len(train.places[0]))
    drawn = gn.data.wind_batches(train, chart, n_points=n_points, batch_size=32, seed=SEED)
    batch = next(drawn)
    variance = float(jnp.mean(batch.y**2))
    radial = gn.kernels.Matern52(300.0, variance / 2)
    noise = gn.kernels.White(0.05 * variance, 2)
    kernels = {
        HELMHOLTZ: gn.kernels.helmholtz(radial, radial) + noise,
        ROTATIONAL: gn.kernels.DivergenceFree(radial) + noise,
    }
    starts = {name: gn.GaussianProcess(kernel) for name, kernel in kernels.items()}
    settings = {"n_steps": sizes.fit_steps, "jitter": JITTER}
    return {name: gn.gp.fit(start, batch, **settings)[0] for name, start in starts.items()}


def stream_kernel(wind: gn.kernels.Matern52) -> gn.kernels.Matern52:
    """That of stream functions of winds whose components have the variance of a kernel."""
    # A component of the wind has 5 / (3 l²) times the variance of the stream function.
    return gn.kernels.Matern52(wind.lengthscale, 0.6 * wind.lengthscale**2 * wind.variance)


def streams_of(
    train: gn.data.Winds, chart: Any, helmholtz: gn.GaussianProcess, sizes: Sizes
) -> tuple[gn.sampling.DerivedFields, gn.sampling.FunctionPosterior]:
    """Stream functions at nodes given the winds of a grid, whose divergence is known of."""
    kernels: Any = helmholtz.kernel
    divergent, rotational, noise = kernels.terms
    kernel = stream_kernel(rotational.kernel)
    fields = train.every(sizes.every).fields(chart)
    reach = 1.15 * float(jnp.abs(fields.x).max())
    axis = jnp.linspace(-reach, reach, sizes.n_nodes, dtype=fields.x.dtype)
    nodes = jnp.stack(jnp.meshgrid(axis, axis), -1).reshape(-1, 2)
    winds = gn.sampling.DerivedFields(
        gn.gp.KernelInterpolation(kernel, nodes), gn.kernels.PlaneSkewGradient
    )
    return winds, winds.condition(fields, noise_variance=noise.variance, beside=divergent)


def learn(
    winds: gn.sampling.DerivedFields, streams: gn.sampling.FunctionPosterior, sizes: Sizes
) -> gn.TrainedProcess:
    """The law of stream functions, beginning from the Gaussian process of the interpolation."""
    kernel: Any = winds.interpolation.kernel
    kind = gn.FieldType(gn.groups.SE(2), gn.representations.Pseudoscalar())
    network = gn.networks.EquivariantTransformer(
        kind, unit_x=kernel.lengthscale / 2, width=sizes.width, n_layers=sizes.n_layers,
        n_channels=sizes.width // 2, n_heads=4, graph=gn.networks.NearestNeighbourGraph(8),
    )  # fmt: skip
    limit = gn.GaussianProcess(gn.kernels.White(kernel.variance))
    noising = gn.sde.OrnsteinUhlenbeck(limit, gn.sde.LinearSchedule(beta_max=25.0))
    values = gn.GaussianProcess(kernel + gn.kernels.White(JITTER * kernel.variance))
    residual = gn.parametrisations.GaussianResidual(values)
    model = gn.NeuralDiffusionProcess(noising, network, residual)
    config = gn.training.TrainingConfig(
        n_steps=sizes.n_steps, batch_size=sizes.batch_size, ema_decay=0.99
    )
    fitted = gn.training.fit(model, streams, config=config, key=jax.random.key(SEED))
    return gn.TrainedProcess(model, fitted.params)


def largest_divergence(told: StreamFunctions, task: gn.experiments.WindTask) -> float:
    """Of a member anywhere, relative to the root mean square of the gradient."""
    values = told.streams(task.context, n_samples=1, key=jax.random.key(SEED))[0]
    key = jax.random.key(SEED + 1)
    reach = float(jnp.abs(told.winds.interpolation.x).max())
    x = jax.random.uniform(key, (2000, 2), values.dtype, minval=-reach, maxval=reach)
    gradient = jax.jit(jax.vmap(jax.jacfwd(told.winds.field(values).at)))(x)
    size = jnp.sqrt(jnp.mean(jnp.sum(gradient**2, (1, 2))))
    return float(jnp.abs(jnp.trace(gradient, axis1=1, axis2=2)).max() / size)


def compare(winds: gn.data.Winds, sizes: Sizes) -> dict[str, Any]:
    """Scores of winds told at held-out times."""
    split = gn.experiments.split_winds(winds)
    chart = gn.data.AzimuthalEqualArea.centred_on(*winds.places)
    fitted = processes(split.train, chart, sizes)
    derived, streams = streams_of(split.train, chart, fitted[HELMHOLTZ], sizes)
    rotational: Any = fitted[ROTATIONAL].kernel
    noise = float(rotational.terms[-1].variance)
    method = gn.sampling.KrylovGuidance(gn.solvers.DPMSolver(n_steps=20), 8, ridge=0.3)
    told = StreamFunctions(learn(derived, streams, sizes), derived, noise, method)
    tasks = gn.experiments.wind_tasks(
        split.test, sizes.n_fields, chart, n_points=sizes.n_told, n_given=sizes.n_given, seed=SEED
    )
    predictors = {
        MODEL: told,
        **{name: gn.experiments.WindGaussianProcess(gp) for name, gp in fitted.items()},
        NEAREST: gn.experiments.NearestWind(),
        CALM: NoWind(),
    }
    scores = gn.experiments.score_winds(
        predictors, tasks, n_members=sizes.n_members, key=jax.random.key(SEED)
    )
    return {
        **circumstances("dm-haiku", "numpy", "xarray"),
        "seed": SEED,
        "sizes": dataclasses.asdict(sizes),
        "n_times": len(split.train.times),
        "noise_variance": noise,
        "largest_divergence": largest_divergence(told, tasks[0]),
        "scores": scores,
    }


def failures(results: dict[str, Any]) -> list[str]:
    """What a reader of the documentation is told, and does not hold.

    Winds of stream functions are told better than by the nearest station or as calm, by the energy
    score, and have no divergence, to rounding.
    """
    energy = {name: each["energy_score"]["mean"] for name, each in results["scores"].items()}
    found = [
        f"{energy[MODEL]:.2f} m/s, and {rule} {energy[rule]:.2f} m/s"
        for rule in (NEAREST, CALM)
        if not energy[MODEL] < energy[rule]
    ]
    if not results["largest_divergence"] < 1e-4:
        found.append(f"a divergence of {results['largest_divergence']:.0e} of the gradients")
    return found


def main() -> None:
    """Measure and write the results."""
    quick = quick_is_asked(__doc__)
    winds = load(data_folder())
    results = compare(winds, QUICK if quick else Sizes())
    conclude("stream_functions", results, failures, quick=quick)


if __name__ == "__main__":
    main()
