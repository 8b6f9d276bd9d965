"""The groups and representations that the helpers are tried on."""

from collections.abc import Iterator

import jax
import pytest

import geomndp as gn
from geomndp.groups import SE, SO, AbstractGroup, Axial, C, D, E, InputOutput, O, T
from geomndp.representations import (
    AbstractRepresentation,
    Dual,
    IrrepO2,
    IrrepO3,
    Matrices,
    Pseudoscalar,
    Pseudovector,
    SymmetricTraceless,
    Trivial,
    Vector,
)

GROUPS: dict[str, AbstractGroup] = {
    **{f"{G.__name__}({d})": G(d) for G in (O, SO, E, SE, T, gn.groups.Trivial) for d in (1, 2, 3)},
    **{f"C({n})": C(n) for n in (1, 2, 5)},
    **{f"D({n})": D(n) for n in (1, 4)},
    "T(2).D(4)": gn.groups.SemidirectProduct(D(4)),
    "axial": Axial(),
    "axial-equatorial": Axial(equatorial_mirror=True),
    "axial-meridional": Axial(meridional_mirror=True),
    "axial-both": Axial(equatorial_mirror=True, meridional_mirror=True),
    "E(2)xT(1)": gn.groups.SpaceTime(E(2)),
    "axial-and-time": gn.groups.SpaceTime(Axial(meridional_mirror=True)),
    "T(1)-and-O(3)": InputOutput(T(1), O(3)),
    "trivial-and-trivial": InputOutput(SO(1), gn.groups.Trivial(2)),
}

SOME_GROUPS = ("E(2)", "SE(3)", "D(4)", "T(1)-and-O(3)")
"""Where all groups would take long."""

REPRESENTATIONS: dict[str, AbstractRepresentation] = {
    "trivial": Trivial(2),
    "pseudoscalar": Pseudoscalar(),
    **{f"vector-{d}": Vector(d) for d in (1, 2, 3)},
    **{f"pseudovector-{d}": Pseudovector(d) for d in (2, 3)},
    **{f"symmetric-{d}": SymmetricTraceless(d) for d in (2, 3)},
    **{f"o2-{m}": IrrepO2(m) for m in (1, 3)},
    **{f"o3-{n}{p:+d}": IrrepO3(n, p) for n in (0, 1, 2, 3) for p in (1, -1)},
    "sum": Vector(2) + Trivial(1) + Pseudoscalar(),
    "product": Vector(3) * Pseudovector(3),
    "dual": Dual(Vector(2)),
    "own": Matrices(lambda h: 0 * h[:1, :1] + 1, 1),
}


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
