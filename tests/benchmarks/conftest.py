"""A benchmark as functions, and the results of it that the documentation shows.

Of modules that name one benchmark, as NAME.
"""

import json
import runpy
from pathlib import Path
from typing import Any

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
