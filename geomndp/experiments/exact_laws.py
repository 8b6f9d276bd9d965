"""Laws of functions and fields as what is scored: figures of models are told beside theirs."""

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from geomndp.data import AbstractFunctionLaw, GaussianFunctions, value_variance
from geomndp.experiments.conditional_scores import GivenField, HasConditionals
from geomndp.fields import FieldSample
from geomndp.gp import GaussianProcess
from geomndp.model import TrainedProcess
from geomndp.sde import OrnsteinUhlenbeck

_PAD_TO = 32
_SHARE_OF_GIVEN = 1 / 64
"""Of the noise, in values that are given: they have none, and there is no density without. A
quarter of it changes a figure by some 0.001 nats for each of 100 values."""


class ExactProcess(eqx.Module):
    """A Gaussian process: of it both protocols are one.

    Arguments:
        gp: The process, observation noise included.
        given: Values that are given, if there are any.
    """

    gp: GaussianProcess
    given: FieldSample | None = None

    def condition(self, context: FieldSample) -> "ExactProcess":
        return ExactProcess(self.gp, context)

    def log_prob(self, sample: FieldSample) -> Float[Array, ""]:
        if self.given is None:
            return _log_prob(self.gp, sample)
        whole = GivenField(self.given, sample).whole
        return _log_prob(self.gp, whole) - _log_prob(self.gp, self.given)


class NoisedFunctions(eqx.Module):
    """Functions of a law with white noise, and given values that have none.

    So both protocols are not one: joint less context has the noise in what is given too. Of values
    without noise the density is no more than that of the noise at 0.

    Arguments:
        law: The law of the functions.
        noise: Standard deviation of the noise of values that are scored.
        given: Values that are given, if there are any.
    """

    law: AbstractFunctionLaw
    noise: float
    given: FieldSample | None = None

    def condition(self, context: FieldSample) -> "NoisedFunctions":
        return NoisedFunctions(self.law, self.noise, context)

    def log_prob(self, sample: FieldSample) -> Float[Array, ""]:
        if self.given is None:
            return self._joint(sample, np.full(sample.n_points, self.noise))
        of_given = np.full(self.given.n_points, self.noise * _SHARE_OF_GIVEN)
        of_all = np.append(of_given, np.full(sample.n_points, self.noise))
        whole = GivenField(self.given, sample).whole
        return self._joint(whole, of_all) - self._joint(self.given, of_given)

    def _joint(
        self, sample: FieldSample, noise: Float[np.ndarray, " n_points"]
    ) -> Float[Array, ""]:
        real = np.asarray(sample.mask)
        return jnp.asarray(self.law.log_prob(sample.x[real], sample.y[real], noise[real]))


def exact_process(law: AbstractFunctionLaw) -> GaussianProcess | None:
    """The Gaussian process that functions of a law are; None of a law that is none.

    Example:
        >>> import geomndp as gn
        >>> gn.experiments.exact_process(gn.data.Sawtooth()) is None
        True
    """
    return law.gp if isinstance(law, GaussianFunctions) else None


def exact_law(law: AbstractFunctionLaw, noise: float) -> HasConditionals:
    """The law of functions as what models are scored beside.

    Arguments:
        law: The law.
        noise: Standard deviation of the noise that models start from, `first_noise` of one: values
            of a law that is no Gaussian process are scored with it. Such a process is scored as it
            is, whatever the noise.

    Example:
        >>> import jax, geomndp as gn
        >>> law = gn.data.Sawtooth()
        >>> field = gn.data.RandomFunctions(law, 20, 20)(key=jax.random.key(0))
        >>> f"{gn.experiments.exact_law(law, 0.01).log_prob(field) / 20:.1f} nats for each value"
        '2.9 nats for each value'
    """
    gp = exact_process(law)
    return NoisedFunctions(law, noise) if gp is None else ExactProcess(gp)


def first_noise(trained: TrainedProcess) -> float:
    """Standard deviation of the noise of values at the first time of noising, of a function.

    Raises:
        ValueError: If it is no model of functions of one variable whose noise ends in a Gaussian
            process.

    Example:
        >>> import geomndp as gn
        >>> f"{gn.experiments.first_noise(gn.load('regression1d-se')):.4f}"
        '0.0011'
    """
    noising, kind = trained.model.noising, trained.model.network.field_type
    if not isinstance(noising, OrnsteinUhlenbeck) or kind.dim_x != 1:
        raise ValueError(
            "expected a model of functions of one variable that noise turns into a Gaussian "
            f"process, got one from {kind.domain} to {kind.codomain} with {type(noising).__name__}"
        )
    variance = value_variance(noising.limit, dim_x=1)
    return float(noising.noise_scale(noising.t_min)) * variance**0.5


def _log_prob(gp: GaussianProcess, sample: FieldSample) -> Float[Array, ""]:
    # To one of few sizes, each of which is compiled.
    return _compiled(gp, sample.pad(-(-sample.n_points // _PAD_TO) * _PAD_TO))


@eqx.filter_jit
def _compiled(gp: GaussianProcess, sample: FieldSample) -> Float[Array, ""]:
    return gp.log_prob(sample.x, sample.y, sample.mask)
