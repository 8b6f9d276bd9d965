"""The folder of a run: settings, model, history, scores and figures, each at a fixed name."""

import json
import os
from pathlib import Path
from typing import Any


class RunFolder:
    """Where a run keeps what it makes.

    Arguments:
        path: The folder; it is made when something is written.

    Example:
        >>> import geomndp as gn
        >>> gn.experiments.RunFolder("runs/cyclones").model.name
        'model.geomndp'
    """

    def __init__(self, path: str | os.PathLike[str]):
        self.path = Path(path)

    @property
    def config(self) -> Path:
        """Settings of the run, as JSON."""
        return self.path / "config.json"

    @property
    def history(self) -> Path:
        """One line of JSON for every few steps of training."""
        return self.path / "history.jsonl"

    @property
    def model(self) -> Path:
        """The trained model."""
        return self.path / "model.geomndp"

    @property
    def metrics(self) -> Path:
        """Scores, as JSON."""
        return self.path / "metrics.json"

    @property
    def figures(self) -> Path:
        """The folder of the pictures."""
        return self.path / "figures"

    @property
    def holds_a_run(self) -> bool:
        """Whether a run has begun here."""
        begun = (self.history, self.model, self.path / "training.json")
        return any(path.exists() for path in begun)

    def check_new_or(self, resume: bool) -> None:
        """Refuse a folder that holds a run, unless it is to be resumed, and then one without.

        Raises:
            ValueError: If it is so.
        """
        if resume and not self.holds_a_run:
            raise ValueError(
                f"expected a run folder to go on in (--resume), got {self.path}, which holds no "
                "run; leave --resume out, or give the folder of one (--out)"
            )
        if not resume and self.holds_a_run:
            raise ValueError(
                f"expected a new run folder, got {self.path}, which holds a run; go on with it "
                "(--resume), or choose another folder (--out)"
            )

    def read_history(self) -> list[dict[str, int | float]]:
        """The records of training so far; a last line that is half written is left out."""
        records = []
        for line in self.history.read_text().splitlines():
            try:
                records.append(json.loads(line))
            except json.JSONDecodeError:
                break
        return records

    def write_json(self, path: Path, content: Any) -> None:
        """Write a JSON file of this run: whole, or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{path.name}.partial")
        partial.write_text(json.dumps(content, indent=2, default=str) + "\n")
        partial.replace(path)

    def write_figure(self, name: str, figure: Any) -> Path:
        """Save a matplotlib figure under `figures` as PNG, and return its path."""
        self.figures.mkdir(parents=True, exist_ok=True)
        path = self.figures / f"{name}.png"
        figure.savefig(path, dpi=150, bbox_inches="tight")
        return path
