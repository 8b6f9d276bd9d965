"""The package keeps to its layers, and every rule that says so can fail."""

from pathlib import Path

import layers
import pytest

LENGTH_EXCEPTIONS: dict[str, str] = {}


def read_sources(folder: Path) -> dict[str, str]:
    return {p.relative_to(folder).as_posix(): p.read_text() for p in sorted(folder.rglob("*.py"))}


@pytest.fixture(scope="module")
def package(repository: Path) -> dict[str, str]:
    return read_sources(repository / "geomndp")


def test_modules_import_only_from_lower_layers(package: dict[str, str]):
    found = layers.upward_imports(package)
    assert not found, "\n".join(found)


def test_dependencies_stay_where_the_design_has_them(package: dict[str, str]):
    found = layers.misplaced_dependencies(package)
    assert not found, "\n".join(found)


def test_importing_the_package_loads_nothing_heavy(package: dict[str, str]):
    """The package itself is lazy; what a saved model takes is much of the library."""
    assert layers.loaded_by(package, ["__init__.py"]) == {"__init__.py"}
    assert {"typing.py", "networks/__init__.py", "sde/base.py"} <= layers.loaded_by(package)
    found = layers.heavy_at_import(package)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("folder", ["geomndp", "tests", "docs", "benchmarks"])
def test_files_and_functions_are_short(repository: Path, folder: str):
    exceptions = {
        name.removeprefix(f"{folder}/"): reason
        for name, reason in LENGTH_EXCEPTIONS.items()
        if name.startswith(f"{folder}/")
    }
    found = layers.oversized(read_sources(repository / folder), exceptions)
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("groups/base.py", "from geomndp.fields import FieldSample"),
        ("groups/base.py", "import geomndp.fields.field_sample"),
        ("groups/base.py", "from geomndp import fields"),
        ("manifolds/sphere.py", "from geomndp.groups import T"),
        ("training/fit.py", "from geomndp.data import load_cyclones"),
        ("sde/base.py", "from geomndp.networks import AbstractNetwork"),
        ("networks/base.py", "from geomndp.sde import AbstractSDE"),
        ("losses/base.py", "from geomndp.networks import AbstractNetwork"),
        ("experiments/base.py", "from geomndp.testing import assert_equivariant"),
        ("sde/base.py", "def f():\n    from geomndp.model import NeuralDiffusionProcess"),
        ("sde/base.py", "if TYPE_CHECKING:\n    from geomndp.model import TrainedProcess"),
        ("sde/base.py", "importlib.import_module('geomndp.model')"),
        ("sde/base.py", "import geomndp as gn"),
        ("sde/base.py", "from geomndp import FieldSample"),
        ("sde/base.py", "from .schedule import LinearSchedule"),
        ("sde/base.py", "from . import schedule"),
        ("helpers/misc.py", "import math"),
        ("helpers.py", "import math"),
    ],
)
def test_an_upward_import_is_found(path: str, source: str):
    assert len(layers.upward_imports({path: source})) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("__init__.py", "from geomndp.cli import main"),
        ("fields/field_type.py", "from geomndp.groups import T"),
        ("fields/field_type.py", "from geomndp.fields.field_sample import FieldSample"),
        ("model/process.py", "from geomndp.networks import AbstractNetwork"),
        ("sampling/sample.py", "from geomndp import solvers, typing"),
        ("typing.py", "import typing"),
    ],
)
def test_a_downward_import_is_allowed(path: str, source: str):
    assert layers.upward_imports({path: source}) == []


@pytest.mark.parametrize("dependency", sorted(layers.ONLY_IN))
@pytest.mark.parametrize(
    "source", ["import {}", "def f():\n    from {}.part import name", "import_module('{}')"]
)
def test_a_misplaced_dependency_is_found(dependency: str, source: str):
    text = source.format(dependency)
    assert len(layers.misplaced_dependencies({"fields/field_type.py": text})) == 1
    for place in layers.ONLY_IN[dependency]:
        path = place if place.endswith(".py") else f"{place}/base.py"
        assert layers.misplaced_dependencies({path: text}) == []


def test_a_file_that_may_use_a_dependency_does_not_open_its_layer():
    sources = {"manifolds/sphere.py": "import geomstats.backend as gs"}
    assert len(layers.misplaced_dependencies(sources)) == 1


@pytest.mark.parametrize("dependency", sorted(layers.HEAVY))
@pytest.mark.parametrize("statement", ["import {}", "if True:\n    from {} import name"])
def test_a_heavy_import_is_found_through_other_modules(dependency: str, statement: str):
    sources = {
        "__init__.py": "from geomndp import training",
        "training/__init__.py": "from geomndp.training.fit import fit",
        "training/fit.py": statement.format(dependency),
    }
    found = layers.heavy_at_import(sources)
    assert len(found) == 1
    assert "training/fit.py" in found[0]


@pytest.mark.parametrize(
    "source",
    [
        "def fit():\n    import optax",
        "if TYPE_CHECKING:\n    import optax",
        "if typing.TYPE_CHECKING:\n    import optax",
    ],
)
def test_a_deferred_heavy_import_is_allowed(source: str):
    sources = {"__init__.py": "from geomndp.training import fit", "training.py": source}
    assert layers.loaded_by(sources) == {"__init__.py", "training.py"}
    assert layers.heavy_at_import(sources) == []


def test_a_heavy_import_of_what_a_saved_model_takes_is_found():
    sources = {
        "__init__.py": "def __getattr__(name):\n    import geomndp.model",
        "model/__init__.py": "from geomndp.networks import AbstractNetwork",
        "networks/__init__.py": "import haiku",
    }
    assert len(layers.heavy_at_import(sources)) == 1
    assert layers.heavy_at_import(sources, ["__init__.py"]) == []


def test_what_the_package_does_not_load_may_be_heavy():
    sources = {
        "__init__.py": "def __getattr__(name):\n    import geomndp.cli",
        "cli.py": "import tyro",
    }
    assert layers.heavy_at_import(sources) == []


def test_long_files_and_functions_are_found():
    function = "def f():\n" + "    pass\n" * layers.MAX_FUNCTION_LINES
    sources = {
        "a.py": "\n" * (layers.MAX_FILE_LINES + 1),
        "b.py": f"class C:\n    x = 1\n{function}",
    }
    assert [m.partition(":")[0] for m in layers.oversized(sources, {})] == ["a.py", "b.py"]
    assert layers.oversized(sources, {"a.py": "a table", "b.py::f": "a formula"}) == []


def test_a_stale_length_exception_is_found():
    assert len(layers.oversized({"a.py": ""}, {"a.py": "was long"})) == 1
