"""A mixture of heat kernels, of which the score is known at all times."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.sde.base import check_values
from geomndp.sde.brownian_motion import BrownianMotion
from geomndp.typing import Key, Locations, Mask, Time, Values


class HeatMixture(eqx.Module):
    r"""Fields that are a mixture of heat kernels: the oracle of everything on manifolds.

    $$ p_0(y) = \sum_j w_j \prod_i p_{\tau_0}(c_{ji}, y_i) $$

    over components j and points i. Brownian motion only adds to the clock: at time t it is the same
    mixture with $\tau_0 + \tau_t$ in the place of $\tau_0$. Calling it gives the score, which is
    in closed form; the points of a field depend on one another through the components.

    Arguments:
        noising: The Brownian motion.
        centres: Where the kernels of each component begin, one for each point of a field.
        weights: Probabilities of the components.
        clock: $\tau_0$, a squared length, at least 0; about the variance of the data, in each
            direction, about a centre.

    Raises:
        ValueError: If the numbers of centres and weights differ, or the clock is negative.

    References:
        De Bortoli et al. (2022), arXiv:2202.02763, section 3, for the heat kernel as the transition
        density.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> motion = gn.sde.BrownianMotion(gn.manifolds.Sphere(2))
        >>> poles = jnp.array([[[0.0, 0.0, 1.0]], [[0.0, 0.0, -1.0]]])  # two fields of one point
        >>> law = gn.sde.HeatMixture(motion, poles, jnp.array([0.5, 0.5]), clock=0.1)
        >>> equator = jnp.array([[1.0, 0.0, 0.0]])
        >>> bool(jnp.abs(law(0.5, jnp.zeros((1, 1)), equator)).max() < 1e-6)  # as far from both
        True
        >>> law.sample(0.0, key=jax.random.key(0)).shape
        (1, 3)
    """

    noising: BrownianMotion
    centres: Float[Array, "n_components n_points dim_y"]
    weights: Float[Array, " n_weights"]
    clock: float = 0.1

    def __check_init__(self) -> None:
        if self.weights.shape != self.centres.shape[:1]:
            raise ValueError(
                f"expected one weight for each of {self.centres.shape[0]} components, "
                f"got {self.weights.shape}"
            )
        if self.clock < 0:
            raise ValueError(f"expected a clock of at least 0, got {self.clock}")

    def __call__(self, t: Time, x: Locations, y: Values, mask: Mask | None = None) -> Values:
        check_values(y, x, self.centres.shape[2])
        clock, kernel = self._clock(t, y), self.noising.manifold.heat_kernel
        shares = jax.nn.softmax(self._log_parts(t, y, mask))
        scores = jax.vmap(lambda centre: kernel.score(centre, y, clock))(self._centres(y))
        return jnp.einsum("j,jna->na", shares, scores)

    def log_prob(self, t: Time, y: Values, mask: Mask | None = None) -> Float[Array, ""]:
        """The log-density at time t, in nats, with respect to the volume, of the real points."""
        return jax.nn.logsumexp(self._log_parts(t, y, mask))

    def sample(self, t: Time, *, key: Key) -> Values:
        """A field at time t."""
        of_component, of_noise = jax.random.split(key)
        component = jax.random.categorical(of_component, jnp.log(self.weights))
        centre = self.centres[component]
        clock = self._clock(t, centre)
        return self.noising.manifold.heat_kernel.sample(centre, clock, key=of_noise)

    def _log_parts(self, t: Time, y: Values, mask: Mask | None) -> Float[Array, " n_components"]:
        """Of the density that each component adds."""
        clock, kernel = self._clock(t, y), self.noising.manifold.heat_kernel
        mask = jnp.ones(y.shape[:1], bool) if mask is None else mask

        def of_component(centre: Values) -> Float[Array, ""]:
            return jnp.sum(kernel.log_density(centre, y, clock), where=mask)

        parts = jax.vmap(of_component)(self._centres(y))
        return parts + jnp.log(self.weights).astype(y.dtype)

    def _centres(self, y: Values) -> Float[Array, "n_components n_points dim_y"]:
        return self.centres.astype(y.dtype)

    def _clock(self, t: Time, y: Values) -> Float[Array, " n_points"]:
        clock = self.clock + self.noising.clock(jnp.asarray(t, y.dtype))
        return jnp.broadcast_to(clock, y.shape[:1])
