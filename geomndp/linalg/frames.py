"""Frames of the subspaces in which values lie, such as tangent vectors in space."""

import jax
import jax.numpy as jnp
import jax.scipy.linalg
import numpy as np
from jax.core import Tracer

from geomndp.linalg.base import AbstractOperator
from geomndp.linalg.dense import Dense
from geomndp.linalg.diagonal import Diagonal
from geomndp.linalg.direct_sum import DirectSum, split_columns
from geomndp.linalg.embedded import Embedded, Frame, conjugated
from geomndp.linalg.embedded import from_frame as from_frame
from geomndp.linalg.embedded import to_frame as to_frame
from geomndp.linalg.scaled_identity import ScaledIdentity
from geomndp.typing import Mask, Values


def frame_of(operator: AbstractOperator) -> Frame | None:
    """Orthonormal bases of the subspaces that hold the values; None where values fill space."""
    match operator:
        case Embedded():
            return operator.frame
        case DirectSum():
            return _side_by_side(operator)
        case _:
            return None


def rank_of(operator: AbstractOperator) -> int:
    """In how many dimensions a value varies: `dim_y`, or fewer in a subspace."""
    frame = frame_of(operator)
    return operator.dim_y if frame is None else frame.shape[1]


def coordinates_of(operator: AbstractOperator) -> AbstractOperator:
    """The covariance of the coordinates of values in their frames."""
    return operator.operator if isinstance(operator, Embedded) else operator


def noise_within(operator: AbstractOperator, noise: ScaledIdentity | Diagonal) -> AbstractOperator:
    """The part of noise in the subspaces that hold the values of an operator."""
    match operator:
        case Embedded(frame=frame) if isinstance(noise, ScaledIdentity):
            return Embedded(ScaledIdentity(noise.variance, frame.shape[0], frame.shape[1]), frame)
        case Embedded(frame=frame):
            return restricted(noise, frame)
        case DirectSum(parts=parts) if frame_of(operator) is not None:
            columns = split_columns(noise.diagonal(), [part.dim_y for part in parts])
            pairs = zip(parts, map(Diagonal, columns), strict=True)
            return DirectSum(tuple(noise_within(part, own) for part, own in pairs))
        case _:
            return noise


def restricted(operator: AbstractOperator, frame: Frame | None) -> AbstractOperator:
    """The part of an operator within subspaces; all of it where there are none."""
    if frame is None:
        return operator
    columns = jnp.swapaxes(frame, 1, 2)
    return Embedded(Dense(conjugated(columns, operator.dense())), frame)


def check_within(frame: Frame | None, v: Values, mask: Mask | None = None) -> None:
    """Refuse values, where they are known, that are not in their subspaces.

    Raises:
        ValueError: If one at a real point has a part across that is more than rounding.
    """
    if frame is None or any(isinstance(each, Tracer) for each in (frame, v, mask)):
        return
    real = np.ones(v.shape[:1], bool) if mask is None else np.asarray(mask)
    across = (v - from_frame(frame, to_frame(frame, v)))[real]
    size, length = (float(np.abs(each).max(initial=0)) for each in (across, v[real]))
    if size > 1e-3 * length:
        bad = int(np.flatnonzero(real)[np.argmax(np.abs(across).max(-1))])
        raise ValueError(
            f"expected tangent values, got one at point {bad} with a part of size {size:.2g} "
            "across its tangent space; Sphere(2).project_tangent(x, y) leaves that out"
        )


def _side_by_side(operator: DirectSum) -> Frame | None:
    frames = [frame_of(part) for part in operator.parts]
    if all(frame is None for frame in frames):
        return None
    dtype = next(frame.dtype for frame in frames if frame is not None)
    whole = [
        jnp.broadcast_to(jnp.eye(part.dim_y, dtype=dtype), (part.n_points, part.dim_y, part.dim_y))
        if frame is None
        else frame
        for part, frame in zip(operator.parts, frames, strict=True)
    ]
    return jax.vmap(jax.scipy.linalg.block_diag)(*whole)
