"""Bad input is refused with a ValueError that says what to do."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import pytest
from kernel_cases import KERNELS, Case, locations

from geomndp.kernels import (
    Constant,
    Coregionalised,
    CurlFree,
    DirectSum,
    DivergenceFree,
    Isotropic,
    Matern12,
    Matern32,
    Matern52,
    Periodic,
    PotentialCoupled,
    Product,
    RationalQuadratic,
    Scaled,
    SpaceTimeProduct,
    SphericalHeat,
    SphericalMatern,
    SquaredExponential,
    Sum,
    White,
    ZonalSeries,
    helmholtz,
)

S = SquaredExponential(1.0, 2.0)
ROUGH = Matern12(1.0, 2.0)
KEY = jax.random.key(0)


@pytest.mark.parametrize("bad", [0.0, -1.0, float("nan"), float("inf")])
@pytest.mark.parametrize("make", [float, jnp.asarray], ids=["number", "array"])
def test_parameters_that_are_not_positive_are_refused(make: Any, bad: float):
    value = make(bad)
    builds: dict[str, Callable[[], Any]] = {
        "lengthscale of Matern12": lambda: Matern12(value, 1.0),
        "lengthscale of Matern32": lambda: Matern32(value, 1.0),
        "variance of Matern52": lambda: Matern52(1.0, value),
        "lengthscale of SquaredExponential": lambda: SquaredExponential(value, 1.0),
        "alpha of RationalQuadratic": lambda: RationalQuadratic(1.0, 1.0, value),
        "period of Periodic": lambda: Periodic(1.0, value, 1.0),
        "variance of Constant": lambda: Constant(value),
        "variance of White": lambda: White(value),
        "factor of Scaled": lambda: Scaled(S, value),
        "vector_variance of PotentialCoupled": lambda: PotentialCoupled(S, value),
        "lengthscale of SphericalHeat": lambda: SphericalHeat(value, 1.0),
        "nu of SphericalMatern": lambda: SphericalMatern(value, 1.0, 1.0),
        "variance of ZonalSeries": lambda: ZonalSeries((1.0,), value),
    }
    for name, build in builds.items():
        with pytest.raises(ValueError, match=f"expected a positive {name}, got .*{value}"):
            build()


def zonal(*coefficients: float) -> Any:
    return ZonalSeries(coefficients, variance=1.0)


BUILDS: dict[str, tuple[Callable[[], Any], str]] = {
    "rough-curl-free": (lambda: CurlFree(ROUGH), "one derivative.*take Matern32, Matern52"),
    "rough-divergence-free": (lambda: DivergenceFree(ROUGH), "got Matern12.*take Matern32"),
    "rough-coupled": (lambda: PotentialCoupled(ROUGH, 1.0), "got Matern12.*take Matern32"),
    "rough-helmholtz": (lambda: helmholtz(S, ROUGH), "got Matern12.*take Matern32"),
    "line-without-divergence": (lambda: DivergenceFree(S, dim=1), "got dim=1.*take Constant"),
    "line-of-helmholtz": (lambda: helmholtz(S, S, dim=1), "got dim=1.*take Constant"),
    "no-dimension": (lambda: CurlFree(S, dim=0), "at least 1, got dim=0"),
    "no-dimension-coupled": (lambda: PotentialCoupled(S, 1.0, dim=0), "at least 1, got dim=0"),
    "turned-in-space": (lambda: PotentialCoupled(S, 1.0, 0.7, 3), "angle=0 in dimension 3.*plane"),
    "sum-of-dimensions": (lambda: CurlFree(S) + S, "got .2, 1.*Isotropic makes.*White takes dim_y"),
    "sum-with-scalar-noise": (lambda: CurlFree(S) + White(1.0), "got .2, 1.*White takes dim_y"),
    "sum-of-nothing": (lambda: Sum(()), "same number of coordinates, got .."),
    "product-of-vectors": (lambda: S * CurlFree(S), "scalar kernels to multiply.* 1 and 2"),
    "product-of-winds": (lambda: Product(CurlFree(S), S), "scalar kernels.* 2 and 1 coordinates"),
    "copies-of-a-vector": (lambda: Isotropic(CurlFree(S), 2), "scalar kernel, got CurlFree"),
    "no-copies": (lambda: Isotropic(S, 0), "at least one component, got dim_y=0"),
    "mixed-vectors": (lambda: Coregionalised(CurlFree(S), jnp.eye(2)), "scalar kernel, got Curl"),
    "no-parts": (lambda: DirectSum(()), "at least one part"),
    "white-nothing": (lambda: White(1.0, 0), "at least 1, got dim_y=0"),
    "few-degrees": (lambda: SphericalHeat(0.01, 1.0), "at least 4 / lengthscale = 400 degrees"),
    "few-degrees-array": (lambda: SphericalHeat(jnp.asarray(0.01), 1.0), "= 400 degrees.*got n_d"),
    "few-degrees-matern": (lambda: SphericalMatern(1.5, 0.2, 1.0, 8), "= 20 degrees.*n_degrees=8"),
    "negative-weight": (lambda: zonal(1.0, -0.1), "not negative, and not all zero"),
    "nan-weight": (lambda: zonal(1.0, float("nan")), "not negative, and not all"),
    "zero-weights": (lambda: zonal(0.0, 0.0), "not all zero, got .0.0, 0.0."),
    "white-waves": (lambda: White(1.0).random_features(8, 2, key=KEY), "add independent noise"),
    "noisy-waves": (lambda: (S + White(1.0)).random_features(8, 2, key=KEY), "continuous kernel"),
    "zonal-waves": (
        lambda: SphericalHeat(0.5, 1.0).random_features(8, 3, key=KEY),
        "stationary kernel.*on the sphere; draw from its operator",
    ),
    "waves-in-space": (
        lambda: CurlFree(S).random_features(8, 3, key=KEY),
        "of dimension 2, got dimension 3",
    ),
    "periodic-waves": (
        lambda: Periodic(1.0, 1.0, 1.0).random_features(8, 2, key=KEY),
        "of dimension 1, got dimension 2",
    ),
    "points-of-a-draw": (
        lambda: S.random_features(8, 2, key=KEY).sample(key=KEY)(jnp.zeros((4, 3))),
        "of dimension 2, got dimension 3",
    ),
}


@pytest.mark.parametrize("name", BUILDS)
def test_wrong_input_is_refused(name: str):
    build, message = BUILDS[name]
    with pytest.raises(ValueError, match=message):
        build()


@pytest.mark.parametrize("name", KERNELS)
def test_empty_and_not_finite_locations_are_refused_by_all(name: str):
    kernel, x = KERNELS[name].kernel, locations(KERNELS[name], 3)
    for bad, message in [
        (x[:0], "at least one location.*got shape"),
        (x.at[1, 0].set(jnp.nan), "finite locations, got .*nan.* at point 1; leave it out"),
        (x.at[2, 0].set(jnp.inf), "finite locations, got .*inf.* at point 2; leave it out"),
    ]:
        with pytest.raises(ValueError, match=message):
            kernel.gram(bad)
        for pair in [(x, bad), (bad, x)]:
            with pytest.raises(ValueError, match=message):
                kernel.cross_covariance(*pair)


def has_dimension(case: Case) -> bool:
    """Whether a kernel takes locations of its own dimension only."""
    made_of = repr(case.kernel)
    kinds = ("Free", "Potential", "Periodic", "Zonal", "Spherical")
    # In space and time it is that of places.
    return "SpaceTime" not in made_of and any(kind in made_of for kind in kinds)


@pytest.mark.parametrize("name", [name for name in KERNELS if has_dimension(KERNELS[name])])
def test_locations_of_another_dimension_than_the_kernel_are_refused(name: str):
    kernel, dim_x = KERNELS[name].kernel, KERNELS[name].dim_x
    other = jnp.full((2, dim_x + 1), 0.5)
    with pytest.raises(ValueError, match=f"of dimension {dim_x}, got dimension {dim_x + 1}"):
        kernel.gram(other)


@pytest.mark.parametrize("length", [0.0, 0.9, 1.1])
def test_points_off_the_globe_are_refused(length: float):
    x = jnp.array([[1.0, 0.0, 0.0], [0.0, 0.0, length]])
    with pytest.raises(ValueError, match="unit vectors, got one whose length is off by .*from_geo"):
        SphericalHeat(0.5, 1.0).gram(x)


def test_points_on_the_globe_to_rounding_pass():
    x = jnp.array([[0.6, 0.0, 0.8]], jnp.float32) * jnp.float32(1 + 1e-6)
    assert bool(jnp.isfinite(SphericalHeat(0.5, 1.0).gram(x)).all())


UNCHECKED = """
import jax.numpy as jnp, numpy as np
from geomndp import kernels as K
from kernel_cases import KERNELS, locations

S = K.SquaredExponential(1.0, 1.0)

def refused(message, call, *arguments):
    try:
        call(*arguments)
    except ValueError as error:
        assert message in str(error), (message, error)
    else:
        raise AssertionError(message)

for make in (list, tuple, np.array, jnp.array):
    refused("one for each axis", K.SquaredExponential, make([2.0, 3.0]), 1.0)
refused("expected a positive lengthscale", K.Matern32, np.float32(-1), 1.0)
refused("expected a factor of shape", K.Coregionalised, S, jnp.ones(2))
refused("expected a radial kernel", K.CurlFree, K.Periodic(1.0, 1.0, 1.0))
refused("expected a radial kernel", K.DivergenceFree, S + S)
refused("expected a radial kernel", K.PotentialCoupled, 2.0 * S, 1.0)
refused("of dimension 2, got dimension 1", S, jnp.zeros(2), jnp.zeros(1))
for case in KERNELS.values():
    x = locations(case, 3, dtype=np.float32)
    refused("of dimension", case.kernel.cross_covariance, x, jnp.concatenate([x, x], 1))
    refused("at least one location", case.kernel.gram, x[0])
print("refused")
"""


def test_what_types_would_refuse_is_refused_without_them_too(repository: Path):
    """Users have no checks of types, which in these tests come first."""
    folders = os.pathsep.join(map(str, (repository, repository / "tests")))
    run = subprocess.run(
        [sys.executable, "-c", UNCHECKED],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": folders},
    )
    assert (run.stdout, run.returncode) == ("refused\n", 0), run.stderr


def test_space_and_time_want_a_place_a_time_and_a_scalar_kernel_in_time():
    kernel = SpaceTimeProduct(S, Matern12(1.0, 1.0))
    with pytest.raises(ValueError, match="a place and then a time, got dimension 1"):
        kernel.gram(jnp.zeros((2, 1)))
    with pytest.raises(ValueError, match="a scalar kernel"):
        SpaceTimeProduct(S, Isotropic(S, 2))
