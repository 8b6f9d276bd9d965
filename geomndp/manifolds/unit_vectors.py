"""Angles and directions between unit vectors, to all digits and with finite gradients.

No formula here subtracts nearly equal numbers: near a pair of equal or of opposite points the
difference or the sum of the two is taken first, which floating point does without error.
"""

import jax.numpy as jnp
from jaxtyping import Array, Float


def safe_norm(v: Float[Array, "*batch dim"]) -> Float[Array, "*batch"]:
    """Euclidean norm, with gradient 0 at 0; NaN stays NaN."""
    squared = jnp.sum(v**2, -1)
    at_zero = squared <= 0
    return jnp.where(at_zero, 0, jnp.sqrt(jnp.where(at_zero, 1, squared)))


def angle_between(
    y: Float[Array, "*batch dim"], z: Float[Array, "*batch dim"]
) -> Float[Array, "*batch"]:
    """The angle, with gradient 0 at coincident and at antipodal points."""
    return 2 * jnp.arctan2(safe_norm(z - y), safe_norm(z + y))


def part_across(
    y: Float[Array, "*batch dim"], z: Float[Array, "*batch dim"]
) -> Float[Array, "*batch dim"]:
    """The part of z at right angles to y, as long as the sine of the angle between them."""
    along = jnp.sum(y * z, -1, keepdims=True)
    # All three have the same part across y; the shortest loses no digits.
    across = z - jnp.where(along < 0, -y, y)
    # Twice, as in Gram-Schmidt: the first leaves rounding of what may be much longer.
    for _ in range(2):
        across = across - jnp.sum(y * across, -1, keepdims=True) * y
    return across


def sinc(angle: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
    """sin(a)/a, with its Taylor expansion near 0."""
    is_small = jnp.abs(angle) < 1e-3
    safe = jnp.where(is_small, 1, angle)
    return jnp.where(is_small, 1 - angle**2 / 6, jnp.sin(safe) / safe)


def identity(n: int, y: Float[Array, "*batch dim"]) -> Float[Array, "*batch n n"]:
    """Identity matrices, one for each point."""
    return jnp.broadcast_to(jnp.eye(n, dtype=y.dtype), (*y.shape[:-1], n, n))
