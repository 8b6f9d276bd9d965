"""A proper score of an ensemble."""

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.manifolds import AbstractManifold
from geomndp.metrics.distances import check_ensemble, distances_to, mean_distance_to_others


@eqx.filter_jit
def energy_score(
    manifold: AbstractManifold,
    samples: Float[Array, "n_samples *batch ambient_dim"],
    truth: Float[Array, "*batch ambient_dim"],
    *,
    fair: bool = True,
) -> Float[Array, "*batch"]:
    r"""The energy score $\mathbb{E}\, d(Y, y) - \tfrac12 \mathbb{E}\, d(Y, Y')$ of an ensemble.

    Here d is the geodesic distance, y the truth, Y and Y' independent members. Lower is better,
    in the unit of the distance. It is proper on Euclidean space and on spheres, whose distances
    are of negative type. It is strictly proper on Euclidean space, and on a sphere among laws
    that live on a set with at most one pair of antipodal points, such as an open hemisphere; on
    the whole sphere it is not strict: any two laws that are symmetric under $y \mapsto -y$ have
    the same score.

    Arguments:
        manifold: Where the samples live.
        samples: Members of the ensemble, on the first axis.
        truth: What came true.
        fair: Average the second term over the M(M - 1) pairs of different members, so that the
            score's expectation is that of an infinite ensemble; otherwise over all M² pairs, for
            the score of the ensemble as a law of its own.

    Raises:
        ValueError: If shapes differ, or there are less than 2 members (1 if not fair).

    References:
        Gneiting and Raftery (2007), *Strictly proper scoring rules, prediction, and estimation*,
        section 5; Ferro (2014), *Fair scores for ensemble forecasts*; Lyons (2020), *Strong
        negative type in spheres*, arXiv:1905.02863.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> samples = jnp.array([[0.0], [2.0]])
        >>> float(gn.metrics.energy_score(gn.manifolds.Euclidean(1), samples, jnp.array([0.0])))
        0.0
    """
    check_ensemble(samples, truth, minimum=2 if fair else 1)
    n_samples = samples.shape[0]
    error = jnp.mean(distances_to(manifold, samples, truth), 0)
    if n_samples == 1:
        return error
    spread = jnp.mean(mean_distance_to_others(manifold, samples), 0)
    return error - 0.5 * spread * (1 if fair else (n_samples - 1) / n_samples)
