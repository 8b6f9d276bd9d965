"""In which metric scores are compared."""

import abc

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.sde import AbstractNoisingAtPoints, GaussianNoisingAtPoints
from geomndp.typing import Values


class AbstractMetric(eqx.Module):
    r"""A metric M of scores $s = K \nabla \log p$, in which a loss measures their errors.

    Score matching has the same minimum in each of them. Those that know no
    target integrate by parts, and the metric says how:

    $$ \mathbb{E}_{p}[v \cdot M K \nabla \log p] = -\mathbb{E}_{p}[\nabla \cdot (K M v)]. $$

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> limit = gn.GaussianProcess(gn.kernels.White(4.0))
        >>> process = gn.sde.OrnsteinUhlenbeck(limit, gn.sde.LinearSchedule()).at(jnp.zeros((1, 1)))
        >>> metric: gn.losses.AbstractMetric
        >>> for metric in (gn.losses.EuclideanMetric(), gn.losses.NoiseMetric()):
        ...     metric.squared_norm(process, jnp.full((1, 1), 2.0)).item()
        4.0
        1.0
    """

    @abc.abstractmethod
    def squared_norm(self, process: AbstractNoisingAtPoints, v: Values) -> Float[Array, ""]:
        r"""$v \cdot M v$ over the real points."""

    @abc.abstractmethod
    def by_parts(self, process: AbstractNoisingAtPoints, y: Values, v: Values) -> Values:
        """K M v at y, of which the mean divergence is minus the mean product of v with the score.

        Where a process does not say what K is, its noise is isotropic: K is the inverse of the
        metric of the manifold.
        """


class EuclideanMetric(AbstractMetric):
    r"""M = I: errors are vectors at the points, and all directions of them count the same.

    A limit that is nearly singular does not disturb it.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> motion = gn.sde.BrownianMotion(gn.manifolds.Sphere(2), gn.sde.LinearSchedule())
        >>> metric, v = gn.losses.EuclideanMetric(), jnp.array([[2.0, 0.0, 0.0]])
        >>> metric.squared_norm(motion.at(jnp.zeros((1, 1))), v).item()
        4.0
    """

    def squared_norm(self, process: AbstractNoisingAtPoints, v: Values) -> Float[Array, ""]:
        return jnp.sum(jnp.where(process.mask[:, None], v, 0) ** 2)

    def by_parts(self, process: AbstractNoisingAtPoints, y: Values, v: Values) -> Values:
        if isinstance(process, GaussianNoisingAtPoints):
            return process.covariance.matvec(v)
        return process.noising.manifold.gradient(y, v)


class NoiseMetric(AbstractMetric):
    r"""$M = K^{-1}$: the metric in which the noise is isotropic, and that of the likelihood.

    The divergence of the model from the data grows at the rate $\tfrac12 g^2 |s - s'|^2$ in it, so
    that with `LikelihoodWeighting` score matching bounds the likelihood. It is the Euclidean one in
    whitened coordinates. Directions in which the limit has little variance count in proportion to
    its inverse: with a smooth limit errors there outweigh all others. On a manifold it is the
    Riemannian metric.

    References:
        Song et al. (2021), *Maximum Likelihood Training of Score-Based Diffusion Models*,
        arXiv:2101.09258, theorem 1, in whitened coordinates.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> limit = gn.GaussianProcess(gn.kernels.White(4.0))
        >>> process = gn.sde.OrnsteinUhlenbeck(limit, gn.sde.LinearSchedule()).at(jnp.zeros((1, 1)))
        >>> gn.losses.NoiseMetric().squared_norm(process, jnp.full((1, 1), 2.0)).item()
        1.0
    """

    def squared_norm(self, process: AbstractNoisingAtPoints, v: Values) -> Float[Array, ""]:
        return process.squared_norm(v)

    def by_parts(self, process: AbstractNoisingAtPoints, y: Values, v: Values) -> Values:
        return v
