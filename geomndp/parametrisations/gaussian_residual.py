"""What a Gaussian process leaves of the score."""

import equinox as eqx
import jax.numpy as jnp

from geomndp.fields import FieldSample, known_coordinates
from geomndp.gp import GaussianProcess
from geomndp.parametrisations.base import AbstractParametrisation, BoundNetwork, NetworkInputs
from geomndp.parametrisations.edm import EDM
from geomndp.parametrisations.scales import DataVariance, gaussian, scales_of
from geomndp.sde import AbstractNoising, AbstractNoisingAtPoints, BoundScore, NoisedGaussian
from geomndp.sde.base import as_time
from geomndp.typing import CoordinateMask, Mask, Time, Values


class GaussianResidual(AbstractParametrisation):
    r"""What the best linear guess from all values and observations leaves of the score.

    $$ s(t, y) = s_{\mathrm{GP}}(t, y \mid C) + b_t F $$

    with the exact score of a Gaussian process given the context C, and the factor $b_t$ of `EDM`,
    which makes the best linear guess from each value alone. Where the network says 0, as a fresh
    one does, the model is the Gaussian process, and its conditional law that given the
    observations; so training begins from the best fit of that kind, and few data are enough to be
    no worse. It costs a decomposition of a matrix of as many rows as there are values, for each set
    of points.

    Arguments:
        data: The Gaussian process, fitted to the data, with white noise in its kernel: observations
            are taken to have that noise, as the data have. To keep the symmetry of the network, its
            law must be invariant too.
        data_variance: As of `EDM`, for the factor and the inputs of the network.
        jitter: Added to the variances of observations, relative to their mean.
        parts: Sizes of the parts of a value, such as (2, 1) of a wind and a pressure, of which the
            last covariates of observations say whether they are known: 1 where one is, 0 where it
            is not. None where all of a value is always known.

    Raises:
        ValueError: If parts are not those of a value of the process.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> limit = gn.GaussianProcess(gn.kernels.White(1.0))
        >>> process = gn.sde.OrnsteinUhlenbeck(limit, gn.sde.LinearSchedule()).at(jnp.zeros((1, 1)))
        >>> smooth = gn.kernels.SquaredExponential(1.0, 1.0) + gn.kernels.White(0.01)
        >>> residual = gn.parametrisations.GaussianResidual(gn.GaussianProcess(smooth))
        >>> seen = gn.FieldSample(jnp.full((1, 1), 0.1), jnp.ones((1, 1)))
        >>> score = residual.bind(process, lambda inputs: 0 * inputs.y, seen)
        >>> f"{process.denoised(1.0, jnp.zeros((1, 1)), score(1.0, jnp.zeros((1, 1)))).item():.2f}"
        '0.99'
    """

    data: GaussianProcess
    data_variance: DataVariance = None
    jitter: float = 1e-6
    parts: tuple[int, ...] | None = None

    def __check_init__(self) -> None:
        if self.parts is not None and (
            min(self.parts, default=0) < 1 or sum(self.parts) != self.data.dim_y
        ):
            raise ValueError(
                f"expected parts of a value that add up to its {self.data.dim_y} coordinates, got "
                f"{self.parts}"
            )

    def inputs(self, process: AbstractNoisingAtPoints, t: Time, y: Values) -> NetworkInputs:
        return self._edm.inputs(process, t, y)

    def observed(self, noising: AbstractNoising, context: FieldSample) -> FieldSample:
        known, seen = self._known(context), self._edm.observed(noising, context)
        if known.ndim == 1:
            return seen
        return eqx.tree_at(lambda s: s.y, seen, jnp.where(known, seen.y, 0))

    def bind(
        self,
        process: AbstractNoisingAtPoints,
        network: BoundNetwork,
        context: FieldSample | None = None,
    ) -> BoundScore:
        process = gaussian(process)
        data = self.data
        if context is not None:
            known = self._known(context)
            data = data.condition(context.x, context.y, known, jitter=self.jitter)
        law = NoisedGaussian.of(process, data)

        def score(t: Time, y: Values) -> Values:
            at = as_time(t, y)
            scales = scales_of(process, at, self.data_variance)
            _, size = self._edm.coefficients(process.noising, at, scales)
            return law(t, y) + process.within(size * network(self.inputs(process, t, y)))

        return score

    def _known(self, context: FieldSample) -> Mask | CoordinateMask:
        """Which points were observed, or which coordinates at each.

        Raises:
            ValueError: If covariates do not say it.
        """
        return context.mask if self.parts is None else known_coordinates(context, self.parts)

    @property
    def _edm(self) -> EDM:
        """What the network sees and says is in its scale."""
        return EDM(self.data_variance)
