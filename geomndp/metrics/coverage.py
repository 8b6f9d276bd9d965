"""Whether the truth lies where an ensemble says it should."""

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.manifolds import AbstractManifold
from geomndp.metrics.distances import check_ensemble, mean_distance_to_others


@eqx.filter_jit
def coverage_rank(
    manifold: AbstractManifold,
    samples: Float[Array, "n_samples *batch ambient_dim"],
    truth: Float[Array, "*batch ambient_dim"],
) -> Float[Array, "*batch"]:
    r"""How central the truth is among the members: 1 the most, M + 1 the least.

    The members and the truth are ranked together by their mean distance to all others. If the
    truth is one more draw of the members' law, they are exchangeable, and the rank is uniform on
    1, ..., M + 1 (ties take the mean of their ranks). Low ranks abound for an ensemble too wide,
    high ranks for one too narrow or displaced.

    Arguments:
        manifold: Where the samples live.
        samples: Members of the ensemble, on the first axis.
        truth: What came true.

    Raises:
        ValueError: If shapes differ, or there are less than 2 members.

    References:
        Gneiting, Stanberry, Grimit, Held and Johnson (2008), *Assessing probabilistic forecasts
        of multivariate quantities*; Thorarinsdottir, Scheuerer and Heinz (2016), *Assessing the
        calibration of high-dimensional ensemble forecasts using rank histograms*,
        arXiv:1310.0236.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> samples, truth = jnp.array([[0.0], [1.0], [2.0]]), jnp.array([9.0])
        >>> float(gn.metrics.coverage_rank(gn.manifolds.Euclidean(1), samples, truth))
        4.0
    """
    n_closer, n_tied = _count(manifold, samples, truth)
    return n_closer + 0.5 * (n_tied + 1)


@eqx.filter_jit
def region_coverage(
    manifold: AbstractManifold,
    samples: Float[Array, "n_samples *batch ambient_dim"],
    truth: Float[Array, "*batch ambient_dim"],
    level: float,
) -> Float[Array, "*batch"]:
    r"""Share of the truth that the central region of an ensemble holds, from 0 to 1.

    The region holds the most central `level` (M + 1) of members and truth together, by mean
    distance to all others. The one at its edge is counted in part, and ties share their places,
    so the expectation is exactly `level` whenever the truth is one more draw of the members' law,
    for any number of members and any law: no density or ellipse is fitted. Averaged over many
    independent truths it is the coverage of the region.

    Arguments:
        manifold: Where the samples live.
        samples: Members of the ensemble, on the first axis.
        truth: What came true.
        level: The nominal coverage, from 0 to 1.

    Raises:
        ValueError: If shapes differ, there are less than 2 members, or the level is not in
            [0, 1].

    References:
        Vovk, Gammerman and Shafer (2005), *Algorithmic learning in a random world*, chapter 2
        (smoothed conformal predictors), and those of `coverage_rank`.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> samples, truth = jnp.array([[0.0], [1.0], [3.0]]), jnp.array([1.5])
        >>> line = gn.manifolds.Euclidean(1)
        >>> [float(gn.metrics.region_coverage(line, samples, truth, q)) for q in (0.25, 0.5, 0.9)]
        [0.5, 1.0, 1.0]
    """
    if not 0 <= level <= 1:
        raise ValueError(f"expected a level from 0 to 1, got {level}; divide percent by 100")
    n_closer, n_tied = _count(manifold, samples, truth)
    room = level * (samples.shape[0] + 1)
    return jnp.clip((room - n_closer) / n_tied, 0, 1)


def _count(
    manifold: AbstractManifold,
    samples: Float[Array, "n_samples *batch ambient_dim"],
    truth: Float[Array, "*batch ambient_dim"],
) -> tuple[Float[Array, "*batch"], Float[Array, "*batch"]]:
    """Numbers of points more central than the truth, and as central, the truth included."""
    check_ensemble(samples, truth, minimum=2)
    distance = mean_distance_to_others(manifold, jnp.concatenate([truth[None], samples]))
    of_truth, of_members = distance[:1], distance[1:]
    n_closer = jnp.sum(of_members < of_truth, 0)
    n_tied = 1 + jnp.sum(of_members == of_truth, 0)
    return n_closer.astype(truth.dtype), n_tied.astype(truth.dtype)
