"""Every public name is documented, shown in use, and found in the API pages."""

import doctest
import importlib
import inspect

import api_pages
import pytest
from public_api import PACKAGE, PublicName, public_names, public_packages

PACKAGES = public_packages()


def problems_of(name: PublicName) -> list[str]:
    """What the documentation of a public name lacks."""
    if not name.documentation.strip():
        return ["has no docstring"]
    if name.is_package or name.is_data:
        return []
    found = []
    if "Example:" not in name.documentation:
        found.append("has no section `Example:` in its docstring")
    elif not _is_run_as_doctest(name):
        found.append("has an example that no doctest runs")
    return found + [f"has a member {m} without a docstring" for m in _undocumented_members(name)]


def _is_run_as_doctest(name: PublicName) -> bool:
    if not doctest.DocTestParser().get_examples(name.documentation):
        return False
    module = importlib.import_module(name.value.__module__)
    tests = doctest.DocTestFinder(recurse=True).find(module)
    home = f"{module.__name__}.{name.value.__name__}"
    return any(test.name == home and test.examples for test in tests)


def _undocumented_members(name: PublicName) -> list[str]:
    """Public methods and properties with no docstring, neither their own nor an inherited one."""
    if not name.is_class:
        return []
    return [
        member
        for member, value in vars(name.value).items()
        if not member.startswith("_")
        and (callable(value) or isinstance(value, property | classmethod | staticmethod))
        and not inspect.getdoc(getattr(name.value, member))
    ]


def test_packages_are_discovered():
    assert {PACKAGE, f"{PACKAGE}.groups", f"{PACKAGE}.typing"} <= set(PACKAGES)


@pytest.mark.parametrize("package", PACKAGES)
def test_every_public_name_is_documented_with_an_example(package: str):
    module = importlib.import_module(package)
    assert inspect.getdoc(module), f"{package} has no docstring"
    assert hasattr(module, "__all__"), f"{package} has no __all__"
    found = [f"{n.path} {problem}" for n in public_names(package) for problem in problems_of(n)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("package", PACKAGES)
def test_every_public_name_is_in_the_api_pages(package: str):
    page = api_pages.render_page(package)
    names = [n for n in public_names(package) if not n.is_package]
    assert [n.path for n in names if n.path not in page] == []


def test_names_at_the_top_have_a_home_below():
    for name in public_names(PACKAGE):
        if not name.is_package:
            home = ".".join(name.value.__module__.split(".")[:2])
            assert name.name in importlib.import_module(home).__all__


class Documented:
    """Half of something.

    Example:
        >>> Documented().half(4)
        2
    """

    def half(self, number: int) -> int:
        """Half of a number."""
        return number // 2


class Undocumented:
    pass


class WithoutExample:
    """Nothing to see."""


class WithIdleExample:
    """Text alone runs nowhere.

    Example:
        Call it.
    """


class WithUndocumentedMethod(Documented):
    """Inherits the documentation of one method, and lacks that of another.

    Example:
        >>> WithUndocumentedMethod().third(3)
        1
    """

    def half(self, number: int) -> int:
        return number // 2

    def third(self, number: int) -> int:
        return number // 3


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Documented, []),
        (Undocumented, ["has no docstring"]),
        (WithoutExample, ["has no section `Example:` in its docstring"]),
        (WithIdleExample, ["has an example that no doctest runs"]),
        (WithUndocumentedMethod, ["has a member third without a docstring"]),
    ],
)
def test_missing_documentation_is_found(
    value: type, expected: list[str], monkeypatch: pytest.MonkeyPatch
):
    # The stand-ins count as the package's own.
    monkeypatch.setattr("public_api.PACKAGE", __name__.partition(".")[0])
    assert (
        problems_of(PublicName("synthetic", value.__name__, value, value.__doc__ or "")) == expected
    )


def test_a_constant_is_documented_below_its_assignment():
    radius = next(n for n in public_names(f"{PACKAGE}.manifolds") if n.name == "EARTH_RADIUS_KM")
    assert radius.is_data
    assert "radius of the Earth" in radius.documentation
    assert problems_of(PublicName("synthetic", "PI", 3.14, "")) == ["has no docstring"]
