"""Times of calls that take turns, and the memory of a process."""

import resource
import sys
from collections.abc import Callable, Mapping
from time import perf_counter
from typing import Any, TypeAlias

import jax

Run: TypeAlias = Callable[[], Any]
"""What is timed; its result is waited for."""

_UNIT_OF_MEMORY = 1 if sys.platform == "darwin" else 1024


def seconds_in_turns(runs: Mapping[str, Run], n_rounds: int) -> dict[str, list[float]]:
    """Seconds of calls that take turns, so that all see the same machine load."""
    for run in runs.values():
        jax.block_until_ready(run())  # compiles
    times = {name: [] for name in runs}
    for _ in range(n_rounds):
        for name, run in runs.items():
            begin = perf_counter()
            jax.block_until_ready(run())
            times[name].append(perf_counter() - begin)
    return times


def peak_mb() -> float:
    """The largest memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT_OF_MEMORY / 1e6
