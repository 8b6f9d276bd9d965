"""Working regressors, drawn from a model of their weights.

Run as `python benchmarks/regressor_weights.py`; writes `benchmarks/results/regressor_weights.json`,
and goes on from the run that it finds in `--runs`. Many small networks with one hidden layer, all
from one start, are fitted to a sine of their own, `a sin(2 x + b)`. The weights of one are a field:
values at the places of the layer and the unit that they belong to. A draw of the field is a
regressor, and works if its function is near such a sine, in parts of that sine's size. Normal laws
of the same weights stand beside.
"""

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Float
from results_file import circumstances, conclude, quick_and_runs
from small_runs import trained_in, without_symmetry
from tables import OURS

import geomndp as gn
from geomndp.experiments import RunFolder

SEED = 7
FREQUENCY = 2.0
LEAST, MOST = 0.5, 1.5
"""Of the amplitudes."""
N_HIDDEN = 12
N_WEIGHTS = 3 * N_HIDDEN + 1
SEEN, NORMAL, INDEPENDENT = "fitted regressors", "normal law", "independent weights"
WORKS = 0.1
"""How far the function of a regressor that works is from a sine of the family at most."""

Weights: TypeAlias = Float[Array, "n_regressors n_weights"]


@dataclass(frozen=True)
class Sizes:
    """How much is trained and scored."""

    n_regressors: int = 2000
    n_fit_steps: int = 1500
    n_steps: int = 2500
    batch_size: int = 32
    width: int = 64
    n_layers: int = 3
    n_draws: int = 256


QUICK = Sizes(8, 3, 2, 2, 8, 1, 4)


def grid() -> Float[Array, " n_points"]:
    """The points at which functions are compared."""
    return jnp.linspace(-2.0, 2.0, 101)


def values(
    weights: Float[Array, " n_weights"], x: Float[Array, " n_points"]
) -> Float[Array, " n_points"]:
    """The function of a regressor."""
    into, shift, out = weights[:-1].reshape(3, N_HIDDEN)
    return jnp.tanh(x[:, None] * into[None] + shift[None]) @ out + weights[-1]


def starting_weights() -> Float[Array, " n_weights"]:
    """Units that bend one after another along the line, and tell nothing yet."""
    into = jnp.full((N_HIDDEN,), FREQUENCY)
    return jnp.concatenate([into, -FREQUENCY * bends(), jnp.zeros(N_HIDDEN + 1)])


def bends() -> Float[Array, " n_hidden"]:
    """Where units bend at the start."""
    return jnp.linspace(-2.0, 2.0, N_HIDDEN)


def fitted(n: int, n_steps: int, *, key: Any) -> Weights:
    """Regressors, each fitted to a sine of its own from the start that all share."""
    of_size, of_phase = jax.random.split(key)
    start = starting_weights()
    sizes = jax.random.uniform(of_size, (n,), minval=LEAST, maxval=MOST)
    phases = jax.random.uniform(of_phase, (n,), maxval=2 * jnp.pi)
    optimiser = optax.adam(optax.cosine_decay_schedule(0.02, n_steps))

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


def places() -> Float[Array, "n_weights 2"]:
    """Of every weight its layer, and where its unit bends at the start."""
    layers = jnp.repeat(jnp.array([-2.0, 0.0, 2.0, 4.0]), np.array([N_HIDDEN] * 3 + [1]))
    return jnp.stack([layers, jnp.append(jnp.tile(bends(), 3), 0.0)], -1)


def off_the_family(weights: Weights) -> tuple[Float[np.ndarray, " n"], Float[np.ndarray, " n"]]:
    """How far each function is from the nearest sine of the family, in parts of that sine's size.

    Also the amplitude of the best sine of any size.
    """
    x = np.asarray(grid())
    functions = np.asarray(jax.vmap(lambda w: values(w, grid()))(weights))
    sines = np.stack([np.sin(FREQUENCY * x), np.cos(FREQUENCY * x)])
    best = np.linalg.lstsq(sines.T, functions.T, rcond=None)[0]
    amplitude = np.linalg.norm(best, axis=0)
    nearest = sines.T @ (best * np.clip(amplitude, LEAST, MOST) / amplitude)
    return np.linalg.norm(functions.T - nearest, axis=0) / np.linalg.norm(
        nearest, axis=0
    ), amplitude


def told(weights: Weights) -> dict[str, float]:
    """Scores of regressors."""
    distance, amplitude = off_the_family(weights)
    works = distance < WORKS
    share = float(works.mean())
    return {
        "median_distance": float(np.median(distance)),
        "share_that_works": share,
        "standard_error": float((share * (1 - share) / len(distance)) ** 0.5),
        "mean_amplitude": float(amplitude.mean()),
        "spread_of_amplitudes": float(amplitude.std()),
    }


def measure(sizes: Sizes, runs: Path) -> dict[str, Any]:
    """Fit regressors, train the model of their weights, and score draws of all laws."""
    of_fit, of_ours, of_each = jax.random.split(jax.random.key(SEED), 3)
    seen = fitted(sizes.n_regressors, sizes.n_fit_steps, key=of_fit)
    mean, spread = seen.mean(0), seen.std(0)
    x = jnp.broadcast_to(places(), (len(seen), N_WEIGHTS, 2))
    trained, training = trained_in(
        RunFolder(runs / "weights"),
        without_symmetry(2, unit_x=0.25, width=sizes.width, n_layers=sizes.n_layers),
        gn.FieldSample(x, ((seen - mean[None]) / spread[None])[..., None]),
        n_context=8,
        n_steps=sizes.n_steps,
        batch_size=sizes.batch_size,
        seed=SEED,
    )
    n = sizes.n_draws
    drawn = trained.sample(places(), n_samples=n, key=of_ours)[..., 0]
    normal = np.random.default_rng(SEED).multivariate_normal(mean, np.cov(seen.T), n)
    laws = {
        SEEN: seen[:n],
        OURS: mean[None] + spread[None] * drawn,
        NORMAL: jnp.asarray(normal, mean.dtype),
        INDEPENDENT: mean[None] + spread[None] * jax.random.normal(of_each, (n, N_WEIGHTS)),
    }
    return {
        **circumstances("dm-haiku", "numpy", "optax"),
        "seed": SEED,
        "sizes": dataclasses.asdict(sizes),
        "n_weights": N_WEIGHTS,
        "works_below": WORKS,
        "training": training,
        "scores": {name: told(weights) for name, weights in laws.items()},
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
    quick, runs = quick_and_runs(__doc__, "runs/regressor_weights")
    results = measure(QUICK if quick else Sizes(), runs)
    conclude("regressor_weights", results, failures, quick=quick)


if __name__ == "__main__":
    main()
