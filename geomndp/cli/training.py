"""Training as the commands do it: under a bar, with the settings written beside."""

from collections.abc import Callable
from typing import Any

from geomndp.cli.console import progress_bar, say, training_progress
from geomndp.experiments import RunFolder
from geomndp.model import TrainedProcess


def train_under_bar(
    train: Callable[[Callable[[dict[str, int | float]], None]], TrainedProcess],
    folder: RunFolder,
    config: dict[str, Any],
    *,
    n_steps: int,
    max_minutes: float,
) -> TrainedProcess:
    """Train under a bar, write the settings, and say where it began and where it was stopped.

    Arguments:
        train: Trains and keeps the model, given what to call after every step.
        folder: The run folder.
        config: The settings, for config.json.
        n_steps: How many steps there are to be.
        max_minutes: The time limit.
    """
    last_step = 0
    with progress_bar() as bar:
        show = training_progress(bar)

        def progress(record: dict[str, int | float]) -> None:
            nonlocal last_step
            if not folder.config.exists():  # a run that is refused leaves none
                folder.write_json(folder.config, config)
            if not last_step and record["step"] > 1:
                say(f"going on from step {record['step'] - 1}")
            last_step = record["step"]
            show(record)

        trained = train(progress)
    if not last_step:
        say(f"nothing left to train: the run is at its last step, {n_steps}")
    elif last_step < n_steps:
        say(
            f"stopped at step {last_step} of {n_steps} after {max_minutes:g} "
            "minutes; --resume goes on from there, --max-minutes gives more at once"
        )
    folder.write_json(folder.config, config)
    return trained
