"""The optimiser, and the state of a training run."""

import re
from typing import Any, NamedTuple, cast

import jax
import jax.numpy as jnp
import optax
import optax.contrib
from jaxtyping import Array, Int

from geomndp.networks import Params
from geomndp.training.config import TrainingConfig

_OF_LAYERS = re.compile(r"(^|/)layer(_\d+)?(/|$)")
"""Modules of haiku that are a layer of a network, or within one."""
_MUON_STEP = 0.4
"""Root mean square of a step of Muon, in learning rates: those of Adam are about as long."""


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


def optimiser(params: Params, config: TrainingConfig) -> optax.GradientTransformation:
    """Adam or Muon of these parameters on clipped gradients, with decoupled weight decay.

    References:
        Jordan et al. (2024), *Muon: An optimizer for hidden layers in neural networks*; Liu et al.
        (2025), *Muon is scalable for LLM training*, arXiv:2502.16982, section 2.2, whose steps have
        half the size of these, beside a rate that both share.
    """
    rate, decay = learning_rate(config), config.weight_decay
    if config.muon:
        steps = optax.contrib.muon(
            rate,
            weight_decay=decay,
            adam_weight_decay=decay,
            consistent_rms=_MUON_STEP,
            muon_weight_dimension_numbers=matrices_of_layers(params),
        )
    else:
        steps = optax.adamw(rate, weight_decay=decay)
    return optax.chain(optax.clip_by_global_norm(config.clip_norm), steps)


def matrices_of_layers(params: Params) -> Any:
    """Which parameters are weight matrices of layers, and along which axes; None of the others.

    They are those of modules that are named as a layer: what embeds a point and what is read out
    are no maps between features. Layers that are stacked have one array, its first axis is theirs.

    Raises:
        ValueError: If there is none.
    """

    def axes(module: str, array: Any) -> optax.contrib.MuonDimensionNumbers | None:
        stacked = "layer_stack" in module
        if not _OF_LAYERS.search(module) or array.ndim != 2 + stacked:
            return None
        return optax.contrib.MuonDimensionNumbers(array.ndim - 2, array.ndim - 1)

    found = {
        module: {name: axes(module, array) for name, array in arrays.items()}
        for module, arrays in params.items()
    }
    if not any(one for arrays in found.values() for one in arrays.values()):
        raise ValueError(
            "expected a network with modules named layer or layer_0, layer_1, ..., whose matrices "
            f"Muon changes, got {', '.join(sorted(params))}; leave muon out"
        )
    return found


def initial_state(params: Params, config: TrainingConfig) -> TrainingState:
    """The state before the first step."""
    copy = jax.tree.map(jnp.copy, params)
    return TrainingState(jnp.array(0), params, copy, optimiser(params, config).init(params))


def updated(state: TrainingState, gradient: Params, config: TrainingConfig) -> TrainingState:
    """The state after a step along the gradient."""
    # optax raises floats to the power of int32 counts, which strict promotion refuses.
    with jax.numpy_dtype_promotion("standard"):
        steps = optimiser(state.params, config)
        changes, inner = steps.update(gradient, state.optimiser, state.params)
        params = cast(Params, optax.apply_updates(cast(Any, state.params), changes))
    # Early on the average forgets faster, so that it does not remember the start.
    step = state.step.astype(jnp.float32)
    decay = jnp.minimum(config.ema_decay, (1 + step) / (10 + step))
    average = jax.tree.map(
        lambda a, p: a + (1 - decay).astype(p.dtype) * (p - a), state.average, params
    )
    return TrainingState(state.step + 1, params, average, inner)
