"""The score as the gradient of a scalar."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.fields import FieldSample
from geomndp.parametrisations.base import AbstractParametrisation, BoundNetwork, NetworkInputs
from geomndp.parametrisations.scales import (
    DataVariance,
    gaussian,
    scaled_context,
    scaled_inputs,
    scales_of,
)
from geomndp.sde import AbstractNoising, AbstractNoisingAtPoints, BoundScore
from geomndp.sde.base import as_time
from geomndp.typing import Time, Values


class Energy(AbstractParametrisation):
    r"""The score as the gradient of a scalar, $s = K \nabla_y \Phi$, which is curl-free in y.

    $$ \Phi(t, y) = -\frac{|z|^2}{2} + \frac{\alpha_t \varsigma}{\sigma_t \sqrt{k}}
       \langle z, F(t, z) \rangle, \qquad z = (y - m)/\sqrt{v_t} $$

    With an equivariant network F the scalar is invariant and the score equivariant. Up to a
    constant for each set of points and time, `potential` is a log-density. It costs a gradient of
    the network for each score.

    Arguments:
        data_variance: As of `PreconditionedScore`.

    References:
        Du et al. (2023), *Reduce, Reuse, Recycle*, arXiv:2302.11552, section 4, for the form.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> limit = gn.GaussianProcess(gn.kernels.White(1.0))
        >>> process = gn.sde.OrnsteinUhlenbeck(limit, gn.sde.LinearSchedule()).at(jnp.zeros((1, 1)))
        >>> network = lambda inputs: 0 * inputs.y
        >>> gn.parametrisations.Energy().bind(process, network)(0.5, jnp.ones((1, 1))).tolist()
        [[-1.0]]
    """

    data_variance: DataVariance = None

    def inputs(self, process: AbstractNoisingAtPoints, t: Time, y: Values) -> NetworkInputs:
        return scaled_inputs(process, t, y, self.data_variance)

    def observed(self, noising: AbstractNoising, context: FieldSample) -> FieldSample:
        return scaled_context(noising, context, self.data_variance)

    def potential(
        self, process: AbstractNoisingAtPoints, network: BoundNetwork, t: Time, y: Values
    ) -> Float[Array, ""]:
        r"""$\Phi$, whose gradient is the plain score."""
        process = gaussian(process)
        scales = scales_of(process, as_time(t, y), self.data_variance)
        inputs = self.inputs(process, t, y)
        weights = scales.signal / scales.noise
        terms = -0.5 * inputs.y**2 + weights * inputs.y * network(inputs)
        return jnp.sum(jnp.where(process.mask[:, None], terms, 0))

    def bind(
        self,
        process: AbstractNoisingAtPoints,
        network: BoundNetwork,
        context: FieldSample | None = None,
    ) -> BoundScore:
        covariance = gaussian(process).covariance

        def score(t: Time, y: Values) -> Values:
            gradient = jax.grad(lambda y: self.potential(process, network, t, y))(y)
            return covariance.matvec(gradient)

        return score
