"""The kinds of numbers that an equivariant network computes with, and their products."""

import functools
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from geomndp.groups import SO, AbstractGroup, O
from geomndp.representations import (
    AbstractRepresentation,
    IrrepO2,
    Pseudoscalar,
    Pseudovector,
    SymmetricTraceless,
    Trivial,
    Vector,
    intertwiners,
)


class Kind(NamedTuple):
    """An irreducible kind of values: its order, and its sign under reflections beside it.

    Of order 0 are scalars, of order 1 vectors, of order 2 symmetric matrices without trace.
    """

    space_dim: int
    order: int
    odd: bool = False

    @property
    def name(self) -> str:
        return f"{'odd' if self.odd else 'order'}_{self.order}"

    @property
    def dim(self) -> int:
        return self.representation.dim

    @property
    def representation(self) -> AbstractRepresentation:
        d = self.space_dim
        if self.order == 0:
            return Pseudoscalar() if self.odd else Trivial()
        if self.order == 1:
            return Pseudovector(d) if self.odd else Vector(d)
        even = IrrepO2(self.order) if d == 2 else SymmetricTraceless(d)
        return Pseudoscalar() * even if self.odd else even


class Algebra(NamedTuple):
    """Kinds of values with the equivariant maps between them: what a network is made of.

    Arguments:
        group: O(d) where the fields have reflections, else SO(d): what the maps commute with.
        kinds: The kinds other than invariant scalars.
        harmonics: The kinds of the functions of a direction, from order 1 on.
    """

    group: AbstractGroup
    kinds: tuple[Kind, ...]
    harmonics: tuple[Kind, ...]

    @classmethod
    def of(cls, group: AbstractGroup, fibre: AbstractRepresentation, max_order: int) -> "Algebra":
        """The algebra for values of a fibre, with kinds up to an order.

        Kinds that are odd under reflections are there only if the fibre, or what the group leaves
        in place, has odd parts: without them products of even ones do.

        Raises:
            ValueError: If the fibre has parts of higher order, or of space of another dimension.
        """
        d = group.linear_dim
        full = O(d) if -1 in group.determinants else SO(d)
        even = [Kind(d, order) for order in range(1, _highest(d, max_order) + 1)]
        odd = _odd_kinds(d, max_order) if -1 in group.determinants else []
        is_needed = d == 1 or any(
            len(intertwiners(fibre, kind.representation, full))
            or len(intertwiners(Trivial(), kind.representation, group))
            for kind in odd
        )
        algebra = cls(full, (*even, *(odd if is_needed else ())), _harmonics(d, max_order))
        held = [algebra.maps(fibre, kind) for kind in (Kind(d, 0), *algebra.kinds)]
        stacked = np.concatenate([m.reshape((m.shape[0] * m.shape[1], fibre.dim)) for m in held])
        if np.linalg.matrix_rank(stacked, tol=1e-6) < fibre.dim:
            raise ValueError(
                f"expected a fibre made of parts up to order {max_order}, got {fibre}, which has "
                "higher ones; raise max_order (in three and more dimensions there are 0, 1 and 2)"
            )
        return algebra

    @property
    def scalar(self) -> Kind:
        """The kind of the invariant scalars."""
        return Kind(self.group.dim, 0)

    def maps(
        self, source: AbstractRepresentation, kind: Kind
    ) -> Float[np.ndarray, "n_maps dim dim_source"]:
        """The equivariant maps of values to a kind."""
        return intertwiners(source, kind.representation, self.group)

    def fixed(self, group: AbstractGroup, kind: Kind) -> Float[np.ndarray, "n_fixed dim"]:
        """The values of a kind that a smaller group leaves in place, such as an axis."""
        return intertwiners(Trivial(), kind.representation, group)[:, :, 0]

    def power(self, number: int) -> Float[np.ndarray, "dim first lower"]:
        """The product of a direction with the harmonics of one order that gives the next order's.

        It is the one that reflections keep.
        """
        first, target = self.harmonics[0], self.harmonics[number]
        lower = self.harmonics[number - 1] if number else self.scalar
        product = first.representation * lower.representation
        maps = intertwiners(product, target.representation, O(self.group.dim))
        return maps[0].reshape((target.dim, first.dim, lower.dim))

    def products(
        self, left: Kind, right: Kind, target: Kind
    ) -> Float[np.ndarray, "n_maps dim left right"]:
        """The equivariant products of values of two kinds that are of a third."""
        maps = self.maps(left.representation * right.representation, target)
        return maps.reshape((len(maps), target.dim, left.dim, right.dim))


class Coupling(NamedTuple):
    """What becomes of values that are multiplied by harmonics: one matrix for all products."""

    matrix: Float[np.ndarray, "harmonics_and_values outputs"]
    n_paths: tuple[tuple[Kind, int], ...]
    """Of each kind of output, the invariant scalars first, how many products give it."""


@functools.lru_cache(maxsize=128)
def coupling(algebra: Algebra) -> Coupling:
    """The matrix from products of one harmonic and one carried value each to all outputs.

    Rows run over the harmonics, the constant one first, and within them over the carried values,
    the invariant scalar first; columns over kinds, products and components.
    """
    kinds = (algebra.scalar, *algebra.kinds)
    harmonics = (algebra.scalar, *algebra.harmonics)
    columns, n_paths = [], []
    for target in kinds:
        paths = [
            _place(product, (harmonics, h), (kinds, k))
            for h, harmonic in enumerate(harmonics)
            for k, kind in enumerate(kinds)
            for product in algebra.products(harmonic, kind, target)
        ]
        n_paths.append((target, len(paths)))
        columns += paths
    return Coupling(np.concatenate(columns).T, tuple(n_paths))


def _place(
    product: np.ndarray, left: tuple[tuple[Kind, ...], int], right: tuple[tuple[Kind, ...], int]
) -> Float[np.ndarray, "dim harmonics_and_values"]:
    """A product of two kinds as a matrix on all pairs of harmonics and values."""
    (lefts, h), (rights, k) = left, right
    begin_h, begin_k = (sum(kind.dim for kind in kinds[:i]) for kinds, i in (left, right))
    whole = np.zeros((len(product), sum(a.dim for a in lefts), sum(b.dim for b in rights)))
    whole[:, begin_h : begin_h + lefts[h].dim, begin_k : begin_k + rights[k].dim] = product
    return whole.reshape((len(product), -1))


def _highest(space_dim: int, order: int) -> int:
    """The highest order that there is up to the one given."""
    return {1: 0, 2: order}.get(space_dim, min(order, 2))


def _harmonics(space_dim: int, max_order: int) -> tuple[Kind, ...]:
    """On a line the one function of a direction is its sign."""
    if space_dim == 1:
        return (Kind(1, 0, odd=True),)
    return tuple(Kind(space_dim, o) for o in range(1, _highest(space_dim, 2 * max_order) + 1))


def _odd_kinds(space_dim: int, max_order: int) -> list[Kind]:
    """In the plane a reflection only turns what has an order: odd values are turned even ones."""
    highest = 0 if space_dim <= 2 else _highest(space_dim, max_order)
    return [Kind(space_dim, order, odd=True) for order in range(highest + 1)]
