"""Kernels turn with their group, or do not, and say which: k(gx, gx') = rho k(x, x') rhoᵀ."""

import functools
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from kernel_cases import KERNELS, Case, locations, quick_jit

import geomndp as gn
from geomndp.groups import SE, C, D, E, SemidirectProduct
from geomndp.kernels import (
    AbstractKernel,
    CurlFree,
    DivergenceFree,
    PotentialCoupled,
    SquaredExponential,
)
from geomndp.representations import IrrepO2, Trivial, Vector
from geomndp.testing import assert_kernel_equivariant

KEY = jax.random.key(0)
CLEARLY = 0.03
"""Relative to the largest covariance; a violation as large as this is none of rounding."""

S = SquaredExponential(0.8, 1.5)


def covariances(kernel: AbstractKernel) -> Callable[[Any, Any], Any]:
    """Covariances between two points, with noise also at one of them."""
    if "White" not in repr(kernel):
        return quick_jit(lambda a, b: kernel(a, b))
    return quick_jit(lambda a, b: kernel(a, b) + kernel.gram(a[None])[0, 0])


@functools.cache
def listed(name: str) -> Callable[[Any, Any], Any]:
    return covariances(KERNELS[name].kernel)


def is_turned(
    kernel: Callable[[Any, Any], Any],
    kind: gn.FieldType,
    x: Any,
    rtol: float,
    n_draws: int = 1,
) -> bool:
    """Whether the law holds, found with numbers."""
    try:
        assert_kernel_equivariant(kernel, kind, key=KEY, x=x, n_draws=n_draws, rtol=rtol)
    except AssertionError as error:
        if "expected k(gx, gx') = rho k(x, x') rhoᵀ within" not in str(error):
            raise
        return False
    return True


@pytest.mark.parametrize(
    ("name", "dtype", "rtol"),
    [(name, np.float64, 1e-10) for name in KERNELS]
    # Rounding is alike in kernels of one form: every fourth stands for them.
    + [(name, np.float32, 1e-5) for name in list(KERNELS)[::4]],
)
def test_kernels_turn_with_their_groups(name: str, dtype: Any, rtol: float):
    case = KERNELS[name]
    x = locations(case, 2, dtype=dtype)
    for kind in case.invariant:
        assert is_turned(listed(name), kind, x, rtol), kind


@pytest.mark.parametrize("name", [name for name in KERNELS if KERNELS[name].broken])
def test_kernels_clearly_do_not_turn_with_other_groups(name: str):
    case = KERNELS[name]
    for kind in case.broken:
        assert not is_turned(listed(name), kind, locations(case, 2), CLEARLY, n_draws=2), kind


@pytest.mark.parametrize("name", KERNELS)
def test_a_kernel_says_under_which_groups_its_law_is_invariant(name: str):
    kernel, _, invariant, broken = KERNELS[name]
    for kind in invariant:
        assert kernel.is_equivariant(kind), kind
    for kind in broken:
        assert not kernel.is_equivariant(kind), kind


def other_dimensions(case: Case) -> list[gn.FieldType]:
    """Fields that have another number of coordinates, or live on another space."""
    dim_y = case.kernel.dim_y
    fields = [gn.FieldType(E(d), Vector(d)) for d in (1, 2, 3)]
    fields += [gn.FieldType(E(d), Vector(d) + Trivial(1)) for d in (1, 2, 3)]
    return [kind for kind in fields if dim_y not in (1, kind.dim_y) or kind.dim_y > dim_y]


@pytest.mark.parametrize("name", KERNELS)
def test_a_kernel_is_not_one_of_fields_with_other_coordinates(name: str):
    for kind in other_dimensions(KERNELS[name]):
        assert not KERNELS[name].kernel.is_equivariant(kind), kind


@pytest.mark.parametrize("dim", [2, 3])
@pytest.mark.parametrize("build", [CurlFree, DivergenceFree], ids=lambda build: build.__name__)
def test_a_field_on_another_space_is_refused_by_both(build: Any, dim: int):
    kernel, other = build(S, dim), gn.FieldType(E(5 - dim), Vector(5 - dim))
    assert not kernel.is_equivariant(other)
    with pytest.raises(ValueError, match=f"of dimension {dim}, got dimension {5 - dim}"):
        kernel(jnp.zeros(5 - dim), jnp.ones(5 - dim))


@pytest.mark.parametrize("order", range(2, 13))
@pytest.mark.parametrize("group", [C, D], ids=["C", "D"])
def test_no_finite_group_is_mistaken_for_a_smaller_one(group: Any, order: int):
    """Values that turn the other way, or not at all, are told from vectors by any generator."""
    kernel, motions = CurlFree(S), SemidirectProduct(group(order))
    assert kernel.is_equivariant(gn.FieldType(motions, Vector(2)))
    scalars = gn.FieldType(motions, 2 * Trivial(1))
    assert kernel.is_equivariant(scalars) == ((group, order) == (C, 2))


@pytest.mark.parametrize("angle", [0.0, 0.7, np.pi / 2, np.pi, -np.pi / 2])
def test_only_a_turned_coupling_tells_a_wind_from_its_mirror_image(angle: float):
    kernel = PotentialCoupled(S, vector_variance=0.6, angle=angle)
    wind = Vector(2) + Trivial(1)
    assert kernel.is_equivariant(gn.FieldType(SE(2), wind))
    assert kernel.is_equivariant(gn.FieldType(E(2), wind)) == (angle in (0.0, np.pi))


class AxisWise(SquaredExponential):
    """A lengthscale for each axis, that says all the same that its law is invariant."""

    def cross_covariance(self, x: Any, x2: Any) -> Any:
        axes = jnp.array([1.0, 1.3])[None]
        return super().cross_covariance(x / axes, x2 / axes)


class WrongSign(CurlFree):
    """The outer product with the wrong sign in one entry."""

    def cross_covariance(self, x: Any, x2: Any) -> Any:
        return super().cross_covariance(x, x2).at[..., 0, 1].multiply(-1.0)


class FromTheOrigin(SquaredExponential):
    """Positions themselves enter."""

    def cross_covariance(self, x: Any, x2: Any) -> Any:
        weight = 1 + 0.1 * jnp.sum(x**2, -1)
        return weight[:, None, None, None] * super().cross_covariance(x, x2)


WRONG = {
    "axis-wise": (AxisWise(0.8, 1.5), gn.FieldType(E(2), Trivial(1))),
    "wrong-sign": (WrongSign(S), gn.FieldType(E(2), Vector(2))),
    "from-the-origin": (FromTheOrigin(0.8, 1.5), gn.FieldType(E(2), Trivial(1))),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_kernel_that_only_says_that_it_turns_is_found(name: str):
    kernel, kind = WRONG[name]
    assert kernel.is_equivariant(kind)
    x = locations(KERNELS["curl-free-2"], 2)
    assert not is_turned(covariances(kernel), kind, x, CLEARLY)


def test_the_order_of_an_irreducible_part_counts():
    kernel = DivergenceFree(S)
    orders = [m for m in (1, 2, 3) if kernel.is_equivariant(gn.FieldType(SE(2), IrrepO2(m)))]
    assert orders == [1]
