"""Every kernel is symmetric and positive, and all of its methods give the same covariances."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from kernel_cases import KERNELS, NOISY, TANGENTS, Case, locations, matrix_of, quick_jit

from geomndp import linalg
from geomndp.kernels import (
    AbstractKernel,
    Constant,
    Coregionalised,
    CurlFree,
    Isotropic,
    SquaredExponential,
    White,
)
from geomndp.kernels.base import Covariances
from geomndp.typing import Locations

N_POINTS = 6
SE = SquaredExponential(0.8, 1.5)


def points(case: Case) -> tuple[Any, Any]:
    """Two sets of locations that share one; in the first, the ends coincide."""
    x = locations(case, N_POINTS)
    x = x.at[-1].set(x[0])
    return x, locations(case, N_POINTS, seed=1).at[0].set(x[1])


def report(kernel: AbstractKernel, x: Any, x2: Any) -> dict[str, np.ndarray]:
    """What the methods of a kernel return."""

    def everything(x: Any, x2: Any) -> dict[str, Any]:
        operator = kernel.operator(x)
        v = jnp.sin(jnp.arange(1.0, x.shape[0] * kernel.dim_y + 1)).reshape(x.shape[0], -1)
        return {
            "within": kernel.cross_covariance(x, x),
            "across": kernel.cross_covariance(x, x2),
            "back": kernel.cross_covariance(x2, x),
            "call": kernel(x[2], x2[1]),
            "gram": operator.dense(),
            "diagonal": operator.diagonal(),
            "v": v,
            "matvec": operator.matvec(v),
        }

    return {name: np.asarray(array) for name, array in quick_jit(everything)(x, x2).items()}


def violations(r: dict[str, np.ndarray], *, is_noisy: bool, is_tangent: bool = False) -> list[str]:
    """The laws of covariances that the methods of a kernel break."""
    gram, n_points = r["gram"], len(r["gram"])
    matrix, same = matrix_of(gram), np.arange(n_points)
    apart = same[:, None] != same
    at_one = gram[same, same]
    # That of a tangent vector lies with its plane.
    variances = np.linalg.eigvalsh(at_one) if is_tangent else at_one
    pairs = {
        "symmetric": (r["across"], r["back"].transpose(1, 0, 3, 2)),
        "symmetric gram": (matrix, matrix.T),
        "call": (r["call"], r["across"][2, 1]),
        "apart": (gram[apart], r["within"][apart]),
        "diagonal": (r["diagonal"].ravel(), np.diagonal(matrix)),
        "matvec": (r["matvec"].ravel(), matrix @ r["v"].ravel()),
        "stationary": (variances, np.broadcast_to(variances[0], variances.shape)),
        "coincident": (gram[0, -1], r["within"][0, 0]),
    }
    if not is_noisy:
        pairs["continuous"] = (gram[same, same], r["within"][same, same])
    size = np.abs(matrix).max()
    broken = [name for name, (a, b) in pairs.items() if not np.abs(a - b).max() < 1e-13 * size]
    eigenvalues = np.linalg.eigvalsh(matrix)
    return broken if eigenvalues[0] > -1e-12 * eigenvalues[-1] else [*broken, "positive"]


@pytest.mark.parametrize("name", KERNELS)
def test_covariances_keep_their_laws(name: str):
    found = report(KERNELS[name].kernel, *points(KERNELS[name]))
    assert violations(found, is_noisy=name in NOISY, is_tangent=name in TANGENTS) == []


class Planted(AbstractKernel):
    """A covariance function of two points, with an operator that may be another's."""

    function: Callable[[Any, Any], Any]
    of_operator: Callable[[Any, Any], Any]
    dim_y: int = 1  # pyright: ignore[reportIncompatibleMethodOverride]

    def cross_covariance(self, x: Locations, x2: Any) -> Covariances:
        return jax.vmap(lambda a: jax.vmap(lambda b: self.function(a, b))(x2))(x)

    def operator(self, x: Locations) -> linalg.AbstractOperator:
        return linalg.Dense(jax.vmap(lambda a: jax.vmap(lambda b: self.of_operator(a, b))(x))(x))

    @property
    def smoothness(self) -> float:
        return 0.0

    def is_equivariant(self, field_type: Any) -> bool:
        return True

    def random_features(self, n_features: int, dim_x: int, *, key: Any) -> Any:
        raise NotImplementedError


def _no_covariance(a: Any, b: Any) -> Any:
    return jnp.cos(jnp.sum((a - b) ** 2))[None, None]


def _one_sided(a: Any, b: Any) -> Any:
    """A coupling to the gradient with one sign wrong."""
    slope, value = 0.1 * (a - b)[0], jnp.ones(())
    return jnp.array([[value, slope], [slope, value]])


def _larger_to_the_east(a: Any, b: Any) -> Any:
    return a[0] * b[0] * SE(a, b)


PLANTED = {
    "positive": Planted(_no_covariance, _no_covariance),
    "symmetric": Planted(_one_sided, _one_sided, dim_y=2),
    "apart": Planted(lambda a, b: 2 * SE(a, b), SE),
    "continuous": Planted(SE, lambda a, b: SE(a, b) * jnp.where(jnp.all(a == b), 1.1, 1.0)),
    "stationary": Planted(_larger_to_the_east, _larger_to_the_east),
}


@pytest.mark.parametrize("law", PLANTED)
def test_a_kernel_that_breaks_a_law_is_found(law: str):
    found = report(PLANTED[law], *points(KERNELS["squared-exponential-2"]))
    assert law in violations(found, is_noisy=False)


X = jnp.array([[0.0, 1.0], [2.0, 1.0], [0.0, 1.0]])
"""Of these points two coincide."""


@pytest.mark.parametrize("dim_y", [1, 2])
def test_white_noise_is_on_the_diagonal_by_index(dim_y: int):
    kernel = White(0.5, dim_y)
    np.testing.assert_array_equal(matrix_of(kernel.gram(X)), 0.5 * np.eye(3 * dim_y))
    np.testing.assert_array_equal(kernel.cross_covariance(X, X), 0)
    np.testing.assert_array_equal(kernel(X[0], X[0]), 0)


def test_white_noise_stays_by_index_in_sums_products_and_copies():
    noise = 0.5 * np.eye(3)
    signal = matrix_of(SE.gram(X))
    np.testing.assert_allclose(matrix_of((SE + White(0.5)).gram(X)), signal + noise)
    np.testing.assert_allclose(matrix_of((SE * White(0.5)).gram(X)), 1.5 * noise)
    np.testing.assert_allclose(matrix_of((3.0 * (SE + White(0.5))).gram(X)), 3 * (signal + noise))
    copies = Isotropic(White(0.5), 2)
    np.testing.assert_allclose(matrix_of(copies.gram(X)), 0.5 * np.eye(6))
    np.testing.assert_allclose((SE + White(0.5)).cross_covariance(X, X), SE.gram(X))


def test_operators_keep_the_structure_that_kernels_have():
    assert isinstance(White(0.5).operator(X), linalg.ScaledIdentity)
    assert isinstance(Constant(0.5).operator(X), linalg.LowRankPlusDiagonal)
    assert isinstance(Isotropic(SE, 2).operator(X), linalg.Repeated)
    assert isinstance((Isotropic(SE, 2) + White(0.1, 2)).operator(X), linalg.Repeated)
    coupled = Coregionalised(SE, jnp.array([[1.0], [2.0]]))
    assert isinstance((coupled + White(0.1, 2)).operator(X), linalg.KroneckerPlusIdentity)


def test_a_vector_kernel_written_as_a_sum_has_all_terms():
    k = CurlFree(SE) + CurlFree(SE) + 2.0 * CurlFree(SE)
    np.testing.assert_allclose(k.gram(X), 4 * CurlFree(SE).gram(X))
