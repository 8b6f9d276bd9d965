"""Kernels of winds with numbers beside them, such as sea-level pressure, from which fits start."""

import math

import numpy as np
from jaxtyping import Float

from geomndp.fields import FieldSample
from geomndp.kernels import (
    AbstractKernel,
    DirectSum,
    Matern52,
    PotentialCoupled,
    SpaceTimeProduct,
    White,
    helmholtz,
)

INDEPENDENT, COUPLED = "independent GP", "coupled GP"


def mixed_kernels(
    batch: FieldSample,
    variance: float,
    *,
    lengthscale: float,
    noise: float,
    memory: AbstractKernel | None = None,
    reflections: bool = False,
) -> dict[str, AbstractKernel]:
    """Kernels of winds and scalars that know nothing of each other, and of such as do, by name.

    Those that do have a part more, of a wind that is the gradient of the first scalar, turned.

    Arguments:
        batch: Fields, of which the angle of that turn is found.
        variance: That of a component of the wind, and of each scalar.
        lengthscale: A lengthscale in the unit of x.
        noise: Variance of the noise.
        memory: A kernel in time, for fields that have times.
        reflections: Whether the law shall be invariant under reflections too, so that the wind
            blows with the gradient or against it.
    """
    n_scalars = batch.y.shape[-1] - 2
    radial, whole = Matern52(lengthscale, variance / 2), Matern52(lengthscale, variance)
    white = DirectSum((White(noise, 2), *(White(noise) for _ in range(n_scalars))))
    apart = DirectSum((helmholtz(radial, radial), *(whole for _ in range(n_scalars))))
    angle = coupling_angle(batch, lengthscale)
    if reflections:
        angle = 0.0 if math.cos(angle) > 0 else math.pi
    wind_and_first = PotentialCoupled(radial, variance / 2, angle)
    coupled = DirectSum((wind_and_first, *(whole for _ in range(n_scalars - 1))))

    def lasting(kernel: AbstractKernel) -> AbstractKernel:
        return kernel if memory is None else SpaceTimeProduct(kernel, memory)

    return {
        INDEPENDENT: lasting(apart) + white,
        COUPLED: lasting(apart) + lasting(coupled) + white,
    }


def coupling_angle(batch: FieldSample, reach: float) -> float:
    r"""By which angle winds are turned from the gradient of the first scalar.

    By moments: in a law of `PotentialCoupled` the covariance of the wind at a place with the scalar
    at another is along the way from there, turned by $\theta + \pi$.

    Arguments:
        batch: Fields of winds and scalars on a map.
        reach: Over which distance pairs count.
    """
    mask = np.asarray(batch.mask)
    way, size = _ways(np.asarray(batch.x, np.float64)[..., :2])
    weight = np.exp(-0.5 * (size / reach) ** 2) * mask[:, :, None] * mask[:, None]
    wind, scalar = np.split(np.asarray(batch.y, np.float64)[..., :3], [2], -1)
    weight = weight * scalar[..., 0][:, None]
    along = np.sum(weight * np.einsum("fic,fijc->fij", wind, way))
    across = np.sum(
        weight * np.einsum("fic,fijc->fij", wind, np.stack([-way[..., 1], way[..., 0]], -1))
    )
    return math.atan2(-across, -along)


def _ways(
    x: Float[np.ndarray, "n_fields n 2"],
) -> tuple[Float[np.ndarray, "n_fields n n 2"], Float[np.ndarray, "n_fields n n"]]:
    """Unit vectors to each point from each other one, and the distances."""
    steps = x[:, :, None] - x[:, None]
    size = np.linalg.norm(steps, axis=-1)
    return steps / np.maximum(size, 1e-9)[..., None], size
