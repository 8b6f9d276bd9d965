"""What the heat kernel of every manifold tends to at small times."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.manifolds.base import AbstractManifold
from geomndp.manifolds.heat_kernel import AbstractHeatKernel, GaussianHeatKernel
from geomndp.typing import Key


class SmallTimeHeatKernel(AbstractHeatKernel):
    r"""The leading order, at small clocks, of the heat kernel of any manifold.

    $$ p_\tau(y_0, y) \approx (2\pi\tau)^{-d/2} e^{-d(y_0, y)^2/2\tau}
       \big|\det d\exp_{y_0}\big|^{-1/2}, \qquad
       \nabla_y \log p_\tau \approx \frac{\log_y y_0}{\tau}, $$

    the second by Varadhan. The relative error of the density is of order $\tau$ times the
    curvature, inside the injectivity radius; beyond it, where several geodesics count, there is no
    bound. The score leaves out the slope of the determinant, which does not grow as
    $\tau \to 0$. Samples are ends of geodesics whose velocities are normal with variance $\tau$;
    they have the law of the density to the same order, and no further.

    Arguments:
        manifold: Any manifold.

    References:
        Varadhan (1967), *On the behavior of the fundamental solution of the heat equation with
        variable coefficients*.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> globe, clock = gn.manifolds.Sphere(2), jnp.array(0.01)
        >>> y0, y = jnp.array([0.0, 0.0, 1.0]), jnp.array([0.1, 0.0, 0.99499])
        >>> short = gn.manifolds.SmallTimeHeatKernel(globe).log_density(y0, y, clock)
        >>> bool(abs(short - globe.heat_kernel.log_density(y0, y, clock)) < 0.002)
        True
    """

    manifold: AbstractManifold

    def log_density(
        self,
        y0: Float[Array, "*batch ambient_dim"],
        y: Float[Array, "*batch ambient_dim"],
        clock: Float[Array, "*batch"],
    ) -> Float[Array, "*batch"]:
        distance = self.manifold.dist(y0, y)[..., None]
        flat = GaussianHeatKernel(self.manifold.dim)
        in_flat_space = flat.log_density(jnp.zeros_like(distance), distance, clock)
        return in_flat_space - 0.5 * self.manifold.log_det_exp(y0, self.manifold.log(y0, y))

    def score(
        self,
        y0: Float[Array, "*batch ambient_dim"],
        y: Float[Array, "*batch ambient_dim"],
        clock: Float[Array, "*batch"],
    ) -> Float[Array, "*batch ambient_dim"]:
        return self.manifold.log(y, y0) / clock[..., None]

    def sample(
        self,
        y0: Float[Array, "*batch ambient_dim"],
        clock: Float[Array, "*batch"],
        *,
        key: Key,
    ) -> Float[Array, "*batch ambient_dim"]:
        velocity = jnp.sqrt(clock)[..., None] * self.manifold.random_tangent(y0, key=key)
        return self.manifold.exp(y0, velocity)
