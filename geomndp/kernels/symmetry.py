"""How the fibre of a field compares with what a kernel needs."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import jax.scipy.linalg
from jaxtyping import Array, Float

from geomndp.fields import FieldType
from geomndp.representations import Matrices, Trivial


def is_scalar(kind: FieldType) -> bool:
    """Whether values are single numbers that keep their size, under a change of sign at most."""
    return kind.fibre.dim == 1 and kind.fibre.is_orthogonal


def scalar_kind(kind: FieldType) -> FieldType:
    """Invariant scalars on the same domain, under the same group."""
    return FieldType(kind.group, Trivial(1), domain=kind.domain)


def fibre_is(
    kind: FieldType, expected: Callable[[Float[Array, "dim_x dim_x"]], Float[Array, "dim_y dim_y"]]
) -> bool:
    """Whether values transform, up to a common sign, as a function of how locations turn.

    Arguments:
        kind: The field.
        expected: From the linear part of the motion of locations to the matrix on values.
    """
    for g in sampled_elements(kind):
        origin = jnp.zeros(kind.dim_x)
        basis = jnp.eye(kind.dim_x)
        turn = (kind.group.act(g, basis) - kind.group.act(g, origin)[None]).T
        matrix, wanted = kind.fibre_matrix(g), expected(turn)
        if matrix.shape != wanted.shape:
            return False
        error = jnp.minimum(jnp.abs(matrix - wanted).max(), jnp.abs(matrix + wanted).max())
        if float(error) > 1e-4:
            return False
    return True


def parts_of(kind: FieldType, sizes: Sequence[int]) -> list[FieldType] | None:
    """Fields of consecutive coordinates of a value, if no element mixes them.

    Returns:
        A field for each size; None if elements do mix them, or sizes do not add up.
    """
    if sum(sizes) != kind.dim_y:
        return None
    ends = [sum(sizes[: n + 1]) for n in range(len(sizes))]
    ranges = [slice(end - size, end) for end, size in zip(ends, sizes, strict=True)]
    within = jax.scipy.linalg.block_diag(*(jnp.ones((size, size)) for size in sizes))
    for g in sampled_elements(kind):
        if float(jnp.abs(kind.fibre_matrix(g) * (1 - within)).max()) > 1e-4:
            return None

    def part(r: slice) -> FieldType:
        fibre, size = kind.fibre, r.stop - r.start
        block = Matrices(
            lambda h: fibre.matrix(h)[r, r], size, fibre.linear_dim, fibre.is_orthogonal
        )
        return FieldType(kind.group, block, domain=kind.domain)

    return [part(r) for r in ranges]


def commutes(kind: FieldType, matrix: Float[Array, "dim_y dim_y"]) -> bool:
    r"""Whether $\rho(h) B \rho(h)^\top = B$ for all elements."""
    if kind.fibre.dim != matrix.shape[0]:
        return False
    matrix = jnp.asarray(matrix, float)
    size = float(jnp.abs(matrix).max())
    turned = (rho @ matrix @ rho.T for rho in map(kind.fibre_matrix, sampled_elements(kind)))
    return all(float(jnp.abs(each - matrix).max()) <= 1e-4 * size for each in turned)


def sampled_elements(kind: FieldType) -> Iterator[Any]:
    """Random elements of each part of the group; what holds for them holds for all.

    They are so many that those of a finite group generate it: a proper subgroup holds each with a
    chance of at most one half.
    """
    for determinant in kind.group.determinants:
        for key in jax.random.split(jax.random.key(0), 16):
            yield kind.group.sample(key=key, determinant=determinant)
