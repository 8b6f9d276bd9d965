"""How the fibre of a field compares with what a kernel needs."""

import functools
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import jax.scipy.linalg
from jaxtyping import Array, Bool, Float

from geomndp.fields import FieldType
from geomndp.groups import AbstractGroup
from geomndp.representations import Matrices, Trivial


def is_scalar(field_type: FieldType) -> bool:
    """Whether values are single numbers that keep their size, under a change of sign at most."""
    return field_type.fibre.dim == 1 and field_type.fibre.is_orthogonal


def scalar_kind(field_type: FieldType) -> FieldType:
    """Invariant scalars on the same domain, under the same group."""
    return FieldType(field_type.group, Trivial(1), domain=field_type.domain)


def fibre_is(
    field_type: FieldType,
    expected: Callable[[Float[Array, "dim_x dim_x"]], Float[Array, "dim_y dim_y"]],
) -> bool:
    """Whether values transform, up to a common sign, as a function of how locations turn.

    Arguments:
        field_type: The field.
        expected: From the linear part of the motion of locations to the matrix on values.
    """

    def keeps(g: Any) -> bool | Bool[Array, ""]:
        turn, _ = motion_of(field_type, g)
        matrix, wanted = field_type.fibre_matrix(g), expected(turn)
        if matrix.shape != wanted.shape:
            return False
        error = jnp.minimum(jnp.abs(matrix - wanted).max(), jnp.abs(matrix + wanted).max())
        return error <= 1e-4

    return holds_for_all(field_type, keeps)


def parts_of(field_type: FieldType, sizes: Sequence[int]) -> list[FieldType] | None:
    """Fields of consecutive coordinates of a value, if no element mixes them.

    Returns:
        A field for each size; None if elements do mix them, or sizes do not add up.
    """
    if sum(sizes) != field_type.dim_y:
        return None
    ends = [sum(sizes[: n + 1]) for n in range(len(sizes))]
    ranges = [slice(end - size, end) for end, size in zip(ends, sizes, strict=True)]

    def mixes_none(g: Any) -> Bool[Array, ""]:
        within = jax.scipy.linalg.block_diag(*(jnp.ones((size, size)) for size in sizes))
        return jnp.abs(field_type.fibre_matrix(g) * (1 - within)).max() <= 1e-4

    if not holds_for_all(field_type, mixes_none):
        return None

    def part(r: slice) -> FieldType:
        fibre, size = field_type.fibre, r.stop - r.start
        block = Matrices(
            lambda h: fibre.matrix(h)[r, r], size, fibre.linear_dim, fibre.is_orthogonal
        )
        return FieldType(field_type.group, block, domain=field_type.domain)

    return [part(r) for r in ranges]


def commutes(field_type: FieldType, matrix: Float[Array, "dim_y dim_y"]) -> bool:
    r"""Whether $\rho(h) B \rho(h)^\top = B$ for all elements."""
    if field_type.fibre.dim != matrix.shape[0]:
        return False

    def keeps(g: Any) -> Bool[Array, ""]:
        before, rho = jnp.asarray(matrix, float), field_type.fibre_matrix(g)
        after = rho @ before @ rho.T
        # Coordinates may differ in unit, so each is judged by its own size.
        size = jnp.sqrt(jnp.maximum(jnp.diagonal(before), jnp.diagonal(after)))
        return jnp.all(jnp.abs(after - before) <= 1e-4 * size[:, None] * size[None, :])

    return holds_for_all(field_type, keeps)


def motion_of(
    field_type: FieldType, g: Any
) -> tuple[Float[Array, "dim_x dim_x"], Float[Array, " dim_x"]]:
    """The matrix T and the shift u by which an element moves locations: gx = Tx + u."""
    shift = field_type.group.act(g, jnp.zeros(field_type.dim_x))
    columns = field_type.group.act(g, jnp.eye(field_type.dim_x)) - shift[None]
    return columns.T, shift


def holds_for_all(field_type: FieldType, law: Callable[[Any], bool | Bool[Array, ""]]) -> bool:
    """Whether a law holds for every element of the group; a bool in a program of JAX too."""
    with jax.ensure_compile_time_eval():
        elements = _sampled_elements(field_type.group, jax.dtypes.canonicalize_dtype(float))
        return all(bool(law(g)) for g in elements)


@functools.lru_cache(maxsize=64)
def _sampled_elements(group: AbstractGroup, _dtype: Any) -> list[Any]:
    """Random elements of each part of the group; what holds for them holds for all.

    They are so many that those of a finite group generate it: a proper subgroup holds each with a
    chance of at most one half.
    """
    return [
        group.sample(key=key, determinant=determinant)
        for determinant in group.determinants
        for key in jax.random.split(jax.random.key(0), 16)
    ]
