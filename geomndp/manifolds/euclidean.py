"""Euclidean space: the flat manifold."""

import math

import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.manifolds.base import AbstractManifold, Point, Tangent
from geomndp.manifolds.heat_kernel import GaussianHeatKernel
from geomndp.manifolds.unit_vectors import safe_norm
from geomndp.typing import Key


class Euclidean(AbstractManifold):
    r"""$\mathbb{R}^d$, where exp is addition and log is subtraction.

    Arguments:
        n: The dimension d, at least 1.

    Raises:
        ValueError: If `n` is below 1.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> plane = gn.manifolds.Euclidean(2)
        >>> plane.exp(jnp.array([1.0, 2.0]), jnp.array([0.5, 0.0])).tolist()
        [1.5, 2.0]
    """

    n: int

    def __check_init__(self) -> None:
        if self.n < 1:
            raise ValueError(f"expected a dimension of at least 1, got n={self.n}")

    @property
    def dim(self) -> int:
        return self.n

    @property
    def ambient_dim(self) -> int:
        return self.n

    @property
    def heat_kernel(self) -> GaussianHeatKernel:
        return GaussianHeatKernel(self.n)

    @property
    def log_volume(self) -> float:
        return math.inf

    @property
    def spectral_gap(self) -> float:
        return 0.0

    def exp(self, y: Point, v: Tangent) -> Point:
        return y + v

    def log(self, y: Point, z: Point) -> Tangent:
        return z - y

    def dist(self, y: Point, z: Point) -> Float[Array, "*batch"]:
        return safe_norm(z - y)

    def transport(self, y: Point, z: Point, v: Tangent) -> Tangent:
        return v

    def project(self, y: Point) -> Point:
        return y

    def project_tangent(self, y: Point, v: Tangent) -> Tangent:
        return v

    def spanning_fields(self, y: Point) -> Float[Array, "*batch n_fields ambient_dim"]:
        identity = jnp.eye(self.n, dtype=y.dtype)
        return jnp.broadcast_to(identity, (*y.shape[:-1], self.n, self.n))

    def frame(self, y: Point) -> Float[Array, "*batch dim ambient_dim"]:
        return self.spanning_fields(y)

    def log_det_exp(self, y: Point, v: Tangent) -> Float[Array, "*batch"]:
        return jnp.zeros_like(v[..., 0])

    def base_point(self) -> Float[Array, " ambient_dim"]:
        return jnp.zeros(self.n)

    def random_uniform(self, shape: tuple[int, ...], *, key: Key) -> Point:
        raise ValueError(
            f"expected a compact manifold, got {self}: it has no uniform law; "
            "use a process whose limit is a Gaussian process"
        )
