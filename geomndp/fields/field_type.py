"""What kind of field: its group, its fibre, and the spaces that it joins."""

from typing import Any

import equinox as eqx
from jaxtyping import Array, Float

from geomndp.groups import AbstractGroup
from geomndp.groups.base import apply_linear
from geomndp.manifolds import AbstractManifold, Euclidean
from geomndp.representations import AbstractRepresentation


class FieldType(eqx.Module):
    r"""Fields $f: X \to Y$ on which a group acts by $(g \cdot f)(x) = \rho(h) f(g^{-1} x)$.

    Arguments:
        group: The group, acting on locations.
        fibre: How the linear part of an element acts on a value.
        domain: Where locations live; the Euclidean space of the group's dimension when left out.
        codomain: Where values live; the Euclidean space of the fibre's dimension when left out.

    Raises:
        ValueError: If the group and the domain, the group and the fibre, or the fibre and the
            codomain differ in dimension, or the group does not keep a curved domain in place.

    Example:
        >>> import geomndp as gn
        >>> wind = gn.FieldType(gn.groups.E(2), gn.representations.Vector(2))
        >>> wind.dim_x, wind.dim_y
        (2, 2)
        >>> track = gn.FieldType(
        ...     gn.groups.T(1), gn.representations.Trivial(3), codomain=gn.manifolds.Sphere(2)
        ... )
        >>> track.dim_x, track.dim_y
        (1, 3)
    """

    group: AbstractGroup
    fibre: AbstractRepresentation
    domain: AbstractManifold
    codomain: AbstractManifold

    def __init__(
        self,
        group: AbstractGroup,
        fibre: AbstractRepresentation,
        domain: AbstractManifold | None = None,
        codomain: AbstractManifold | None = None,
    ):
        for name, value, kind in (
            ("group", group, AbstractGroup),
            ("fibre", fibre, AbstractRepresentation),
        ):
            if not isinstance(value, kind):
                raise TypeError(
                    f"expected a {name} as an object of class {kind.__name__}, got {value!r}"
                )
        self.group = group
        self.fibre = fibre
        self.domain = Euclidean(group.dim) if domain is None else domain
        self.codomain = Euclidean(fibre.dim) if codomain is None else codomain
        if self.domain.ambient_dim != group.dim:
            raise ValueError(
                f"expected a domain with {group.dim} coordinates, on which {group} acts, "
                f"got {self.domain} with {self.domain.ambient_dim}"
            )
        if not group.fixes_origin and not isinstance(self.domain, Euclidean):
            raise ValueError(
                f"expected a group that keeps {self.domain} in place, got {group}, which has "
                "translations; use O, SO or Axial"
            )
        if fibre.linear_dim not in (None, group.linear_dim):
            raise ValueError(
                f"expected a fibre on which matrices of size {group.linear_dim} act, those of "
                f"{group}, got {fibre} with size {fibre.linear_dim}"
            )
        if self.codomain.ambient_dim != fibre.dim:
            raise ValueError(
                f"expected a codomain with {fibre.dim} coordinates, as {fibre} has, "
                f"got {self.codomain} with {self.codomain.ambient_dim}"
            )

    @property
    def dim_x(self) -> int:
        """Number of coordinates of a location."""
        return self.domain.ambient_dim

    @property
    def dim_y(self) -> int:
        """Number of coordinates of a value."""
        return self.codomain.ambient_dim

    def act(
        self, g: Any, x: Float[Array, "*batch dim_x"], y: Float[Array, "*batch dim_y"]
    ) -> tuple[Float[Array, "*batch dim_x"], Float[Array, "*batch dim_y"]]:
        r"""The transformed sample $(gx, \rho(h) y)$."""
        return self.group.act(g, x), apply_linear(self.fibre_matrix(g), y)

    def fibre_matrix(self, g: Any) -> Float[Array, "dim_y dim_y"]:
        r"""The matrix $\rho(h)$ by which a group element acts on values."""
        return self.fibre.matrix(self.group.linear_part(g))
