"""Whether the truth lies where an ensemble says it should."""

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from geomndp.manifolds import AbstractManifold
from geomndp.metrics.distances import check_ensemble, mean_distance_to_others


@eqx.filter_jit
def pit_interval(
    manifold: AbstractManifold,
    samples: Float[Array, "n_samples *batch ambient_dim"],
    truth: Float[Array, "*batch ambient_dim"],
) -> tuple[Float[Array, "*batch"], Float[Array, "*batch"]]:
    r"""How central the truth is among the members, as an interval from 0, the most, to 1.

    The M members and the truth are ranked together by their mean distance to all others, and
    share the interval [0, 1] evenly in this order; points as central as each other share their
    parts. If the truth is one more draw of the members' law they are exchangeable, and a place
    drawn evenly from the interval is uniform on [0, 1]: a probability integral transform for
    values without an order. Low places abound for an ensemble too wide, high ones for one too
    narrow or displaced. `pit_histogram` counts them without drawing.

    Arguments:
        manifold: Where the samples live.
        samples: Members of the ensemble, on the first axis.
        truth: What came true.

    Returns:
        The lower and the upper end; NaN where a member or the truth is not finite.

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
        >>> lower, upper = gn.metrics.pit_interval(gn.manifolds.Euclidean(1), samples, truth)
        >>> float(lower), float(upper)  # the last of four
        (0.75, 1.0)
    """
    n_closer, n_tied = _count(manifold, samples, truth)
    n_ranks = samples.shape[0] + 1
    return n_closer / n_ranks, (n_closer + n_tied) / n_ranks


def pit_histogram(
    lower: Float[Array | np.ndarray, " n_cases"],
    upper: Float[Array | np.ndarray, " n_cases"],
    n_bins: int = 10,
) -> Float[Array, " n_bins"]:
    """Shares of the truth in equal bins of how central it was, 1 together.

    Every case is spread evenly over its interval. So the expectation of each share is exactly
    1 / `n_bins` for a calibrated ensemble of any size, also where the number of ranks is no
    multiple of `n_bins`.

    Arguments:
        lower: Lower ends, from `pit_interval`.
        upper: Upper ends.
        n_bins: How many bins.

    Raises:
        ValueError: If there is no case or no bin, or an interval is empty.

    References:
        Czado, Gneiting and Held (2009), *Predictive model assessment for count data*, section 2.1.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> lower = jnp.arange(3) / 3  # of two members and the truth, each rank once
        >>> gn.metrics.pit_histogram(lower, lower + 1 / 3, n_bins=4).round(4).tolist()
        [0.25, 0.25, 0.25, 0.25]
    """
    lower, upper = jnp.asarray(lower), jnp.asarray(upper)
    if n_bins < 1 or lower.size == 0 or not bool((lower < upper).all()):
        raise ValueError(
            "expected at least one bin and intervals with lower < upper, as from `pit_interval`, "
            f"got {n_bins} bins and {lower.size} intervals"
        )
    edges = jnp.linspace(0, 1, n_bins + 1, dtype=lower.dtype)[:, None]
    below = jnp.clip((edges - lower[None]) / (upper - lower)[None], 0, 1)
    return jnp.diff(jnp.mean(below, 1))


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
        (smoothed conformal predictors), and those of `pit_interval`.

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
    n_closer = jnp.sum(of_members < of_truth, 0).astype(truth.dtype)
    n_tied = 1 + jnp.sum(of_members == of_truth, 0).astype(truth.dtype)
    # Comparisons with NaN are false, and would have the truth in the middle.
    is_known = jnp.all(jnp.isfinite(distance), 0)
    return jnp.where(is_known, n_closer, jnp.nan), n_tied
