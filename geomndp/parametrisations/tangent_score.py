"""The score itself, as on manifolds."""

from geomndp.fields import FieldSample
from geomndp.parametrisations.base import AbstractConversion, NetworkInputs
from geomndp.sde import AbstractNoising, AbstractNoisingAtPoints
from geomndp.sde.base import as_time
from geomndp.typing import Time, Values


class TangentScore(AbstractConversion):
    """The score in units of the inverse noise scale, a tangent vector at each value.

    Values are given as they are: on a compact manifold they are of order one. It takes any process.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> motion = gn.sde.BrownianMotion(gn.manifolds.Sphere(2), gn.sde.LinearSchedule())
        >>> process, y = motion.at(jnp.zeros((1, 1))), jnp.array([[0.0, 0.0, 1.0]])
        >>> output = jnp.array([[1.0, 0.0, 0.0]])
        >>> score = gn.parametrisations.TangentScore().score(process, 0.5, y, output)
        >>> bool(jnp.allclose(motion.noise_scale(0.5) * score, output))
        True
    """

    def inputs(self, process: AbstractNoisingAtPoints, t: Time, y: Values) -> NetworkInputs:
        return NetworkInputs(process.noising.noise_scale(as_time(t, y)), y)

    def observed(self, noising: AbstractNoising, context: FieldSample) -> FieldSample:
        return context

    def score(self, process: AbstractNoisingAtPoints, t: Time, y: Values, output: Values) -> Values:
        return output / process.noising.noise_scale(as_time(t, y))

    def output(self, process: AbstractNoisingAtPoints, t: Time, y: Values, score: Values) -> Values:
        return process.noising.noise_scale(as_time(t, y)) * score
