"""Importing leaves the packages that take long to load to the functions that use them."""

import subprocess
import sys

import pytest
from layers import HEAVY


def loaded_by(statement: str) -> set[str]:
    """Names of the packages that a statement loads in a fresh interpreter."""
    code = f"import sys\n{statement}\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def test_the_package_alone_loads_nothing():
    assert loaded_by("import geomndp") & {"geomndp", "jax", "equinox"} == {"geomndp"}


@pytest.mark.parametrize("statement", ["import geomndp", "import geomndp.model"])
def test_import_loads_no_heavy_package(statement: str):
    loaded = loaded_by(statement)
    assert "geomndp" in loaded
    assert loaded & HEAVY == set()


def test_what_a_saved_model_takes_loads_jax():
    """So that the test above has something to find."""
    assert {"jax", "equinox"} <= loaded_by("import geomndp.model")
