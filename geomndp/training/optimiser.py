"""The optimiser, and the state of a training run."""

from typing import Any, NamedTuple, cast

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Int

from geomndp.networks import Params
from geomndp.training.config import TrainingConfig


class TrainingState(NamedTuple):
    """Everything that a run needs to go on."""

    step: Int[Array, ""]
    params: Params
    average: Params
    """Exponential moving average of the parameters."""
    optimiser: Any


def learning_rate(config: TrainingConfig) -> optax.Schedule:
    """Linear warm-up, then a cosine to a hundredth of the peak."""
    warmup = int(config.warmup_fraction * config.n_steps)
    return optax.warmup_cosine_decay_schedule(
        init_value=0.0 if warmup else config.learning_rate,
        peak_value=config.learning_rate,
        warmup_steps=warmup,
        decay_steps=max(config.n_steps, warmup + 1),
        end_value=0.01 * config.learning_rate,
    )


def optimiser(config: TrainingConfig) -> optax.GradientTransformation:
    """Adam on clipped gradients, with decoupled weight decay."""
    return optax.chain(
        optax.clip_by_global_norm(config.clip_norm),
        optax.adamw(learning_rate(config), weight_decay=config.weight_decay),
    )


def initial_state(params: Params, config: TrainingConfig) -> TrainingState:
    """The state before the first step."""
    copy = jax.tree.map(jnp.copy, params)
    return TrainingState(jnp.array(0), params, copy, optimiser(config).init(params))


def updated(state: TrainingState, gradient: Params, config: TrainingConfig) -> TrainingState:
    """The state after a step along the gradient."""
    # optax raises floats to the power of int32 counts, which strict promotion refuses.
    with jax.numpy_dtype_promotion("standard"):
        changes, inner = optimiser(config).update(gradient, state.optimiser, state.params)
        params = cast(Params, optax.apply_updates(cast(Any, state.params), changes))
    # Early on the average forgets faster, so that it does not remember the start.
    step = state.step.astype(jnp.float32)
    decay = jnp.minimum(config.ema_decay, (1 + step) / (10 + step))
    average = jax.tree.map(
        lambda a, p: a + (1 - decay).astype(p.dtype) * (p - a), state.average, params
    )
    return TrainingState(state.step + 1, params, average, inner)
