"""A trained model of single points, as a probability distribution."""

import os
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from geomndp.fields import FieldSample
from geomndp.likelihood import (
    AbstractDivergence,
    AbstractIntegrator,
    Exact,
    default_integrator,
    log_prob,
)
from geomndp.manifolds import AbstractManifold
from geomndp.model.inputs import check_values
from geomndp.model.trained_process import TrainedProcess
from geomndp.networks import PointwiseNetwork
from geomndp.sampling import sample
from geomndp.sde import BrownianMotion
from geomndp.solvers import AbstractSolver, GeodesicMultistep
from geomndp.typing import Key

_AT_ONCE = 256
"""Points whose log-densities are computed together."""


class Density(eqx.Module):
    """A probability distribution on a manifold: a model of fields of one point, and no input.

    `experiments.fit_density` makes one of points; one that was saved is
    `gn.model.Density(gn.load(path))`.

    Arguments:
        process: The trained process; its network is a `PointwiseNetwork`.

    Raises:
        ValueError: If the network is another, under which points are not independent.

    Example:
        >>> import jax, geomndp as gn
        >>> globe = gn.manifolds.Sphere(2)
        >>> model = gn.experiments.density_model(globe, width=8, n_layers=1)
        >>> point = gn.FieldSample(jax.numpy.zeros((1, 1)), globe.base_point()[None])
        >>> params = model.init(point, key=jax.random.key(0))  # untrained: the uniform law
        >>> density = gn.model.Density(gn.TrainedProcess(model, params))
        >>> density.log_prob(globe.base_point()[None]).round(3).tolist()  # -log 4 pi
        [-2.531]
        >>> density.sample(4, key=jax.random.key(1)).shape
        (4, 3)
    """

    process: TrainedProcess

    def __check_init__(self) -> None:
        network = self.process.model.network
        if not isinstance(network, PointwiseNetwork):
            raise ValueError(
                "expected a process with a PointwiseNetwork, whose values at different points are "
                f"independent, got a {type(network).__name__}; use the process itself"
            )

    @property
    def manifold(self) -> AbstractManifold:
        """Where the points live."""
        return self.process.model.noising.manifold

    def sample(
        self, n_samples: int, *, solver: AbstractSolver | None = None, key: Key
    ) -> Float[Array, "n_samples ambient_dim"]:
        """Independent points.

        Arguments:
            n_samples: How many.
            solver: The reverse-time solver; when left out one of the flow whose density `log_prob`
                tells: 50 steps of `GeodesicMultistep`, or in flat space that of `sampling.sample`.
            key: Random key.
        """
        # All points of one field, for they are independent.
        if solver is None and isinstance(self.process.model.noising, BrownianMotion):
            solver = GeodesicMultistep(n_steps=50)
        model, x = self.process.model, jnp.zeros((n_samples, self._dim_x), self._dtype)
        score = model.score(self.process.params)
        return sample(model.noising, score, x, n_samples=1, solver=solver, key=key)[0]

    def log_prob(
        self,
        y: Float[Array | np.ndarray, "n ambient_dim"],
        *,
        divergence: AbstractDivergence | None = None,
        integrator: AbstractIntegrator | None = None,
        key: Key | None = None,
    ) -> Float[Array, " n"]:
        """Log-densities of points, in nats, with respect to the volume of the manifold.

        They are those of points with the noise of `t_min`, see `likelihood.log_prob`.

        Arguments:
            y: Points, in the coordinates of the ambient space.
            divergence: How the divergence is found; exact when left out.
            integrator: How the flow is followed; that of `likelihood` when left out.
            key: Random key, for a divergence that needs one.

        Raises:
            ValueError: If a point is not finite, or not on the manifold.
        """
        y = self._checked(y)
        divergence = Exact() if divergence is None else divergence
        noising = self.process.model.noising
        integrator = default_integrator(noising) if integrator is None else integrator
        return _log_prob(self.process, y, self._dim_x, divergence, integrator, key)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the model to one file, see `TrainedProcess.save`."""
        self.process.save(path)

    def _checked(self, y: Float[Array | np.ndarray, "n ambient_dim"]) -> Float[Array, "n d"]:
        ambient_dim = self.manifold.ambient_dim
        if y.ndim != 2 or y.shape[1] != ambient_dim or y.shape[0] == 0:
            raise ValueError(
                f"expected points of shape (n, {ambient_dim}), n > 0, on {self.manifold}, "
                f"got {y.shape}"
            )
        check_values(self.manifold, y, "points")
        return self.manifold.project(jnp.asarray(y, self._dtype))

    @property
    def _dim_x(self) -> int:
        return self.process.model.network.field_type.dim_x

    @property
    def _dtype(self) -> Any:
        return jax.tree.leaves(self.process.params)[0].dtype


@eqx.filter_jit
def _log_prob(process, y, dim_x, divergence, integrator, key):
    noising, score = process.model.noising, process.model.score(process.params)
    x = jnp.zeros((1, dim_x), y.dtype)

    def of_point(point: Float[Array, " ambient_dim"]) -> Float[Array, ""]:
        return log_prob(
            noising,
            score,
            FieldSample(x, point[None]),
            divergence=divergence,
            integrator=integrator,
            key=key,
        )

    return jax.lax.map(of_point, y, batch_size=_AT_ONCE)
