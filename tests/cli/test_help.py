"""Every flag of every command is told, with what it means and in which unit."""

import dataclasses
import inspect
import re
import subprocess
import sys

import pytest

from geomndp.cli import main
from geomndp.cli.condition import condition
from geomndp.cli.evaluate import evaluate
from geomndp.cli.fit_cyclones import fit_cyclone_tracks
from geomndp.cli.fit_gp_fields import fit_vector_fields
from geomndp.cli.fit_regression1d import fit_functions
from geomndp.cli.fit_winds import fit_wind_fields
from geomndp.cli.plot import plot
from geomndp.cli.sample import sample

COMMANDS = {
    "fit cyclones": fit_cyclone_tracks,
    "fit regression1d": fit_functions,
    "fit gp-fields": fit_vector_fields,
    "fit winds": fit_wind_fields,
    "sample": sample,
    "condition": condition,
    "evaluate": evaluate,
    "plot": plot,
}

UNITS = {
    "hours": "hours",
    "step-hours": "Hours",
    "days": "days",
    "max-minutes": "minutes",
    "points": "number of points|Number of points",
    "steps": "steps|Steps",
    "checkpoint-every": "Steps",
    "batch-size": "Storms|Functions|Fields",
    "functions": "Number",
    "fields": "Number",
    "radius": "a length",
    "storms": "Number",
    "tracks": "Number",
    "members": "Number|Members",
}
"""What a flag counts or measures, as a word that its help has to hold."""


def flags_of(command: str) -> list[str]:
    names = []
    for name, parameter in inspect.signature(COMMANDS[command]).parameters.items():
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
            default = parameter.default
            is_settings = dataclasses.is_dataclass(default)
            names += [f.name for f in dataclasses.fields(default)] if is_settings else [name]
    # Of `with_`, a word of Python, the flag is --with.
    return [name.rstrip("_").replace("_", "-") for name in names]


@pytest.fixture
def help_of(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setenv("COLUMNS", "120")

    def text(*words: str) -> str:
        with pytest.raises(SystemExit) as end:
            main([*words, "--help"])
        assert end.value.code == 0
        return " ".join(re.sub("[│╭╮╰╯─•]", " ", capsys.readouterr().out).split())

    return text


@pytest.mark.parametrize("command", COMMANDS)
def test_every_flag_has_a_text(help_of, command: str):
    text = help_of(*command.split())
    flags = flags_of(command)
    assert flags
    for flag in flags:
        # The flag, perhaps its negation, its type, its text, its default.
        part = re.search(rf" --{flag}[ ,].*?\(default: .*?\)|--{flag} PATH .*? --", text)
        assert part, f"--{flag} is not told"
        assert re.search(r"[A-Z][a-z ,.()-]{10,}", part[0]), f"--{flag} has no text"
        if flag in UNITS:
            assert re.search(UNITS[flag], part[0]), f"--{flag} has no unit"


@pytest.mark.parametrize("command", COMMANDS)
def test_what_a_command_does_and_takes(help_of, command: str):
    first, *experiment = command.split()
    if experiment:
        assert experiment[0] in help_of(first)
    else:
        text = help_of(command)
        assert "positional arguments" in text
        assert "(required)" in text
    assert first in help_of()


def test_no_command_is_an_error(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as end:
        main([])
    assert end.value.code == 2
    assert "fit" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [["fitt", "cyclones"], ["fit", "tides"], ["sample", "cyclones", "--trakcs", "3"]]
)
def test_words_that_are_not_known(words: list[str], capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as end:
        main(words)
    assert end.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


def test_as_a_module():
    """`python -m geomndp`, in a process of its own, with its exit status."""
    command = [sys.executable, "-m", "geomndp", "sample", "no-such-model"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert run.stdout == ""
    assert run.stderr.startswith("error: expected a model file or the name of a shipped model")
    assert len(run.stderr.splitlines()) == 1
