"""Presets of `fit`: what they set, and what flags of the user change."""

import dataclasses
from typing import Any

import pytest

from geomndp.cli import main
from geomndp.cli.presets import with_preset

PUBLISHED: dict[str, dict[str, Any]] = {
    "regression1d": {"n_layers": 5, "steps": 19200, "batch_size": 256, "learning_rate": 1e-3},
    "gp-fields": {"points": 648, "steps": 80000, "batch_size": 32, "learning_rate": 5e-4},
    "cyclones": {"width": 128, "n_layers": 5, "batch_size": 1024, "steps": 50000},
}
"""Some of the settings of arXiv:2307.05431, appendix on experiments."""

FITS = {
    "regression1d": "fit_regression1d.fit_functions",
    "gp-fields": "fit_gp_fields.fit_vector_fields",
    "cyclones": "fit_cyclones.fit_cyclone_tracks",
}


class Stop(Exception):
    """Settings are all that is looked at."""


@pytest.fixture
def settings_of(monkeypatch: pytest.MonkeyPatch, tmp_path):
    """The settings and the preset with which a command would train."""

    def run(experiment: str, *words: str) -> dict[str, Any]:
        seen: dict[str, Any] = {}

        def train(_, __, config, **___):
            seen.update(config)
            raise Stop

        module = FITS[experiment].partition(".")[0]
        monkeypatch.setattr(f"geomndp.cli.{module}.train_under_bar", train)
        with pytest.raises(Stop):
            main(["fit", experiment, *words, "--out", str(tmp_path / "run")])
        return seen

    return run


@pytest.mark.parametrize("experiment", PUBLISHED)
@pytest.mark.parametrize("words", [("--preset", "paper"), ("--preset=paper",)])
def test_the_paper_has_its_settings(settings_of, experiment: str, words: tuple[str, ...]):
    found = settings_of(experiment, *words)
    assert PUBLISHED[experiment].items() <= found.items()
    assert found["preset"] == "paper"


@pytest.mark.parametrize("words", [(), ("--preset", "laptop")])
def test_a_laptop_has_the_defaults(settings_of, words: tuple[str, ...]):
    from geomndp.experiments import Regression1DSettings

    found = settings_of("regression1d", *words)
    assert dataclasses.asdict(Regression1DSettings()).items() <= found.items()


def test_flags_of_the_user_win_wherever_they_stand(settings_of):
    for words in (
        ("--steps", "7", "--preset", "paper"),
        ("--preset", "paper", "--steps", "7"),
    ):
        found = settings_of("regression1d", *words)
        assert (found["steps"], found["batch_size"]) == (7, 256)


def test_other_commands_are_left_alone():
    for words in (["evaluate", "regression1d-se"], ["fit"], [], ["fit", "density", "--preset"]):
        assert with_preset(words) == words


def test_an_unknown_preset_is_refused(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        main(["fit", "regression1d", "--preset", "supercomputer"])
    assert "supercomputer" in capsys.readouterr().err
