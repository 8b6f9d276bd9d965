"""Products of manifolds."""

from collections.abc import Iterator
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.manifolds.base import AbstractManifold, Point, Tangent
from geomndp.manifolds.factors import each_factor
from geomndp.manifolds.product_heat_kernel import ProductHeatKernel
from geomndp.manifolds.unit_vectors import safe_norm
from geomndp.typing import Key


class Product(AbstractManifold):
    """The product of manifolds, with the sum of their metrics.

    The coordinates of a point are those of its parts, one after another.

    Arguments:
        factors: The manifolds, at least one.

    Raises:
        ValueError: If there is none.

    Example:
        >>> import jax, geomndp as gn
        >>> poses = gn.manifolds.Product((gn.manifolds.SO3(), gn.manifolds.Euclidean(3)))
        >>> poses.dim, poses.ambient_dim
        (6, 12)
        >>> y, z = poses.random_base((2,), key=jax.random.key(0))
        >>> bool(poses.dist(poses.exp(y, poses.log(y, z)), z) < 1e-5)
        True
    """

    factors: tuple[AbstractManifold, ...]

    def __check_init__(self) -> None:
        if not self.factors:
            raise ValueError("expected at least one factor, got none")

    @property
    def dim(self) -> int:
        return sum(factor.dim for factor in self.factors)

    @property
    def ambient_dim(self) -> int:
        return sum(factor.ambient_dim for factor in self.factors)

    @property
    def heat_kernel(self) -> ProductHeatKernel:
        return ProductHeatKernel(self.factors)

    @property
    def log_volume(self) -> float:
        return sum(factor.log_volume for factor in self.factors)

    @property
    def spectral_gap(self) -> float:
        return min(factor.spectral_gap for factor in self.factors)

    def exp(self, y: Point, v: Tangent) -> Point:
        return jnp.concatenate([m.exp(*parts) for m, *parts in self._each(y, v)], -1)

    def log(self, y: Point, z: Point) -> Tangent:
        return jnp.concatenate([m.log(*parts) for m, *parts in self._each(y, z)], -1)

    def dist(self, y: Point, z: Point) -> Float[Array, "*batch"]:
        return safe_norm(jnp.stack([m.dist(*parts) for m, *parts in self._each(y, z)], -1))

    def transport(self, y: Point, z: Point, v: Tangent) -> Tangent:
        return jnp.concatenate([m.transport(*parts) for m, *parts in self._each(y, z, v)], -1)

    def project(self, y: Point) -> Point:
        return jnp.concatenate([m.project(*parts) for m, *parts in self._each(y)], -1)

    def project_tangent(self, y: Point, v: Tangent) -> Tangent:
        return jnp.concatenate([m.project_tangent(*parts) for m, *parts in self._each(y, v)], -1)

    def spanning_fields(self, y: Point) -> Float[Array, "*batch n_fields ambient_dim"]:
        return self._blocks([m.spanning_fields(*parts) for m, *parts in self._each(y)])

    def frame(self, y: Point) -> Float[Array, "*batch dim ambient_dim"]:
        return self._blocks([m.frame(*parts) for m, *parts in self._each(y)])

    def log_det_exp(self, y: Point, v: Tangent) -> Float[Array, "*batch"]:
        parts = [m.log_det_exp(*parts) for m, *parts in self._each(y, v)]
        return jnp.sum(jnp.stack(parts, -1), -1)

    def base_point(self) -> Float[Array, " ambient_dim"]:
        return jnp.concatenate([factor.base_point() for factor in self.factors])

    def random_uniform(self, shape: tuple[int, ...], *, key: Key) -> Point:
        keys = jax.random.split(key, len(self.factors))
        pairs = zip(self.factors, keys, strict=True)
        return jnp.concatenate([m.random_uniform(shape, key=k) for m, k in pairs], -1)

    def random_tangent(self, y: Point, *, key: Key) -> Tangent:
        keys = jax.random.split(key, len(self.factors))
        pairs = zip(self._each(y), keys, strict=True)
        return jnp.concatenate([m.random_tangent(part, key=k) for (m, part), k in pairs], -1)

    def inner(self, u: Tangent, v: Tangent) -> Float[Array, "*batch"]:
        """The sum of those of the factors."""
        parts = [m.inner(*parts) for m, *parts in self._each(u, v)]
        return jnp.sum(jnp.stack(parts, -1), -1)

    def gradient(self, y: Point, derivative: Tangent) -> Tangent:
        parts = [m.gradient(*parts) for m, *parts in self._each(y, derivative)]
        return jnp.concatenate(parts, -1)

    def _each(self, *vectors: Float[Array, "*batch ambient_dim"]) -> Iterator[tuple[Any, ...]]:
        """Every factor with its coordinates of the vectors."""
        return each_factor(self.factors, *vectors)

    def _blocks(
        self, fields: list[Float[Array, "..."]]
    ) -> Float[Array, "*batch n_fields ambient_dim"]:
        """Fields of the factors as fields of the product, one factor's after another's."""
        widths = [field.shape[-1] for field in fields]
        padded, before = [], 0
        for field, width in zip(fields, widths, strict=True):
            around = [(0, 0)] * (field.ndim - 1) + [(before, sum(widths) - before - width)]
            padded.append(jnp.pad(field, around))
            before += width
        return jnp.concatenate(padded, -2)
