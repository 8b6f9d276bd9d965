"""An operator of values that lie in a subspace at each point."""

from collections.abc import Callable
from typing import TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer
from jaxtyping import Array, Float

from geomndp.linalg.base import AbstractOperator, Gram
from geomndp.linalg.dense import Dense
from geomndp.linalg.diagonal import Diagonal
from geomndp.linalg.scaled_identity import ScaledIdentity
from geomndp.typing import Key, Mask, Values

Frame: TypeAlias = Float[Array, "n_points dim_frame dim_y"]
"""At each point an orthonormal basis of a subspace, a row for each vector."""

HIGHEST = jax.lax.Precision.HIGHEST

Coordinates: TypeAlias = Float[Array, "n_points dim_frame"]
"""Of a value in a frame."""


class Embedded(AbstractOperator):
    r"""$K = E^\top K_0 E$: values in a subspace at each point, such as tangent vectors of a sphere.

    At point i the rows of $E_i$ are an orthonormal basis of the subspace, and $K_0$ is the
    covariance of the coordinates in it. Everything is within the subspaces, and all laws hold
    there: `solve` and `sqrt_solve` leave the part of v across out, `log_det` is $\log \det K_0$,
    that of K as a map of the subspaces, and `masked` has their identity at padded points. The root
    is $E^\top L_0 E$. No result but the root depends on which bases of the subspaces are taken.

    Arguments:
        operator: $K_0$.
        frame: The bases.

    Raises:
        ValueError: If there is not a basis for each point, with a vector for each coordinate of
            $K_0$ and no more than `dim_y` of them.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> inner = gn.linalg.ScaledIdentity(4.0, n_points=1, dim_y=1)
        >>> north = gn.linalg.Embedded(inner, jnp.array([[[0.0, 1.0]]]))
        >>> north.solve(jnp.array([[5.0, 8.0]])).tolist()  # east is left out
        [[0.0, 2.0]]
    """

    operator: AbstractOperator
    frame: Frame

    def __check_init__(self) -> None:
        shape, inner = self.frame.shape, self.operator
        if len(shape) != 3 or shape[:2] != (inner.n_points, inner.dim_y) or shape[1] > shape[2]:
            raise ValueError(
                f"expected frames of shape ({inner.n_points}, {inner.dim_y}, dim_y), a vector for "
                f"each of the {inner.dim_y} coordinates and dim_y at least that, got shape {shape}"
            )

    @property
    def n_points(self) -> int:
        return self.frame.shape[0]

    @property
    def dim_y(self) -> int:
        return self.frame.shape[2]

    def matvec(self, v: Values) -> Values:
        return self._within(self.operator.matvec, v)

    def diagonal(self) -> Values:
        match self.operator:
            case ScaledIdentity() | Diagonal():
                return jnp.einsum("ica,ic->ia", self.frame**2, self.operator.diagonal())
            case _:
                blocks = jnp.einsum("iicd->icd", self.operator.dense())
                return jnp.einsum("ica,icd,ida->ia", self.frame, blocks, self.frame)

    def dense(self) -> Gram:
        return conjugated(self.frame, self.operator.dense())

    def solve(self, v: Values) -> Values:
        return self._within(self.operator.solve, v)

    def log_det(self) -> Float[Array, ""]:
        return self.operator.log_det()

    def sqrt_matvec(self, z: Values) -> Values:
        return self._within(self.operator.sqrt_matvec, z)

    def sqrt_solve(self, v: Values) -> Values:
        return self._within(self.operator.sqrt_solve, v)

    def sample(self, *, key: Key) -> Values:
        return from_frame(self.frame, self.operator.sample(key=key))

    def factorised(self) -> "Embedded":
        return Embedded(self.operator.factorised(), self.frame)

    def masked(self, mask: Mask) -> "Embedded":
        return Embedded(self.operator.masked(mask), self.frame)

    def _within(self, function: Callable[[Coordinates], Coordinates], v: Values) -> Values:
        return from_frame(self.frame, function(to_frame(self.frame, v)))


def turned(operator: Embedded, frame: Frame) -> AbstractOperator:
    """The covariance of the coordinates in other bases of the same subspaces."""
    if frame is operator.frame or isinstance(operator.operator, ScaledIdentity):
        return operator.operator
    turn = jnp.einsum("ica,ida->idc", frame, operator.frame, precision=HIGHEST)
    return Dense(conjugated(turn, operator.operator.dense()))


def same_subspaces(frame: Frame, other: Frame) -> bool:
    """Whether bases span the same subspaces; those of a program, which has no numbers, do."""
    if frame.shape != other.shape:
        return False
    if frame is other or isinstance(frame, Tracer) or isinstance(other, Tracer):
        return True
    turn = np.einsum("ica,ida->icd", frame, other)
    overlap = np.linalg.svd(turn, compute_uv=False)
    return bool((overlap > 1 - 1e-4).all())


def conjugated(frame: Frame, gram: Float[Array, "n_points n_points dim_frame dim_frame"]) -> Gram:
    r"""$E^\top K E$."""
    return jnp.einsum("ica,ijcd,jdb->ijab", frame, gram, frame, precision=HIGHEST)


def to_frame(frame: Frame | None, v: Values) -> Coordinates:
    """The coordinates of values in frames; the values themselves where there are none."""
    if frame is None:
        return v
    return jnp.einsum("ica,ia->ic", frame, v, precision=HIGHEST)


def from_frame(frame: Frame | None, u: Coordinates) -> Values:
    """The values whose coordinates in frames are given."""
    if frame is None:
        return u
    return jnp.einsum("ica,ic->ia", frame, u, precision=HIGHEST)
