"""How far a model's densities at fewer points are from the marginals of those at more."""

from collections.abc import Callable
from typing import TypeAlias

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer
from jaxtyping import Array, Float

from geomndp.fields import FieldSample
from geomndp.likelihood.divergence import AbstractDivergence, standard_error_of_mean
from geomndp.likelihood.estimate import LikelihoodEstimate, check_finite
from geomndp.likelihood.integrator import AbstractIntegrator
from geomndp.likelihood.log_prob import log_prob
from geomndp.sde import AbstractNoising
from geomndp.typing import Key, Locations, Mask, Score, Values

Reference: TypeAlias = Callable[[Locations, Values, Mask], Float[Array, ""]]
"""The log-density of the values where a mask is True, such as `GaussianProcess.log_prob`."""


def marginal_consistency(
    noising: AbstractNoising,
    score: Score,
    samples: FieldSample,
    *,
    subset_size: int,
    reference: Reference,
    divergence: AbstractDivergence | None = None,
    integrator: AbstractIntegrator | None = None,
    key: Key,
) -> LikelihoodEstimate:
    r"""The consistency gap of a model, in nats per point.

    $$ \frac{1}{|A|}\, \mathbb{E} \bigl[ \log p_A(y_A) - \log \pi_A(y_A) \bigr] $$

    over fields and random subsets A of their points, where $p_A$ is the model at the points A
    alone, and $\pi_A$ the marginal at A of its law at all points. Fields that are drawn from that
    law make it $-\mathrm{KL}(\pi_A \| p_A)/|A|$: zero for a consistent model and negative for
    others. A diffusion on sets of points forces nothing of the kind.

    The marginal of a learned joint law is in no closed form, so it is given as `reference`. For
    data of a known law that the joint model has learned well it is the data's. What is left of
    the joint model's own error is then in the gap too, and is told apart by a call with
    `subset_size` the number of all points. Without a known law take `NormalFit.of` draws of
    the model at all points, which says how it is biased, and give other draws as `samples`.

    Arguments:
        noising: The process.
        score: Its score, at any points.
        samples: A batch of fields, drawn from the law at all points, on one leading axis.
        subset_size: Number of points of a subset, at most that of the real points of each field.
        reference: Log-density of the values at a subset, `(x, y, mask) -> nats`, with all points
            and values of a field and a mask that is True in the subset.
        divergence: As of `log_prob`.
        integrator: As of `log_prob`.
        key: Random key, for the subsets and for random probes.

    Returns:
        The mean over the fields, and its standard error.

    Raises:
        ValueError: As `log_prob`; or if there is no batch of at least two fields, or a field has
            not as many points as a subset.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> white = gn.GaussianProcess(gn.kernels.White(1.0))
        >>> noising = gn.sde.OrnsteinUhlenbeck(white, gn.sde.LinearSchedule())
        >>> score = gn.sde.ExactGaussianScore(noising, white)
        >>> fields = gn.FieldSample(jnp.zeros((2, 4, 1)), jnp.ones((2, 4, 1)))
        >>> gap = gn.likelihood.marginal_consistency(
        ...     noising, score, fields,
        ...     subset_size=2, reference=white.log_prob, key=jax.random.key(0),
        ... )
        >>> bool(jnp.abs(gap.value) < 1e-3)
        True
    """
    _check(samples, subset_size)
    gaps = _gaps(noising, score, samples, subset_size, reference, divergence, integrator, key)
    check_finite(gaps, "log-density of each field")
    return LikelihoodEstimate(jnp.mean(gaps), standard_error_of_mean(gaps))


@eqx.filter_jit
def _gaps(noising, score, samples, subset_size, reference, divergence, integrator, key):
    def gap(arguments):
        sample, key = arguments
        of_subset, of_probes = jax.random.split(key)
        # Real points in random order, then padding.
        place = jax.random.uniform(of_subset, (sample.n_points,))
        chosen = jnp.argsort(jnp.where(sample.mask, place, 2.0))[:subset_size]
        subset = FieldSample(sample.x[chosen], sample.y[chosen])
        ours = log_prob(
            noising, score, subset, divergence=divergence, integrator=integrator, key=of_probes
        )
        inside = jnp.zeros(sample.n_points, bool).at[chosen].set(True)
        return (ours - reference(sample.x, sample.y, inside)) / subset_size

    return jax.lax.map(gap, (samples, jax.random.split(key, samples.y.shape[0])))


def _check(samples: FieldSample, subset_size: int) -> None:
    if samples.y.ndim != 3 or samples.y.shape[0] < 2:
        raise ValueError(
            "expected a batch of at least 2 fields, of shape (n_fields, n_points, dim_y), got "
            f"{samples.y.shape}; FieldSample.stack makes one"
        )
    fewest = samples.n_points
    if not isinstance(samples.mask, Tracer):
        fewest = int(np.asarray(samples.mask).sum(-1).min())
    if not 1 <= subset_size <= fewest:
        raise ValueError(f"expected a subset_size from 1 to {fewest}, got {subset_size}")
