"""A benchmark as functions, and the results of it that the documentation shows.

Of modules that name one benchmark, as NAME.
"""

import json
import os
import runpy
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jax
import pytest


@pytest.fixture(scope="module")
def functions(request: pytest.FixtureRequest, repository: Path) -> dict[str, Any]:
    """All that the benchmark defines."""
    return runpy.run_path(str(repository / "benchmarks" / f"{request.module.NAME}.py"))


@pytest.fixture
def kept(request: pytest.FixtureRequest, repository: Path) -> dict[str, Any]:
    """The results that the documentation shows; a test may change its copy."""
    file = repository / "benchmarks" / "results" / f"{request.module.NAME}.json"
    return json.loads(file.read_text())


@pytest.fixture
def single_precision() -> Iterator[None]:
    """As benchmarks run by themselves, with shipped models."""
    jax.config.update("jax_enable_x64", False)
    jax.config.update("jax_numpy_dtype_promotion", "standard")
    yield
    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_numpy_dtype_promotion", "strict")


@pytest.fixture
def quick_results() -> Callable[[Path], Any]:
    """Runs a benchmark in a process of its own at tiny sizes, where compiling takes the time."""

    def run(script: Path) -> Any:
        command = [sys.executable, str(script), "--quick"]
        fast = {**os.environ, "JAX_DISABLE_MOST_OPTIMIZATIONS": "1"}
        return json.loads(
            subprocess.run(command, stdout=subprocess.PIPE, check=True, env=fast).stdout
        )

    return run
