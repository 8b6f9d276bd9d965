"""Settings of `fit` by a name: as published, or for a laptop."""

import itertools
from collections.abc import Sequence
from typing import Literal

Preset = Literal["laptop", "paper"]

_AS_PUBLISHED: dict[str, tuple[str, ...]] = {
    "regression1d": (
        *("--width", "64", "--n-layers", "5", "--steps", "19200", "--batch-size", "256"),
        *("--learning-rate", "1e-3", "--max-minutes", "1440"),
    ),
    "gp-fields": (
        *("--width", "32", "--n-layers", "5", "--points", "648", "--steps", "80000"),
        *("--batch-size", "32", "--learning-rate", "5e-4", "--max-minutes", "2880"),
    ),
    "cyclones": (
        *("--width", "128", "--n-layers", "5", "--steps", "50000", "--batch-size", "1024"),
        *("--learning-rate", "1e-3", "--max-minutes", "2880"),
    ),
}
"""Sizes of networks and training of Mathieu, Dutordoir, Hutchinson et al. (2023),
arXiv:2307.05431, by experiment. Ours differ from the published ones in architecture and in that
they are given contexts; the width of fields is that of the steerable network there, and sawtooth
waves were learned by 2 layers of width 128."""


def with_preset(words: Sequence[str]) -> list[str]:
    """The words of a command line with the flags that its preset stands for before its own.

    The last of two flags counts, so that flags of the user change a preset. What is no preset is
    left for the command to refuse.

    Example:
        >>> from geomndp.cli.presets import with_preset
        >>> words = with_preset(["fit", "regression1d", "--preset", "paper", "--steps", "5"])
        >>> words[2:6], words[-2:]
        (['--width', '64', '--n-layers', '5'], ['--steps', '5'])
    """
    command, own = list(words[:2]), list(words[2:])
    if command[:1] != ["fit"] or command[-1] not in _AS_PUBLISHED:
        return list(words)
    joined = [word.removeprefix("--preset=") for word in own if word.startswith("--preset=")]
    after = [value for word, value in itertools.pairwise(own) if word == "--preset"]
    is_published = (joined + after)[-1:] == ["paper"]
    return [*command, *(_AS_PUBLISHED[command[1]] if is_published else ()), *own]
