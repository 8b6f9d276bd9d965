"""Checkpoints of a training run, by orbax."""

import json
from pathlib import Path
from typing import Any

import jax

from geomndp.training.optimiser import TrainingState

_SETTINGS = "training.json"


class CheckpointError(ValueError):
    """A folder that cannot be started in, or resumed from.

    Example:
        >>> import geomndp as gn
        >>> issubclass(gn.training.CheckpointError, ValueError)
        True
    """


class Checkpoints:
    """The checkpoints of one run in a folder, and its history beside them.

    A checkpoint is complete or absent: orbax writes to a temporary folder and renames it.

    Arguments:
        folder: Where they go.
        fingerprint: Settings that must agree between a run and its continuation.
        resume: Whether to go on from the last checkpoint.

    Raises:
        CheckpointError: If the folder holds a run and `resume` is False, or a run with other
            settings.
    """

    def __init__(self, folder: Path, fingerprint: dict[str, Any], *, resume: bool):
        import orbax.checkpoint as ocp

        check_folder(folder, fingerprint, resume=resume)
        self._history = folder / "history.jsonl"
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / _SETTINGS, json.dumps(fingerprint, indent=2) + "\n")
        options = ocp.CheckpointManagerOptions(max_to_keep=2, enable_async_checkpointing=False)
        self._manager = ocp.CheckpointManager((folder / "checkpoints").resolve(), options=options)

    def save(self, state: TrainingState) -> None:
        """Keep this state, and forget all but the one before it."""
        import orbax.checkpoint as ocp

        step = int(state.step)
        if step not in self._manager.all_steps():
            self._manager.save(step, args=ocp.args.StandardSave(state._asdict()))

    def restore(self, like: TrainingState) -> TrainingState:
        """The last state kept, or `like` itself if there is none."""
        import orbax.checkpoint as ocp

        steps = sorted(self._manager.all_steps(), reverse=True)
        if not steps:
            self._history.unlink(missing_ok=True)
            return like
        abstract = jax.tree.map(ocp.utils.to_shape_dtype_struct, like._asdict())
        try:
            state = self._manager.restore(steps[0], args=ocp.args.StandardRestore(abstract))
        except (KeyError, OSError, TypeError, ValueError) as error:
            raise CheckpointError(
                f"{self._history.parent / 'checkpoints' / str(steps[0])}: expected a checkpoint, "
                f"got one that cannot be read ({error}); remove that folder and resume, and the "
                "run goes on from the one before it"
            ) from error
        return TrainingState(**state)

    def append_history(self, record: dict[str, int | float]) -> None:
        """Add a line to the history."""
        with self._history.open("a") as file:
            file.write(json.dumps(record) + "\n")

    def read_history(self, until: int) -> list[dict[str, int | float]]:
        """The history up to a step; what comes after it is removed from the file.

        A line that a killed run left half written counts as after it.
        """
        if not self._history.exists():
            return []
        records = []
        for line in self._history.read_text().splitlines():
            try:
                record = json.loads(line)
                past = record["step"] > until
            except (KeyError, TypeError, ValueError):
                break
            if not past:
                records.append(record)
        write_atomically(self._history, "".join(json.dumps(r) + "\n" for r in records))
        return records

    def close(self) -> None:
        """Wait for what is being written."""
        self._manager.close()


def check_folder(folder: Path, fingerprint: dict[str, Any], *, resume: bool) -> None:
    """Refuse a folder that a run cannot begin or go on in; nothing is written.

    Raises:
        CheckpointError: If it holds a run and `resume` is False, or a run with other settings.
    """
    settings = folder / _SETTINGS
    if not settings.exists():
        if (folder / "checkpoints").exists():
            raise CheckpointError(
                f"expected {settings} beside the checkpoints, got none: nothing tells what run "
                "they are of; choose another folder"
            )
        return
    if not resume:
        raise CheckpointError(
            f"expected an empty folder, got {folder}, which holds a run; "
            "resume it, or choose another folder"
        )
    try:
        before = dict(json.loads(settings.read_text()))
    except (TypeError, ValueError) as error:
        raise CheckpointError(
            f"{settings}: expected the settings of a run as JSON, got {error}; "
            "restore the file, or choose another folder"
        ) from error
    _check_same(before, fingerprint, folder)


def write_atomically(path: Path, text: str) -> None:
    """Write a text file that is whole or absent, whenever the process is killed."""
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(text)
    partial.replace(path)


def _check_same(before: dict[str, Any], now: dict[str, Any], folder: Path) -> None:
    now = json.loads(json.dumps(now))
    differing = sorted(k for k in before | now if before.get(k) != now.get(k))
    if differing:
        name = differing[0]
        raise CheckpointError(
            f"expected the settings of the run in {folder}, got others for "
            f"{', '.join(differing)} ({name} was {before.get(name)}, is {now.get(name)}); "
            "resume with the same settings, or begin a run in another folder, which may start "
            "from the model of this one"
        )
