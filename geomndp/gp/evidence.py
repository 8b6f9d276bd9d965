"""What was observed of a field, whitened."""

import abc
from collections.abc import Sequence

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer
from jaxtyping import Array, Float

from geomndp.gp.observations import AbstractObservations, Function
from geomndp.kernels import AbstractKernel
from geomndp.linalg import AbstractOperator, Dense, Diagonal, ScaledIdentity
from geomndp.linalg.frames import check_within, frame_of, noise_within
from geomndp.typing import CoordinateMask, Locations, Mask, Values

Noise = Float[Array, "..."] | float | int
"""Variances of observation noise: one, or one for each observation."""


class AbstractEvidence(eqx.Module):
    r"""m observed numbers with covariance $L L^\top$, as $L^{-1}$ of them."""

    white: eqx.AbstractVar[Float[Array, " n_observed"]]
    """What was observed less its mean, whitened."""

    @abc.abstractmethod
    def white_covariance(self, x: Locations) -> Float[Array, "n_points dim_y n_observed"]:
        r"""Covariances of values at locations with the whitened observations."""


class PointEvidence(AbstractEvidence):
    """The values at locations."""

    kernel: AbstractKernel
    x: Locations
    mask: Mask | CoordinateMask | None
    operator: AbstractOperator
    white: Float[Array, " n_observed"]

    def __init__(
        self,
        kernel: AbstractKernel,
        x: Locations,
        residual: Values,
        mask: Mask | CoordinateMask | None,
        noise_variance: Noise,
        jitter: float,
    ):
        operator = with_noise(kernel.operator(x), noise_variance).with_jitter(jitter)
        self.kernel = kernel
        self.x = x
        self.mask = mask
        self.operator = _masked(operator, mask).factorised()
        frame = frame_of(self.operator)
        if frame is not None:
            check_within(frame, residual, mask)
        self.white = self.operator.sqrt_solve(self._real(residual)).ravel()

    def white_covariance(self, x: Locations) -> Float[Array, "n_points dim_y n_observed"]:
        between = self.kernel.cross_covariance(x, self.x)  # (n, m, a, b)
        columns = between.transpose(0, 2, 1, 3)
        whiten = jax.vmap(jax.vmap(lambda c: self.operator.sqrt_solve(self._real(c)).ravel()))
        return whiten(columns)

    def _real(self, values: Values) -> Values:
        if self.mask is None:
            return values
        return jnp.where(self.mask[:, None] if self.mask.ndim == 1 else self.mask, values, 0)


class LinearEvidence(AbstractEvidence):
    """Linear observations."""

    kernel: AbstractKernel
    observations: tuple[AbstractObservations, ...]
    operator: AbstractOperator
    white: Float[Array, " n_observed"]

    def __init__(
        self,
        kernel: AbstractKernel,
        observations: Sequence[AbstractObservations],
        residual: Float[Array, " n_observed"],
        noise_variance: Noise,
        jitter: float,
    ):
        self.kernel = kernel
        self.observations = tuple(observations)
        rows = jax.vmap(lambda j: self._observe(lambda x: self._with_value(x)[:, j]))
        covariance = rows(jnp.arange(residual.shape[0]))
        operator = with_noise(Dense(covariance[:, :, None, None]), noise_variance)
        self.operator = operator.with_jitter(jitter).factorised()
        self.white = self.operator.sqrt_solve(residual[:, None]).ravel()

    def white_covariance(self, x: Locations) -> Float[Array, "n_points dim_y n_observed"]:
        columns = jax.vmap(self._with_value)(x)
        return jax.vmap(jax.vmap(lambda c: self.operator.sqrt_solve(c[:, None]).ravel()))(columns)

    def _with_value(self, x: Float[Array, " dim_x"]) -> Float[Array, "dim_y n_observed"]:
        """Covariances of the value at a location with all observations: the kernel, observed."""
        component = jax.vmap(lambda b: self._observe(lambda x2: self.kernel(x2, x)[:, b]))
        return component(jnp.arange(self.kernel.dim_y))

    def _observe(self, f: Function) -> Float[Array, " n_observed"]:
        return observe(self.observations, f)


def observe(
    observations: Sequence[AbstractObservations], f: Function
) -> Float[Array, " n_observed"]:
    """All numbers that observations see of a function."""
    return jnp.concatenate([each(f) for each in observations])


def with_noise(operator: AbstractOperator, variance: Noise) -> AbstractOperator:
    """The covariance of observations with noise of their own, in the subspaces of the values.

    Raises:
        ValueError: If a variance is negative, or there are neither one nor one for each.
    """
    if not isinstance(variance, Tracer) and not np.all(np.asarray(variance) >= 0):
        raise ValueError(f"expected noise variances of at least 0, got {variance}")
    if isinstance(variance, float | int) and variance == 0:
        return operator
    shape = (operator.n_points, operator.dim_y)
    variance = jnp.asarray(variance, operator.diagonal().dtype)
    if variance.ndim == 0:
        return operator + noise_within(operator, ScaledIdentity(variance, *shape))
    if variance.shape not in (shape[:1], shape):
        raise ValueError(
            f"expected one noise variance, or as many as there are observations in shape "
            f"{shape[:1]} or {shape}, got shape {variance.shape}"
        )
    by_point = variance[:, None] if variance.ndim == 1 else variance
    return operator + noise_within(operator, Diagonal(jnp.broadcast_to(by_point, shape)))


def _masked(operator: AbstractOperator, mask: Mask | CoordinateMask | None) -> AbstractOperator:
    """The identity at what was not observed, be it points or coordinates of values.

    Raises:
        ValueError: If coordinates of values in subspaces are masked.
    """
    if mask is None or mask.ndim == 1:
        return operator if mask is None else operator.masked(mask)
    if frame_of(operator) is not None:
        raise ValueError(
            "expected a mask of points, for values in subspaces, whose coordinates are not "
            "observed one by one, got a mask of coordinates"
        )
    both = mask[:, None, :, None] & mask[None, :, None, :]
    identity = Diagonal(jnp.ones_like(operator.diagonal())).dense()
    return Dense(jnp.where(both, operator.dense(), identity))
