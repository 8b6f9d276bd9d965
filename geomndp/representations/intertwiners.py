"""Equivariant linear maps, found numerically from what a group does."""

import functools

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from geomndp.groups import AbstractGroup
from geomndp.representations.base import AbstractRepresentation, TensorProduct

_N_ELEMENTS = 12
"""Random elements of each determinant: few suffice for a Lie group, finite ones need more."""

_NEGLIGIBLE = 1e-7


def intertwiners(
    source: AbstractRepresentation, target: AbstractRepresentation, group: AbstractGroup
) -> Float[np.ndarray, "n_maps dim_target dim_source"]:
    r"""A basis of the linear maps A between two kinds of values that commute with a group.

    They solve $A \rho(h) = \sigma(h) A$ for all h, by Schur's lemma few: from vectors to vectors
    the multiples of the identity under O(d), and under SO(2) the quarter turn in addition. Maps
    from `Trivial()` are the fixed values of a representation; maps from a product
    `rho1 * rho2` are the equivariant products, such as the dot and the cross product.

    The basis is in reduced echelon form and then normed to the Frobenius norm
    $\sqrt{\dim \sigma}$, so it depends on the group alone, not on how the equations were solved.

    Arguments:
        source: How the group acts on what is mapped.
        target: How it acts on what comes out.
        group: The group, of which only the linear parts matter.

    Returns:
        The maps, none where only 0 commutes.

    References:
        Finzi, Welling and Wilson (2021), *A practical method for constructing equivariant
        multilayer perceptrons for arbitrary matrix groups*, arXiv:2104.09459.

    Example:
        >>> import geomndp as gn
        >>> vector = gn.representations.Vector(2)
        >>> gn.representations.intertwiners(vector, vector, gn.groups.SO(2)).round(6).tolist()
        [[[1.0, 0.0], [0.0, 1.0]], [[0.0, 1.0], [-1.0, 0.0]]]
        >>> len(gn.representations.intertwiners(vector, vector, gn.groups.O(2)))
        1
    """
    return _solve(source, target, group).copy()


@functools.lru_cache(maxsize=1024)
def _solve(
    source: AbstractRepresentation, target: AbstractRepresentation, group: AbstractGroup
) -> np.ndarray:
    size = target.dim * source.dim
    normal = np.zeros((size, size))
    for before, after in zip(_matrices(source, group), _matrices(target, group), strict=True):
        # The equation for A, row by row: A before - after A = 0.
        equation = np.kron(np.eye(target.dim), before.T) - np.kron(after, np.eye(source.dim))
        normal += equation.T @ equation
    values, vectors = np.linalg.eigh(normal)
    maps = _echelon(vectors[:, values < _NEGLIGIBLE * max(size, values[-1])].T)
    norms = np.linalg.norm(maps, axis=-1, keepdims=True)
    return (maps * np.sqrt(target.dim) / norms).reshape((-1, target.dim, source.dim))


@functools.lru_cache(maxsize=256)
def _matrices(rho: AbstractRepresentation, group: AbstractGroup) -> np.ndarray:
    """What random elements do to values, in double precision whatever JAX's own is."""
    if isinstance(rho, TensorProduct):  # which spares compiling each product
        left, right = _matrices(rho.left, group), _matrices(rho.right, group)
        product = np.einsum("eij,ekl->eikjl", left, right)
        return product.reshape(len(left), rho.dim, rho.dim)
    with jax.ensure_compile_time_eval(), jax.enable_x64(True):
        return np.asarray(jax.jit(jax.vmap(rho.matrix))(_elements(group)))


@functools.lru_cache(maxsize=64)
def _elements(group: AbstractGroup) -> np.ndarray:
    """Linear parts of random elements, as many of each determinant."""

    @jax.jit
    def draw():
        keys = jax.random.split(jax.random.key(0), _N_ELEMENTS)
        parts = [
            jax.vmap(lambda key, d=d: group.linear_part(group.sample(key=key, determinant=d)))(keys)
            for d in group.determinants
        ]
        return jnp.concatenate(parts)

    return np.asarray(draw(), np.float64)


def _echelon(rows: np.ndarray) -> np.ndarray:
    """The reduced row echelon form of a matrix of full rank."""
    rows, n_done = rows.copy(), 0
    for column in range(rows.shape[1]):
        if n_done == len(rows):
            break
        pivot = n_done + int(np.argmax(np.abs(rows[n_done:, column])))
        if abs(rows[pivot, column]) < 1e-6:
            continue
        rows[[n_done, pivot]] = rows[[pivot, n_done]]
        rows[n_done] /= rows[n_done, column]
        others = np.arange(len(rows)) != n_done
        rows[others] -= np.outer(rows[others, column], rows[n_done])
        n_done += 1
    return np.where(np.abs(rows) < 1e-12, 0.0, rows)
