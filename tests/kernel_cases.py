"""Kernels, each with fields under whose group its law is invariant, and fields where it is not.

A class that is exported and not listed fails a test.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from field_kinds import (
    COUPLED,
    NO_VECTORS_2,
    NO_VECTORS_3,
    NO_WINDS_GLOBE,
    ORTHOGONAL_2,
    PAIR,
    SCALARS_1,
    SCALARS_2,
    SCALARS_3,
    SCALARS_GLOBE,
    SKEWED_2,
    VECTORS_1,
    VECTORS_2,
    VECTORS_3,
    WIND,
    WINDS_GLOBE,
    kind,
    on_globe,
)

import geomndp as gn
from geomndp.groups import SE, SO, Axial, E, InputOutput, O, SpaceTime, T
from geomndp.groups import Trivial as NoMotion
from geomndp.kernels import (
    AbstractKernel,
    Constant,
    Coregionalised,
    CurlFree,
    DirectSum,
    DivergenceFree,
    HodgeCurlFree,
    HodgeDivergenceFree,
    HodgePotential,
    Isotropic,
    Matern12,
    Matern32,
    Matern52,
    Periodic,
    PotentialCoupled,
    RationalQuadratic,
    SpaceTimeProduct,
    SphericalHeat,
    SphericalMatern,
    SquaredExponential,
    TangentWhite,
    White,
    ZonalSeries,
    helmholtz,
)
from geomndp.representations import (
    IrrepO2,
    Pseudoscalar,
    Pseudovector,
    Trivial,
    Vector,
)


class Case(NamedTuple):
    """A kernel, the dimension of its locations, and fields of both kinds."""

    kernel: AbstractKernel
    dim_x: int
    invariant: tuple[gn.FieldType, ...]
    """Fields under whose group a Gaussian law of this covariance is invariant."""
    broken: tuple[gn.FieldType, ...] = ()
    """Fields under whose group it is not."""


SE1 = SquaredExponential(lengthscale=0.8, variance=1.5)
SE2 = SquaredExponential(lengthscale=2.0, variance=0.4)
M52 = Matern52(lengthscale=1.3, variance=0.7)
HEAT = SphericalHeat(lengthscale=0.5, variance=1.5)
MATERN = SphericalMatern(1.5, 0.5, 1.5, 16)
TILT = ZonalSeries((0.0, 1.0), variance=1.0)
MATRIX = jnp.array([[1.0, 0.2], [-0.5, 0.7]])
TWO_WINDS = jnp.kron(MATRIX, jnp.eye(2))
"""Winds at two heights, correlated."""

SCALARS: dict[str, Case] = {
    "squared-exponential-1": Case(SquaredExponential(0.8, 1.5), 1, SCALARS_1),
    "squared-exponential-2": Case(SquaredExponential(0.8, 1.5), 2, SCALARS_2),
    "matern-1/2": Case(Matern12(0.9, 1.5), 2, SCALARS_2),
    "matern-3/2": Case(Matern32(0.9, 1.5), 3, SCALARS_3),
    "matern-5/2": Case(Matern52(0.9, 1.5), 2, SCALARS_2),
    "rational-quadratic": Case(RationalQuadratic(0.9, 1.5, alpha=0.7), 2, SCALARS_2),
    "periodic": Case(Periodic(0.7, 2.0, 1.5), 1, SCALARS_1),
    "constant": Case(Constant(1.5), 2, SCALARS_2),
    "white": Case(White(0.5), 2, SCALARS_2),
    "product": Case(SquaredExponential(2.0, 1.5) * Periodic(0.7, 2.0, 0.8), 1, SCALARS_1),
    "product-of-sums": Case((SE1 + Constant(0.5)) * (SE2 + SE1 + Constant(0.3)), 2, SCALARS_2[:1]),
    "product-with-white": Case(SE1 * White(0.5), 2, SCALARS_2[:1]),
    "sum": Case(SE1 + M52 + White(0.1), 2, SCALARS_2[:1]),
    "scaled": Case(2.5 * RationalQuadratic(0.9, 1.5, alpha=2.0), 2, SCALARS_2[:1]),
}

GLOBES: dict[str, Case] = {
    "zonal-series": Case(ZonalSeries((0.3, 1.0, 0.0, 0.5), variance=1.5), 3, SCALARS_GLOBE),
    "spherical-heat": Case(HEAT, 3, SCALARS_GLOBE),
    "spherical-matern": Case(SphericalMatern(1.5, 0.5, 1.5, 32), 3, SCALARS_GLOBE),
    "spherical-isotropic": Case(Isotropic(HEAT, 3), 3, (on_globe(O(3), Vector(3)),)),
    "spherical-axial": Case(
        Coregionalised(HEAT, jnp.diag(jnp.array([1.0, 1.0, 2.0]))),
        3,
        (on_globe(Axial(True, True), Vector(3)),),
        (on_globe(O(3), Vector(3)), on_globe(SO(3), Vector(3))),
    ),
    "spherical-sum": Case(0.5 * (HEAT + TILT), 3, SCALARS_GLOBE[:1]),
    "hodge-potential": Case(HodgePotential(HEAT), 3, SCALARS_GLOBE[:1]),
}

TANGENTS: dict[str, Case] = {
    "hodge-curl-free": Case(HodgeCurlFree(MATERN), 3, WINDS_GLOBE, NO_WINDS_GLOBE),
    "hodge-divergence-free": Case(
        HodgeDivergenceFree(HEAT), 3, (on_globe(O(3), Pseudovector(3)),), NO_WINDS_GLOBE
    ),
    "tangent-white": Case(TangentWhite(0.5), 3, WINDS_GLOBE[:1], NO_WINDS_GLOBE),
    "hodge-noisy": Case(2.0 * HodgeDivergenceFree(MATERN) + TangentWhite(0.1), 3, WINDS_GLOBE[:1]),
}
"""Kernels of tangent vectors on the globe."""

VECTORS: dict[str, Case] = {
    "white-2": Case(White(0.5, dim_y=2), 2, ORTHOGONAL_2, (SKEWED_2,)),
    "isotropic": Case(Isotropic(SE1, 2), 2, ORTHOGONAL_2, (SKEWED_2,)),
    "coregionalised": Case(
        Coregionalised(SE1, MATRIX),
        2,
        (kind(E(2), PAIR), kind(E(2), Pseudoscalar(2)), kind(T(2), PAIR)),
        (kind(E(2), Vector(2)), kind(E(2), Trivial(1) + Pseudoscalar(1)), SKEWED_2),
    ),
    "coregionalised-rank-1": Case(
        Coregionalised(M52 + White(0.2), MATRIX[:, :1]),
        1,
        (kind(E(1), PAIR),),
        (kind(E(1), Trivial(1) + Vector(1)),),
    ),
    "coregionalised-winds": Case(
        Coregionalised(SE1, TWO_WINDS),
        2,
        (kind(E(2), 2 * Vector(2)), kind(E(2), 4 * Trivial(1))),
        (kind(E(2), Vector(2) + Pseudovector(2)), kind(E(2), Vector(2) + PAIR)),
    ),
    "curl-free-1": Case(CurlFree(SE1, dim=1), 1, VECTORS_1),
    "curl-free-2": Case(CurlFree(Matern32(0.9, 1.5)), 2, VECTORS_2, NO_VECTORS_2),
    "curl-free-3": Case(CurlFree(M52, dim=3), 3, VECTORS_3, NO_VECTORS_3),
    "divergence-free-2": Case(DivergenceFree(M52), 2, VECTORS_2[:4], NO_VECTORS_2[:4]),
    "divergence-free-3": Case(DivergenceFree(SE1, dim=3), 3, VECTORS_3[:2], NO_VECTORS_3[:1]),
    "helmholtz-2": Case(helmholtz(SE1, M52), 2, VECTORS_2[:3], NO_VECTORS_2[:2]),
    "helmholtz-3": Case(
        helmholtz(Matern32(0.6, 2.0), SE1, dim=3), 3, VECTORS_3[:1], NO_VECTORS_3[:1]
    ),
    "curl-free-sum": Case(
        2.0 * CurlFree(SE1) + CurlFree(M52) + White(0.1, 2), 2, VECTORS_2[:2], NO_VECTORS_2[:2]
    ),
    "direct-sum": Case(
        DirectSum((CurlFree(SE1), M52)),
        2,
        (kind(E(2), WIND), kind(E(2), COUPLED), kind(E(2), Pseudovector(2) + Trivial(1))),
        (kind(E(2), 3 * Trivial(1)), kind(E(2), Trivial(1) + Vector(2))),
    ),
    "direct-sum-with-white": Case(
        DirectSum((White(0.5, 2), Coregionalised(SE1, MATRIX))),
        2,
        (kind(E(2), Vector(2) + PAIR), kind(E(2), 4 * Trivial(1))),
        (kind(E(2), PAIR + Vector(2)), kind(E(2), Pseudoscalar(1) + COUPLED)),
    ),
}

_ANGLED = PotentialCoupled(SE1, vector_variance=0.6, angle=0.7)
_QUARTER = PotentialCoupled(M52, vector_variance=0.6, angle=np.pi / 2)

COUPLINGS: dict[str, Case] = {
    "potential-coupled-1": Case(
        PotentialCoupled(SE1, 0.6, dim=1),
        1,
        (kind(E(1), Vector(1) + Trivial(1)), kind(E(1), Trivial(1) + Pseudoscalar(1))),
        (kind(E(1), PAIR), kind(E(1), Pseudoscalar(2))),
    ),
    "potential-coupled-2": Case(
        PotentialCoupled(Matern32(0.9, 1.5), 0.6),
        2,
        (kind(E(2), WIND), kind(E(2), Pseudovector(2) + Pseudoscalar(1)), kind(SE(2), WIND)),
        (kind(E(2), COUPLED), kind(E(2), 3 * Trivial(1)), kind(SE(2), Trivial(1) + Vector(2))),
    ),
    "potential-coupled-quarter": Case(
        _QUARTER,
        2,
        (kind(SE(2), WIND), kind(E(2), COUPLED), kind(E(2), Pseudovector(2) + Trivial(1))),
        (kind(E(2), WIND), kind(SE(2), 3 * Trivial(1))),
    ),
    "potential-coupled-angled": Case(
        _ANGLED,
        2,
        (kind(SE(2), WIND), kind(SO(2), WIND), kind(T(2), 3 * Trivial(1))),
        (kind(E(2), WIND), kind(E(2), COUPLED), kind(SE(2), IrrepO2(2) + Trivial(1))),
    ),
    "potential-coupled-3": Case(
        PotentialCoupled(M52, 0.6, dim=3),
        3,
        (kind(E(3), Vector(3) + Trivial(1)), kind(SE(3), Pseudovector(3) + Trivial(1))),
        (kind(E(3), Pseudovector(3) + Trivial(1)), kind(E(3), 4 * Trivial(1))),
    ),
    "wind-and-pressure": Case(
        _ANGLED + DirectSum((DivergenceFree(M52), White(0.1))),
        2,
        (kind(SE(2), WIND),),
        (kind(E(2), WIND), kind(SE(2), 3 * Trivial(1))),
    ),
}

PLACES = helmholtz(Matern32(0.9, 1.5), SE1)
SPACE_TIMES: dict[str, Case] = {
    "space-time-scalar": Case(
        SpaceTimeProduct(M52, Matern12(0.6, 1.2)),
        3,
        (kind(SpaceTime(E(2)), Trivial(1)), kind(SpaceTime(SO(2)), Pseudoscalar(1))),
    ),
    "space-time-winds": Case(
        SpaceTimeProduct(PLACES, Matern32(0.8, 0.7)),
        3,
        (
            kind(SpaceTime(E(2)), Vector(2)),
            kind(SpaceTime(SE(2)), Vector(2)),
            kind(SpaceTime(T(2)), PAIR),
            kind(NoMotion(3), PAIR),
        ),
        (kind(SpaceTime(E(2)), PAIR), kind(SE(3), PAIR), kind(InputOutput(E(3), O(2)), Vector(2))),
    ),
    "space-time-places-only": Case(
        SpaceTimeProduct(_ANGLED, Constant(0.5)), 3, (kind(SpaceTime(SE(2)), WIND),),
        (kind(SpaceTime(E(2)), WIND),),
    ),
    "space-time-sum": Case(
        SpaceTimeProduct(CurlFree(SE1), SE2)
        + SpaceTimeProduct(DivergenceFree(M52) + White(0.1, 2), M52),
        3,
        (kind(SpaceTime(E(2)), Vector(2)),),
    ),
}  # fmt: skip

KERNELS: dict[str, Case] = {**SCALARS, **GLOBES, **TANGENTS, **VECTORS, **COUPLINGS, **SPACE_TIMES}

NOISY = tuple(name for name in KERNELS if "White" in repr(KERNELS[name].kernel))
"""Kernels with white noise, which have no random features."""

STATIONARY = tuple(name for name in KERNELS if name not in {*GLOBES, *TANGENTS, *NOISY})


def quick_jit(function: Callable[..., Any]) -> Callable[..., Any]:
    """`jax.jit` for what runs once: compiled in less time, to code that takes longer."""
    options = {"xla_backend_optimization_level": 0, "xla_llvm_disable_expensive_passes": True}
    return jax.jit(function, compiler_options=options)


def locations(case: Case, n_points: int, *, seed: int = 0, dtype: Any = np.float64) -> jax.Array:
    """Random points of the domain: normal ones, or on the globe uniform ones."""
    x = np.random.default_rng(seed).normal(size=(n_points, case.dim_x))
    if case.invariant[0].domain == gn.manifolds.Sphere(2):
        x /= np.linalg.norm(x, axis=1, keepdims=True)
    return jnp.asarray(x, dtype)


def matrix_of(gram: Any) -> np.ndarray:
    """Covariances as one matrix, the coordinates of a point side by side."""
    n_points, _, dim_y, _ = gram.shape
    return np.asarray(gram, np.float64).transpose(0, 2, 1, 3).reshape(n_points * dim_y, -1)
