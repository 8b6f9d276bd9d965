"""Gaussian processes."""

import math
from collections.abc import Sequence

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer
from jaxtyping import Array, Float

from geomndp.fields import FieldType
from geomndp.gp.evidence import LinearEvidence, Noise, PointEvidence, observe
from geomndp.gp.means import AbstractMean, ZeroMean
from geomndp.gp.observations import AbstractObservations, Derivatives
from geomndp.gp.posterior import Posterior
from geomndp.kernels import AbstractKernel
from geomndp.linalg import AbstractOperator
from geomndp.linalg.frames import check_within, frame_of, rank_of
from geomndp.typing import CoordinateMask, Key, Locations, Mask, Values


class GaussianProcess(eqx.Module):
    r"""A random field whose values at any finite set of locations are jointly normal.

    Arguments:
        kernel: Its covariance, white noise of observations included.
        mean: Its mean; zero when left out.

    Raises:
        ValueError: If kernel and mean are of values with different numbers of coordinates.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> kernel = gn.kernels.DivergenceFree(gn.kernels.SquaredExponential(1.0, 1.0))
        >>> gp = gn.GaussianProcess(kernel + gn.kernels.White(0.1, dim_y=2))
        >>> x = jax.random.normal(jax.random.key(0), (5, 2))
        >>> y = gp.sample(x, key=jax.random.key(1))
        >>> y.shape, gp.log_prob(x, y).shape
        ((5, 2), ())
        >>> gp.is_invariant(gn.FieldType(gn.groups.E(2), gn.representations.Vector(2)))
        True
    """

    kernel: AbstractKernel
    mean: AbstractMean

    def __init__(self, kernel: AbstractKernel, mean: AbstractMean | None = None):
        for name, value, kind in (("kernel", kernel, AbstractKernel), ("mean", mean, AbstractMean)):
            if not isinstance(value, kind) and not (name == "mean" and mean is None):
                raise TypeError(f"expected a {name} of class {kind.__name__}, got {value!r}")
        self.kernel = kernel
        self.mean = ZeroMean(kernel.dim_y) if mean is None else mean
        if self.mean.dim_y != kernel.dim_y:
            raise ValueError(
                f"expected a mean of values with {kernel.dim_y} coordinates, as the kernel has, "
                f"got {self.mean.dim_y}"
            )

    @property
    def dim_y(self) -> int:
        """Number p of coordinates of a value."""
        return self.kernel.dim_y

    def is_invariant(self, field_type: FieldType) -> bool:
        r"""Whether the law is invariant under a field's group: $p(g \cdot f) = p(f)$.

        It is where the kernel is equivariant and the mean too, $m(gx) = \rho(h)\, m(x)$.
        """
        return self.kernel.is_equivariant(field_type) and self.mean.is_equivariant(field_type)

    def law(self, x: Locations) -> tuple[Values, AbstractOperator]:
        """Mean and covariance of the values at locations, white noise included."""
        x = jnp.asarray(x)
        return self.mean(x), self.kernel.operator(x)

    def operator(
        self, x: Locations, mask: Mask | None = None, *, jitter: float = 0.0
    ) -> AbstractOperator:
        """The covariance of the values at locations, factorised.

        Arguments:
            x: Locations.
            mask: True at real points; at others the covariance is made the identity.
            jitter: Added to the variances, relative to their mean.

        Raises:
            ValueError: If it is not positive definite to rounding, or locations are unfit.
        """
        operator = self.kernel.operator(jnp.asarray(x)).with_jitter(jitter)
        return (operator if mask is None else operator.masked(mask)).factorised()

    def sample(
        self, x: Locations, *, n_samples: int | None = None, jitter: float = 0.0, key: Key
    ) -> Float[Array, "*samples n_points dim_y"]:
        """Draws of the values at locations.

        Arguments:
            x: Locations.
            n_samples: Number of draws, on a leading axis; one without that axis when left out.
            jitter: Added to the variances, relative to their mean.
            key: A random key.

        Raises:
            ValueError: As `operator`.
        """
        x = jnp.asarray(x)
        mean, operator = self.mean(x), self.operator(x, jitter=jitter)
        if n_samples is None:
            return mean + operator.sample(key=key)
        keys = jax.random.split(key, n_samples)
        return jax.vmap(lambda key: mean + operator.sample(key=key))(keys)

    def log_prob(
        self, x: Locations, y: Values, mask: Mask | None = None, *, jitter: float = 0.0
    ) -> Float[Array, ""]:
        """The log density of the values at locations, in nats.

        Of values in subspaces, such as tangent vectors, it is that of the volume of these.

        Arguments:
            x: Locations.
            y: The values.
            mask: True at real points; padded ones take no part.
            jitter: Added to the variances, relative to their mean.

        Raises:
            ValueError: As `operator`; or if the values do not fit the locations.
        """
        x, y = jnp.asarray(x), jnp.asarray(y)
        _check_values(x, y, mask, self.dim_y)
        operator = self.operator(x, mask, jitter=jitter)
        residual = y - self.mean(x)
        check_within(frame_of(operator), residual, mask)
        n_values = rank_of(operator) * y.shape[0]
        if mask is not None:
            residual = jnp.where(mask[:, None], residual, 0)
            n_values = rank_of(operator) * jnp.sum(mask).astype(y.dtype)
        # By `solve`, which can be differentiated where eigenvalues meet, as roots cannot.
        squared = jnp.sum(residual * operator.solve(residual))
        return -0.5 * (squared + operator.log_det() + n_values * math.log(2 * math.pi))

    def condition(
        self,
        x: Locations,
        y: Values,
        mask: Mask | CoordinateMask | None = None,
        *,
        noise_variance: Noise = 0.0,
        jitter: float = 0.0,
    ) -> Posterior:
        """The law given values at locations.

        Arguments:
            x: Locations.
            y: The values.
            mask: True at real points; padded ones take no part. Or, of values in flat space, for
                each coordinate whether it was observed.
            noise_variance: Variance of noise in addition to that of the kernel: one number, or one
                for each point, or for each coordinate of each point.
            jitter: Added to the variances, relative to their mean.

        Raises:
            ValueError: As `operator`; or if the values do not fit the locations, a variance is
                negative, or coordinates of values in subspaces are masked.
        """
        x, y = jnp.asarray(x), jnp.asarray(y)
        _check_values(x, y, mask, self.dim_y)
        residual = y - self.mean(x)
        evidence = PointEvidence(self.kernel, x, residual, mask, noise_variance, jitter)
        return Posterior(self.kernel, self.mean, evidence)

    def condition_on(
        self,
        observations: AbstractObservations | Sequence[AbstractObservations],
        values: Float[Array, " n_observed"],
        *,
        noise_variance: Noise = 0.0,
        jitter: float = 0.0,
    ) -> Posterior:
        """The law given linear observations: components, derivatives, averages.

        White noise of the kernel is no part of what they observe; give `noise_variance` for theirs.
        The kernel is differentiated and observed as a program: the first call, and the first
        prediction at a number of points, take seconds to compile.

        Arguments:
            observations: What was observed, or several such.
            values: The numbers observed, in the order of the observations.
            noise_variance: Variance of their noise: one number, or one for each.
            jitter: Added to the variances, relative to their mean.

        Raises:
            ValueError: If there are not as many values as observations; or as `condition`.

        Example:
            >>> import jax.numpy as jnp, geomndp as gn
            >>> gp = gn.GaussianProcess(gn.kernels.SquaredExponential(1.0, 1.0))
            >>> one = jnp.ones((1, 1))
            >>> slope = gn.gp.Derivatives(x=0 * one, directions=one, weights=one)
            >>> posterior = gp.condition_on(slope, jnp.array([1.0]))
            >>> posterior.mean_and_covariance(one)[0].round(4).tolist()
            [[0.6065]]
        """
        if isinstance(observations, AbstractObservations):
            observations = (observations,)
        if any(isinstance(each, Derivatives) for each in observations):
            _check_differentiable(self.kernel)
        expected = observe(observations, lambda x: self.mean(x[None])[0])
        if expected.shape != values.shape:
            raise ValueError(
                f"expected {expected.shape[0]} values, one for each observation, "
                f"got an array of shape {values.shape}"
            )
        residual = values - expected
        evidence = LinearEvidence(self.kernel, observations, residual, noise_variance, jitter)
        return Posterior(self.kernel, self.mean, evidence)


def _check_differentiable(kernel: AbstractKernel) -> None:
    if kernel.smoothness < 1:
        raise ValueError(
            f"expected a kernel of fields with a derivative to observe, got {kernel}, whose fields "
            f"have {max(kernel.smoothness, 0):.0f} derivatives; take a smoother one"
        )


def _check_values(x: Locations, y: Values, mask: Mask | CoordinateMask | None, dim_y: int) -> None:
    n_points = x.shape[0]
    if y.shape != (n_points, dim_y):
        raise ValueError(
            f"expected values of shape {(n_points, dim_y)}, one for each location, "
            f"got shape {y.shape}"
        )
    if not jnp.issubdtype(y.dtype, jnp.floating):
        raise ValueError(f"expected values in floating point, got {y.dtype}; use y.astype(float)")
    if mask is not None and (mask.shape not in ((n_points,), y.shape) or mask.dtype != bool):
        raise ValueError(
            f"expected a mask of {n_points} bools, one for each location, or of the shape "
            f"{y.shape} of the values, got {mask.dtype} of shape {mask.shape}"
        )
    if any(isinstance(part, Tracer) for part in (y, mask)):
        return
    real = np.ones(n_points, bool) if mask is None else np.asarray(mask)
    finite = (np.isfinite(y) | ~(real[:, None] if real.ndim == 1 else real)).all(-1)
    if not finite.all():
        bad = int(np.argmin(finite))
        raise ValueError(
            f"expected finite values, got {y[bad]} at point {bad}; leave the point out or mask it; "
            "of a point with a missing component mask that alone"
        )
