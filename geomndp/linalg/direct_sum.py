"""Independent operators on consecutive coordinates."""

import itertools
from collections.abc import Callable, Sequence

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.linalg.base import AbstractOperator, Gram
from geomndp.typing import Key, Mask, Values


class DirectSum(AbstractOperator):
    r"""$K = K_1 \oplus \dots \oplus K_m$: parts of a value that are independent of each other.

    Every part is factorised by itself, and the root is the direct sum of their roots.

    Arguments:
        parts: The operators of consecutive coordinates, at least one, at the same points.

    Raises:
        ValueError: If there are no parts, or their points differ in number.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> scalar = gn.linalg.ScaledIdentity(1.0, n_points=1, dim_y=1)
        >>> vector = gn.linalg.ScaledIdentity(4.0, n_points=1, dim_y=2)
        >>> gn.linalg.DirectSum((scalar, vector)).diagonal().tolist()
        [[1.0, 4.0, 4.0]]
    """

    parts: tuple[AbstractOperator, ...]

    def __check_init__(self) -> None:
        n_points = [part.n_points for part in self.parts]
        if len(set(n_points)) != 1:
            raise ValueError(
                "expected at least one part, all at the same number of points, "
                f"got parts at {n_points} points"
            )

    @property
    def n_points(self) -> int:
        return self.parts[0].n_points

    @property
    def dim_y(self) -> int:
        return sum(part.dim_y for part in self.parts)

    def matvec(self, v: Values) -> Values:
        return self._by_part([part.matvec for part in self.parts], v)

    def diagonal(self) -> Values:
        return jnp.concatenate([part.diagonal() for part in self.parts], axis=1)

    def dense(self) -> Gram:
        blocks = [part.dense() for part in self.parts]
        block_diagonal = jax.vmap(jax.vmap(lambda *each: jax.scipy.linalg.block_diag(*each)))
        return block_diagonal(*blocks)

    def solve(self, v: Values) -> Values:
        return self._by_part([part.solve for part in self.parts], v)

    def log_det(self) -> Float[Array, ""]:
        return jnp.sum(jnp.stack([part.log_det() for part in self.parts]))

    def sqrt_matvec(self, z: Values) -> Values:
        return self._by_part([part.sqrt_matvec for part in self.parts], z)

    def sqrt_solve(self, v: Values) -> Values:
        return self._by_part([part.sqrt_solve for part in self.parts], v)

    def sample(self, *, key: Key) -> Values:
        keys = jax.random.split(key, len(self.parts))
        draws = [part.sample(key=one) for part, one in zip(self.parts, keys, strict=True)]
        return jnp.concatenate(draws, axis=1)

    def factorised(self) -> "DirectSum":
        return DirectSum(tuple(part.factorised() for part in self.parts))

    def masked(self, mask: Mask) -> "DirectSum":
        return DirectSum(tuple(part.masked(mask) for part in self.parts))

    def _by_part(self, functions: Sequence[Callable[[Values], Values]], v: Values) -> Values:
        columns = split_columns(v, [part.dim_y for part in self.parts])
        pieces = [function(piece) for function, piece in zip(functions, columns, strict=True)]
        return jnp.concatenate(pieces, axis=1)


def split_columns(v: Values, widths: Sequence[int]) -> list[Float[Array, "n_points _"]]:
    """Consecutive columns, as many in each piece as its width says."""
    return jnp.split(v, list(itertools.accumulate(widths))[:-1], axis=1)
