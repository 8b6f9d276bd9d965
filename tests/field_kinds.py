"""Kinds of fields under whose groups laws of kernels are invariant, or are not."""

from typing import Any

import jax.numpy as jnp

import geomndp as gn
from geomndp.groups import SE, SO, Axial, C, D, E, InputOutput, O, SemidirectProduct, SpaceTime, T
from geomndp.representations import (
    IrrepO2,
    Matrices,
    Pseudoscalar,
    Pseudovector,
    SymmetricTraceless,
    Trivial,
    Vector,
)


def skewed(h: Any) -> Any:
    """Vectors in a basis that is not orthonormal."""
    basis = jnp.array([[1.0, 0.8], [0.0, 0.6]], h.dtype)
    return basis @ h @ jnp.linalg.inv(basis)


def on_globe(group: gn.groups.AbstractGroup, fibre: Any) -> gn.FieldType:
    return gn.FieldType(group, fibre, domain=gn.manifolds.Sphere(2))


kind = gn.FieldType
PAIR = 2 * Trivial(1)
WIND = Vector(2) + Trivial(1)
"""Wind and pressure."""

SCALARS_1 = (kind(E(1), Trivial(1)), kind(E(1), Pseudoscalar(1)), kind(T(1), Vector(1)))
SCALARS_2 = (kind(E(2), Trivial(1)), kind(E(2), Pseudoscalar(1)), kind(O(2), Trivial(1)))
SCALARS_3 = (kind(E(3), Trivial(1)), kind(E(3), Pseudoscalar(1)), kind(T(3), Trivial(1)))
SCALARS_GLOBE = (
    on_globe(O(3), Trivial(1)),
    on_globe(O(3), Pseudoscalar(1)),
    on_globe(SO(3), Trivial(1)),
    on_globe(Axial(equatorial_mirror=True), Trivial(1)),
)
WINDS_GLOBE = (
    on_globe(O(3), Vector(3)),
    on_globe(Axial(meridional_mirror=True), Vector(3)),
)
NO_WINDS_GLOBE = (on_globe(SO(3), 3 * Trivial(1)),)
ORTHOGONAL_2 = (
    kind(E(2), Vector(2)),
    kind(E(2), Pseudovector(2)),
    kind(E(2), SymmetricTraceless(2)),
    kind(E(2), Trivial(1) + Pseudoscalar(1)),
    kind(InputOutput(E(2), O(2)), Vector(2)),
)
SKEWED_2 = kind(E(2), Matrices(skewed, 2, 2, orthogonal=False))
VECTORS_1 = (kind(E(1), Vector(1)), kind(E(1), Trivial(1)), kind(T(1), Trivial(1)))
VECTORS_2 = (
    kind(E(2), Vector(2)),
    kind(E(2), Pseudovector(2)),
    kind(SE(2), Vector(2)),
    kind(SO(2), IrrepO2(1)),
    kind(T(2), PAIR),
    kind(SemidirectProduct(D(4)), Vector(2)),
    # Of these elements each turns values as it turns locations, up to a sign of its own.
    kind(SemidirectProduct(C(2)), PAIR),
    kind(SemidirectProduct(C(4)), IrrepO2(3)),
)
NO_VECTORS_2 = (
    kind(E(2), PAIR),
    kind(SE(2), IrrepO2(2)),
    kind(SemidirectProduct(C(3)), PAIR),
    kind(SemidirectProduct(C(4)), PAIR),
    kind(SemidirectProduct(C(6)), IrrepO2(3)),
    kind(E(2), Trivial(1) + Pseudoscalar(1)),
    kind(InputOutput(E(2), O(2)), Vector(2)),
)
VECTORS_3 = (
    kind(E(3), Vector(3)),
    kind(SE(3), Pseudovector(3)),
    kind(SpaceTime(E(2)), WIND),
    kind(T(3), 3 * Trivial(1)),
)
NO_VECTORS_3 = (kind(E(3), 3 * Trivial(1)), kind(SpaceTime(E(2)), Vector(2) + Pseudoscalar(1)))
COUPLED = Vector(2) + Pseudoscalar(1)
"""Wind and stream function: mirrors change the sign of the latter."""
