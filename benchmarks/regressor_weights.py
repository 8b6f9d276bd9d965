"""Working regressors, drawn from a model of their weights.

Run as `python benchmarks/regressor_weights.py`; writes `benchmarks/results/regressor_weights.json`,
and goes on from the run that it finds in `--runs`. Many small networks with one hidden layer, all
from one start, are fitted to a sine of their own, `a sin(2 x + b)`, by plain gradient descent,
whose end is a smooth function of the sine. The weights of one are a field over its hidden units:
three values at the place where a unit bends at the start. A draw of the field is a regressor, and
works if its function is near such a sine, in parts of that sine's size. Normal laws of the same
weights stand beside.
"""

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
import optax
import small_runs
from jaxtyping import Array, Float
from results_file import as_text, circumstances, measure_in_runs
from small_runs import trained_in, without_symmetry
from tables import OURS

import geomndp as gn
from geomndp.experiments import RunFolder

SEED = 7
FREQUENCY = 2.0
LEAST, MOST = 0.5, 1.5
"""Of the amplitudes."""
N_UNITS = 12
SEEN, NORMAL, INDEPENDENT = "fitted regressors", "normal law", "independent weights"
WEIGHTINGS = {
    OURS: small_runs.WEIGHTING,
    f"{OURS}, large noise counted less": gn.losses.LogNormalWeighting(mean=-2.0, std=1.6),
}
"""By which models are trained, all else being the same."""
WORKS = 0.1
"""How far the function of a regressor that works is from a sine of the family at most."""

Weights: TypeAlias = Float[Array, "n_regressors n_units 3"]
"""Of each hidden unit its factor of the input, its shift, and its factor in the output."""


@dataclass(frozen=True)
class Sizes:
    """How much is trained and scored."""

    n_regressors: int = 4000
    n_fit_steps: int = 1500
    n_steps: int = 8000
    batch_size: int = 64
    learning_rate: float = 2e-3
    width: int = 64
    n_layers: int = 3
    n_draws: int = 512
    n_shown: int = 12


QUICK = Sizes(8, 3, 2, 2, 1e-3, 8, 1, 4, 2)


def grid() -> Float[Array, " n_points"]:
    """The points at which functions are compared."""
    return jnp.linspace(-2.0, 2.0, 101)


def values(
    weights: Float[Array, "n_units 3"], x: Float[Array, " n_points"]
) -> Float[Array, " n_points"]:
    """The function of a regressor."""
    into, shift, out = weights.T
    return jnp.tanh(x[:, None] * into[None] + shift[None]) @ out


def places() -> Float[Array, "n_units 1"]:
    """Where units bend at the start."""
    return jnp.linspace(-2.0, 2.0, N_UNITS)[:, None]


def starting_weights() -> Float[Array, "n_units 3"]:
    """Units that bend one after another along the line, and tell nothing yet."""
    into = jnp.full((N_UNITS, 1), FREQUENCY)
    return jnp.concatenate([into, -FREQUENCY * places(), jnp.zeros((N_UNITS, 1))], -1)


def fitted(n: int, n_steps: int, *, key: Any) -> Weights:
    """Regressors, each fitted to a sine of its own from the start that all share."""
    of_size, of_phase = jax.random.split(key)
    start = starting_weights()
    sizes = jax.random.uniform(of_size, (n,), minval=LEAST, maxval=MOST)
    phases = jax.random.uniform(of_phase, (n,), maxval=2 * jnp.pi)
    # Adam would begin with the signs of gradients, and its end jump where one of them changes.
    optimiser = optax.sgd(0.1, momentum=0.9)

    @jax.jit
    @jax.vmap
    def fit(size: Array, phase: Array) -> Array:
        x = grid()
        target = size * jnp.sin(FREQUENCY * x + phase)

        def step(carry: Any, _: None) -> Any:
            weights, state = carry
            grad = jax.grad(lambda w: jnp.mean((values(w, x) - target) ** 2))(weights)
            updates, state = optimiser.update(grad, state)
            return (optax.apply_updates(weights, updates), state), None

        (weights, _), _ = jax.lax.scan(step, (start, optimiser.init(start)), None, n_steps)
        return weights

    return fit(sizes, phases)


def functions_of(weights: Weights) -> Float[np.ndarray, "n_regressors n_points"]:
    """The functions of regressors at the points of the grid."""
    return np.asarray(jax.vmap(lambda w: values(w, grid()))(weights))


def off_the_family(weights: Weights) -> tuple[Float[np.ndarray, " n"], Float[np.ndarray, " n"]]:
    """How far each function is from the nearest sine of the family, in parts of that sine's size.

    Also the amplitude of the best sine of any size.
    """
    functions, x = functions_of(weights), np.asarray(grid())
    sines = np.stack([np.sin(FREQUENCY * x), np.cos(FREQUENCY * x)])
    best = np.linalg.lstsq(sines.T, functions.T, rcond=None)[0]
    amplitude = np.linalg.norm(best, axis=0)
    nearest = sines.T @ (best * np.clip(amplitude, LEAST, MOST) / amplitude)
    distance = np.linalg.norm(functions.T - nearest, axis=0) / np.linalg.norm(nearest, axis=0)
    return distance, amplitude


def told(weights: Weights) -> dict[str, float]:
    """Scores of regressors."""
    distance, amplitude = off_the_family(weights)
    share = float((distance < WORKS).mean())
    return {
        "median_distance": float(np.median(distance)),
        "share_that_works": share,
        "standard_error": float((share * (1 - share) / len(distance)) ** 0.5),
        "mean_amplitude": float(amplitude.mean()),
        "spread_of_amplitudes": float(amplitude.std()),
    }


def trained_on(
    seen: Weights, weighting: gn.losses.AbstractWeighting, sizes: Sizes, folder: Path
) -> tuple[gn.TrainedProcess, dict[str, Any]]:
    """The model of weights of mean 0 and variance 1, each, that a folder holds, or will."""
    return trained_in(
        RunFolder(folder),
        without_symmetry(1, dim_y=3, unit_x=0.25, width=sizes.width, n_layers=sizes.n_layers),
        gn.FieldSample(jnp.broadcast_to(places(), (len(seen), N_UNITS, 1)), seen),
        n_context=2,
        n_steps=sizes.n_steps,
        batch_size=sizes.batch_size,
        learning_rate=sizes.learning_rate,
        weighting=weighting,
        seed=SEED,
    )


def measure(sizes: Sizes, runs: Path) -> dict[str, Any]:
    """Fit regressors, train models of their weights, and score draws of all laws."""
    of_fit, of_ours, of_each = jax.random.split(jax.random.key(SEED), 3)
    seen = fitted(sizes.n_regressors, sizes.n_fit_steps, key=of_fit)
    mean, spread = seen.mean(0), seen.std(0)
    n, laws, training = sizes.n_draws, {}, {}
    for number, (name, weighting) in enumerate(WEIGHTINGS.items()):
        scaled = (seen - mean[None]) / spread[None]
        trained, training[name] = trained_on(scaled, weighting, sizes, runs / f"weights-{number}")
        drawn = trained.sample(places(), n_samples=n, key=of_ours)
        laws[name] = mean[None] + spread[None] * drawn
    moments = mean.ravel(), np.cov(seen.reshape(len(seen), -1).T)
    normal = np.random.default_rng(SEED).multivariate_normal(*moments, n)
    laws = {
        SEEN: seen[:n],
        **laws,
        NORMAL: jnp.asarray(normal.reshape(n, N_UNITS, 3), mean.dtype),
        INDEPENDENT: mean[None] + spread[None] * jax.random.normal(of_each, (n, N_UNITS, 3)),
    }
    return {
        **circumstances("dm-haiku", "numpy", "optax"),
        "seed": SEED,
        "sizes": dataclasses.asdict(sizes),
        "works_below": WORKS,
        "training": training,
        "scores": {name: told(weights) for name, weights in laws.items()},
        "shown": {
            name: [as_text(function) for function in functions_of(weights[: sizes.n_shown])[:, ::2]]
            for name, weights in laws.items()
        },
    }


def failures(results: dict[str, Any]) -> list[str]:
    """Laws of which as many draws work as of ours."""
    scores = results["scores"]
    ours = scores[OURS]["share_that_works"] - 2 * scores[OURS]["standard_error"]
    return [
        f"{name}: {scores[name]['share_that_works']:.2f} work, of ours {ours:.2f}"
        for name in (NORMAL, INDEPENDENT)
        if not scores[name]["share_that_works"] < ours
    ]


def main() -> None:
    """Measure and write the results."""
    measure_in_runs("regressor_weights", __doc__, measure, failures, full=Sizes(), tiny=QUICK)


if __name__ == "__main__":
    main()
