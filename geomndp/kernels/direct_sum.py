"""Independent fields side by side."""

import jax
import jax.scipy.linalg
from jaxtyping import Array, Float

from geomndp import linalg
from geomndp.fields import FieldType
from geomndp.kernels.base import AbstractKernel, Covariances
from geomndp.kernels.random_features import RandomFeatures
from geomndp.kernels.symmetry import parts_of
from geomndp.typing import Key, Locations


class DirectSum(AbstractKernel):
    r"""Independent fields side by side: $K = K_1 \oplus K_2 \oplus \dots$, block by block.

    Arguments:
        parts: The kernels, in the order of the coordinates of a value.

    Raises:
        ValueError: If there is no part.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> wind = gn.kernels.DivergenceFree(gn.kernels.SquaredExponential(1.0, 4.0))
        >>> wind_and_pressure = gn.kernels.DirectSum((wind, gn.kernels.Matern52(1.0, 9.0)))
        >>> jnp.diagonal(wind_and_pressure(jnp.zeros(2), jnp.zeros(2))).tolist()
        [4.0, 4.0, 9.0]
    """

    parts: tuple[AbstractKernel, ...]

    def __check_init__(self) -> None:
        if not self.parts:
            raise ValueError("expected at least one part of a direct sum, got none")

    @property
    def dim_y(self) -> int:
        return sum(part.dim_y for part in self.parts)

    @property
    def smoothness(self) -> float:
        return min(part.smoothness for part in self.parts)

    def cross_covariance(self, x: Locations, x2: Float[Array, "n_others dim_x"]) -> Covariances:
        blocks = [part.cross_covariance(x, x2) for part in self.parts]
        together = jax.vmap(jax.vmap(jax.scipy.linalg.block_diag))
        return together(*blocks)

    def operator(self, x: Locations) -> linalg.AbstractOperator:
        return linalg.DirectSum(tuple(part.operator(x) for part in self.parts))

    def is_equivariant(self, field_type: FieldType) -> bool:
        kinds = parts_of(field_type, [part.dim_y for part in self.parts])
        if kinds is None:
            return False
        return all(p.is_equivariant(k) for p, k in zip(self.parts, kinds, strict=True))

    def random_features(self, n_features: int, dim_x: int, *, key: Key) -> RandomFeatures:
        keys = jax.random.split(key, len(self.parts))
        features, start = [], 0
        for part, of_part in zip(self.parts, keys, strict=True):
            own = part.random_features(n_features, dim_x, key=of_part)
            features.append(own.placed(start, self.dim_y))
            start += part.dim_y
        return RandomFeatures.stack(features)
