"""The groups and representations that the helpers are tried on."""

from collections.abc import Iterator

import jax
import pytest
from inventory import GROUPS, REPRESENTATIONS

from geomndp.groups import AbstractGroup
from geomndp.representations import AbstractRepresentation

SOME_GROUPS = ("E(2)", "SE(3)", "D(4)", "T(1)-and-O(3)")
"""Where all groups would take long."""


@pytest.fixture(params=GROUPS.values(), ids=list(GROUPS))
def group(request: pytest.FixtureRequest) -> AbstractGroup:
    return request.param


@pytest.fixture(params=SOME_GROUPS)
def some_group(request: pytest.FixtureRequest) -> AbstractGroup:
    return GROUPS[request.param]


@pytest.fixture(params=REPRESENTATIONS.values(), ids=list(REPRESENTATIONS))
def rho(request: pytest.FixtureRequest) -> AbstractRepresentation:
    return request.param


@pytest.fixture
def single_precision() -> Iterator[None]:
    with jax.enable_x64(False):
        yield
