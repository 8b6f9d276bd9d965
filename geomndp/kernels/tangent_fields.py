"""What kernels of tangent fields on the globe have in common."""

from jaxtyping import Array, Float

from geomndp.fields import FieldType
from geomndp.kernels.base import AbstractKernel, Covariances
from geomndp.kernels.hodge_potential import HodgePotential
from geomndp.kernels.legendre import Cosine, legendre_derivatives
from geomndp.kernels.symmetry import fibre_is
from geomndp.kernels.zonal import AbstractZonalKernel, cosines
from geomndp.linalg import AbstractOperator, Dense
from geomndp.linalg.frames import restricted
from geomndp.manifolds import Sphere
from geomndp.typing import Locations


def potential_derivatives(
    kernel: AbstractZonalKernel, x: Locations, x2: Float[Array, "n_others dim_x"]
) -> tuple[Cosine, Cosine, Cosine]:
    r"""$c = \langle x, x'\rangle$, $F'(c)$ and $F''(c)$, with F the covariance of a potential."""
    cosine = cosines(x, x2)
    weights = HodgePotential(kernel).degree_variances().astype(x.dtype)
    return cosine, *legendre_derivatives(weights, cosine)


def outer(
    a: Float[Array, "#n_points #n_others 3"], b: Float[Array, "#n_points #n_others 3"]
) -> Float[Array, "#n_points #n_others 3 3"]:
    r"""The matrices $a b^\top$."""
    return a[..., :, None] * b[..., None, :]


def within_tangent_spaces(x: Locations, gram: Covariances) -> AbstractOperator:
    """The operator of tangent covariances, by their coordinates in frames."""
    return restricted(Dense(gram), Sphere(2).frame(x))


def is_of_tangent_vectors(field_type: FieldType) -> bool:
    """Whether values turn as locations of the globe do, up to a common sign."""
    return (
        field_type.dim_x == 3
        and field_type.group.fixes_origin
        and fibre_is(field_type, lambda turn: turn)
    )


def refuse_waves(kernel: AbstractKernel, remedy: str) -> ValueError:
    """The error of tangent fields, which no plane waves make."""
    return ValueError(
        f"expected a stationary kernel on Euclidean space, got {kernel} on the sphere; {remedy}"
    )
