"""The groups and representations that the helpers are tried on."""

from collections.abc import Iterator

import jax
import pytest

SOME_GROUPS = ("E(2)", "SE(3)", "D(4)", "T(1)-and-O(3)")
"""Where all groups would take long."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Puts a test to all groups, to some, or to all representations, as its arguments say."""
    # Here, for pytest loads this file even in the process that only hands out tests.
    from inventory import GROUPS, REPRESENTATIONS

    cases = {
        "group": GROUPS,
        "some_group": {name: GROUPS[name] for name in SOME_GROUPS},
        "rho": REPRESENTATIONS,
    }
    for name, each in cases.items():
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, each.values(), ids=list(each))


@pytest.fixture
def single_precision() -> Iterator[None]:
    with jax.enable_x64(False):
        yield
