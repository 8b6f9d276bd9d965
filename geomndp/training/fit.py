"""Training a model."""

import math
import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.fields import AbstractFieldGenerator, FieldSample
from geomndp.losses import AbstractLoss, DenoisingScoreMatching, importance_times
from geomndp.model import NeuralDiffusionProcess
from geomndp.model.parameters import problem_with_parameters
from geomndp.networks import Params
from geomndp.training.check_fields import check_fields
from geomndp.training.config import TrainingConfig
from geomndp.training.few_at_once import of_all
from geomndp.training.fingerprint import fingerprint
from geomndp.training.sources import AbstractSource, Data, source_of
from geomndp.training.tasks import AbstractTask, WholeField
from geomndp.typing import Key

if TYPE_CHECKING:
    from geomndp.training.checkpoints import Checkpoints

Progress = Callable[[dict[str, int | float]], None]
"""Called after every step with `step`, `n_steps` and `loss`."""

_N_VALIDATION = 512
"""Fields, tasks and times in an evaluation of the validation loss; always the same ones."""


class FitResult(NamedTuple):
    """What training gives.

    Example:
        >>> import geomndp as gn
        >>> gn.training.FitResult({}, []).history
        []
    """

    params: Params
    """Moving average of the parameters."""
    history: list[dict[str, int | float]]
    """Records with `step`, `loss` (mean since the last record), `learning_rate`, `seconds` (since
    the run began, pauses excluded) and, where evaluated, `validation_loss`."""


def fit(
    model: NeuralDiffusionProcess,
    data: Data,
    *,
    key: Key,
    config: TrainingConfig | None = None,
    task: AbstractTask | None = None,
    loss: AbstractLoss | None = None,
    validation: FieldSample | AbstractFieldGenerator | None = None,
    start: Params | None = None,
    folder: str | os.PathLike[str] | None = None,
    resume: bool = False,
    progress: Progress | None = None,
) -> FitResult:
    """Train a model on fields.

    Every random choice of a step derives from the key and the number of the step. So a run that
    was killed and resumed from its folder ends with the parameters of one that was not, bit for
    bit on the same machine; of an iterator it sees other batches.

    Arguments:
        model: The model.
        data: Fields on a leading axis, padded, with masks; or a generator, which draws new ones
            inside the compiled step; or an iterator over batches, each of one step.
        key: Random key, of the initial parameters and of every step.
        config: Settings of the run, defaults when left out.
        task: What a step asks of a field; `WholeField` when left out.
        loss: What is minimised; `DenoisingScoreMatching` when left out.
        validation: Fields, or a generator of them, on which the loss of the averaged parameters is
            evaluated.
        start: Parameters to begin with, such as those of a shipped model that is trained further on
            other fields; fresh ones when left out.
        folder: Where checkpoints and history are kept; nothing is written when left out.
        resume: Go on from the last checkpoint in the folder.
        progress: Called after every step.

    Returns:
        The averaged parameters and the history.

    Raises:
        ValueError: If `data` are no finite fields for the network, `start` are not parameters of
            it, or an iterator ends, or the loss stops being finite.
        TypeError: If `data` are neither fields nor a generator nor an iterator.
        CheckpointError: If the folder holds a run and `resume` is False, or another run.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> globe = gn.manifolds.Sphere(2)
        >>> kind = gn.FieldType(gn.groups.T(1), gn.representations.Trivial(3), codomain=globe)
        >>> network = gn.networks.TranslationInvariantTransformer(kind, width=8, n_layers=1)
        >>> motion = gn.sde.BrownianMotion(globe, gn.sde.LinearSchedule())
        >>> model = gn.NeuralDiffusionProcess(motion, network)
        >>> x = jnp.broadcast_to(jnp.arange(4.0)[:, None], (16, 4, 1))
        >>> data = gn.FieldSample(x, globe.random_uniform((16, 4), key=jax.random.key(0)))
        >>> config = gn.training.TrainingConfig(n_steps=2, batch_size=4, log_every=1)
        >>> len(gn.training.fit(model, data, config=config, key=jax.random.key(1)).history)
        2
    """
    config = TrainingConfig() if config is None else config
    task = WholeField() if task is None else task
    loss = DenoisingScoreMatching() if loss is None else loss
    kind = model.network.field_type
    source = source_of(data, kind)
    model.check_covariates(source.example.covariates, "data")
    if isinstance(validation, AbstractFieldGenerator):
        validation = _drawn(validation, config.batch_size, jax.random.fold_in(key, 0))
    if validation is not None:
        check_fields(validation, kind, "validation")
        model.check_covariates(validation.covariates, "validation")
    if start is not None and (problem := problem_with_parameters(model, start)):
        raise ValueError(f"start: {problem}; take the model that they were trained with")
    make = partial(_Run, model, source, task, loss, config, key, validation, start)
    progress = progress or (lambda _: None)
    if folder is None:
        return make().go(None, progress)
    settings = fingerprint(model, source.describe(), task, loss, config, key, start)
    return _fit_in_folder(make, Path(folder), settings, resume, progress)


def _fit_in_folder(
    make: Callable[[], "_Run"],
    folder: Path,
    settings: dict[str, Any],
    resume: bool,
    progress: Progress,
) -> FitResult:
    """Run with checkpoints; a folder that does not fit is refused before anything is compiled."""
    from geomndp.training.checkpoints import Checkpoints, check_folder

    check_folder(folder, settings, resume=resume)
    run = make()
    checkpoints = Checkpoints(folder, settings, resume=resume)
    try:
        return run.go(checkpoints, progress)
    finally:
        checkpoints.close()


class _Run:
    """One training run: its compiled step, its state, its history."""

    def __init__(
        self,
        model: NeuralDiffusionProcess,
        source: AbstractSource,
        task: AbstractTask,
        loss: AbstractLoss,
        config: TrainingConfig,
        key: Key,
        validation: FieldSample | None,
        start: Params | None,
    ):
        from geomndp.training import optimiser

        self.config = config
        init_key, self.validation_key, step_key = jax.random.split(key, 3)
        self.learning_rate = optimiser.learning_rate(config)
        # Parameters depend on the shape of a target, which is known before any is drawn.
        _, shapes = jax.eval_shape(lambda: task(source.example, key=init_key))
        example = jax.tree.map(lambda part: jnp.zeros(part.shape, part.dtype), shapes)
        if start is None:
            start = model.init(example, key=init_key)
        # A copy, since steps overwrite what they are given.
        self.state = optimiser.initial_state(jax.tree.map(jnp.array, start), config)

        def mean_loss(params: Params, fields: FieldSample, key: Key) -> Float[Array, ""]:
            n = fields.x.shape[0]
            time_key, task_key, noise_key = jax.random.split(key, 3)
            times = importance_times(model.noising, loss.weighting, n, key=time_key)

            def one(field, t, task_key, noise_key):
                context, target = task(field, key=task_key)
                t = t.astype(target.y.dtype)
                return model.loss(params, target, t, context=context, loss=loss, key=noise_key)

            keys = jax.random.split(task_key, n), jax.random.split(noise_key, n)
            losses = of_all(one, config.batch_size, fields, times.t, *keys)
            return jnp.mean(times.importance.astype(losses.dtype) * losses)

        def train_step(state: optimiser.TrainingState, fed: Any):
            choice_key, loss_key = jax.random.split(jax.random.fold_in(step_key, state.step))
            batch = source.batch(fed, config.batch_size, choice_key)
            loss, gradient = jax.value_and_grad(mean_loss)(state.params, batch, loss_key)
            return optimiser.updated(state, gradient, config), loss

        self.source = source
        self.step = jax.jit(train_step, donate_argnums=0)
        self.validation = None
        if validation is not None:
            chosen = jnp.arange(_N_VALIDATION) % validation.x.shape[0]
            self.validation = jax.tree.map(lambda part: part[chosen], validation)
            self.evaluate = jax.jit(mean_loss)

    def go(self, checkpoints: "Checkpoints | None", progress: Progress) -> FitResult:
        history = []
        if checkpoints is not None:
            self.state = checkpoints.restore(self.state)
            history = checkpoints.read_history(int(self.state.step))
        self._loop(checkpoints, history, progress)
        return FitResult(self.state.average, history)

    def _loop(self, checkpoints, history: list[dict[str, int | float]], progress: Progress) -> None:
        config = self.config
        before = history[-1]["seconds"] if history else 0.0
        begin = time.monotonic()
        losses = []
        for step in range(int(self.state.step) + 1, config.n_steps + 1):
            self.state, loss = self.step(self.state, self.source.feed())
            losses.append(_finite(float(loss), step))
            passed = time.monotonic() - begin
            progress({"step": step, "n_steps": config.n_steps, "loss": losses[-1]})
            late = config.max_minutes is not None and passed > 60 * config.max_minutes
            last = step == config.n_steps or late
            if step % config.log_every == 0 or last:
                record = self._record(step, losses, before + passed, last)
                losses = []
                history.append(record)
                if checkpoints is not None:
                    checkpoints.append_history(record)
            if checkpoints is not None and (step % config.checkpoint_every == 0 or last):
                checkpoints.save(self.state)
            if late:
                break

    def _record(self, step: int, losses: list[float], seconds: float, last: bool) -> dict[str, Any]:
        record = {
            "step": step,
            "loss": sum(losses) / len(losses),
            "learning_rate": float(jnp.asarray(self.learning_rate(step))),
            "seconds": round(seconds, 3),
        }
        if self.validation is not None and (step % self.config.validate_every == 0 or last):
            loss = self.evaluate(self.state.average, self.validation, self.validation_key)
            record["validation_loss"] = float(loss)
        return record


def _drawn(generator: AbstractFieldGenerator, n_at_once: int, key: Key) -> FieldSample:
    """The fields of validation."""
    keys = jax.random.split(key, _N_VALIDATION)
    draw = jax.jit(lambda keys: of_all(lambda key: generator(key=key), n_at_once, keys))
    return draw(keys)


def _finite(loss: float, step: int) -> float:
    if not math.isfinite(loss):
        raise ValueError(
            f"expected a finite loss, got {loss} at step {step}; lower the learning rate, or look "
            "for extreme numbers in the data"
        )
    return loss
