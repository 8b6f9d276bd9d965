"""What training tells where no bar moves."""

import io
from types import SimpleNamespace

import pytest
from rich.console import Console

from geomndp.cli import console as told


@pytest.mark.parametrize("is_terminal", [False, True])
def test_training_tells_a_line_a_minute_outside_a_terminal(
    monkeypatch: pytest.MonkeyPatch, is_terminal: bool
):
    output, clock = io.StringIO(), SimpleNamespace(seconds=0.0)
    shown = Console(file=output, force_terminal=is_terminal, force_interactive=is_terminal)
    monkeypatch.setattr(told, "console", shown)
    monkeypatch.setattr(told, "time", SimpleNamespace(monotonic=lambda: clock.seconds))
    with told.progress_bar() as bar:
        show = told.training_progress(bar)
        for step in range(1, 13):
            show({"step": step, "n_steps": 12, "loss": 1.0})
            clock.seconds += 25.0
    assert "12/12" in output.getvalue()
    lines = [line for line in output.getvalue().splitlines() if line.startswith("step")]
    every_third = [f"step {step} of 12: loss 1.0000" for step in (4, 7, 10)]
    assert lines == ([] if is_terminal else every_third)


@pytest.mark.parametrize("is_terminal", [False, True])
def test_what_was_refused_shows_no_bar(monkeypatch: pytest.MonkeyPatch, is_terminal: bool):
    output = io.StringIO()
    shown = Console(file=output, force_terminal=is_terminal, force_interactive=is_terminal)
    monkeypatch.setattr(told, "console", shown)

    def refused() -> None:
        with told.progress_bar() as bar:
            told.training_progress(bar)
            raise ValueError("refused")

    with pytest.raises(ValueError, match="refused"):
        refused()
    last = output.getvalue().split("\x1b[2K")[-1]  # what was before is erased
    assert "training" not in last
