"""Scores of densities on points that they have not seen."""

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from geomndp.baselines import HeatKernelDensity
from geomndp.experiments.environment import environment
from geomndp.manifolds import AbstractManifold
from geomndp.metrics import mean_and_standard_error


@runtime_checkable
class HasLogDensity(Protocol):
    """What can be scored: whatever has log-densities of points."""

    def log_prob(self, y: Float[Array, "n ambient_dim"]) -> Float[Array, " n"]:
        """Log-densities of points, in nats, with respect to the volume."""
        ...


def evaluate_density(
    densities: Mapping[str, HasLogDensity],
    held_out: Float[Array | np.ndarray, "n ambient_dim"],
    manifold: AbstractManifold,
    *,
    train: Float[Array | np.ndarray, "n_train ambient_dim"] | None = None,
) -> dict[str, Any]:
    """Mean log-likelihood of points, in nats per point, beside plain densities.

    Those are the uniform law, where there is one, and, of the points trained on, the kernel
    estimate `baselines.HeatKernelDensity`.

    Arguments:
        densities: Densities by name.
        held_out: The points, at least two.
        manifold: Where they live.
        train: The points trained on; without them there is no kernel estimate.

    Returns:
        The scores, with how they were made.

    Raises:
        ValueError: If there are less than two points.

    Example:
        >>> import jax, geomndp as gn
        >>> globe = gn.manifolds.Sphere(2)
        >>> points = globe.random_uniform((10,), key=jax.random.key(0))
        >>> report = gn.experiments.evaluate_density({}, points, globe)
        >>> round(report["scores"]["uniform"]["mean"], 3)
        -2.531
    """
    y = jnp.asarray(held_out, float)
    found = {name: density.log_prob(y) for name, density in densities.items()}
    if manifold.is_compact:
        found["uniform"] = jnp.full(len(y), -manifold.log_volume)
    if train is not None:
        found["kernel estimate"] = HeatKernelDensity.fit(
            jnp.asarray(train, float), manifold
        ).log_prob(y)
    return {
        "scores": {name: mean_and_standard_error(each)._asdict() for name, each in found.items()},
        "n_points": len(y),
        "unit": "nats per point",
        **environment(),
    }
