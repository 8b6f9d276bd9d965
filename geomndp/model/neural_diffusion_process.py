"""A noising process with a network: everything but the parameters."""

from typing import Any

import equinox as eqx
from jaxtyping import Array, Float

from geomndp.fields import FieldSample, Quantity
from geomndp.losses import AbstractLoss, DenoisingScoreMatching
from geomndp.model.learned_score import LearnedScore
from geomndp.networks import AbstractNetwork, Params
from geomndp.parametrisations import (
    EDM,
    AbstractParametrisation,
    GaussianResidual,
    TangentScore,
)
from geomndp.sde import AbstractGaussianNoising, AbstractNoising
from geomndp.typing import Key, Time


class NeuralDiffusionProcess(eqx.Module):
    """A generative model over fields, before training.

    Arguments:
        noising: How fields are turned into noise.
        network: The network that learns the score.
        parametrisation: What the network says about the score; when left out `EDM` for Gaussian
            noising, with the variance of the limit as that of the data, and else `TangentScore`.
        n_covariates: How many numbers per point, such as the day of the year, the network is given
            beside locations and values.
        n_context: How many observations of a field, at most, the network is given in training, as
            by the task `training.RandomContext`; 0 if it learns the prior alone. Up to as many are
            conditioned on by `sampling.Amortised` where no method is chosen.
        quantities: What the last coordinates of a value are, where they are numbers with units.

    Raises:
        ValueError: If the values of the process and of the network live on different manifolds,
            the limit, or the process of a `GaussianResidual`, is not invariant under the group of
            the network, `n_covariates` or `n_context` is negative,
            or there are more quantities than coordinates.

    Example:
        >>> import geomndp as gn
        >>> globe = gn.manifolds.Sphere(2)
        >>> kind = gn.FieldType(gn.groups.T(1), gn.representations.Trivial(3), codomain=globe)
        >>> model = gn.NeuralDiffusionProcess(
        ...     gn.sde.BrownianMotion(globe, gn.sde.LinearSchedule()),
        ...     gn.networks.TranslationInvariantTransformer(kind),
        ... )
        >>> model.network.field_type.group
        T(dim=1)
    """

    noising: AbstractNoising
    network: AbstractNetwork
    parametrisation: AbstractParametrisation
    n_covariates: int
    n_context: int
    quantities: tuple[Quantity, ...]

    def __init__(
        self,
        noising: AbstractNoising,
        network: AbstractNetwork,
        parametrisation: AbstractParametrisation | None = None,
        n_covariates: int = 0,
        n_context: int = 0,
        quantities: tuple[Quantity, ...] = (),
    ):
        if parametrisation is None:
            is_gaussian = isinstance(noising, AbstractGaussianNoising)
            parametrisation = EDM() if is_gaussian else TangentScore()
        self.noising = noising
        self.network = network
        self.parametrisation = parametrisation
        self.n_covariates = n_covariates
        self.n_context = n_context
        self.quantities = quantities

    def __check_init__(self) -> None:
        kind, noising = self.network.field_type, self.noising
        if noising.manifold != kind.codomain:
            raise ValueError(
                f"expected a process on {kind.codomain}, where the network's values live, "
                f"got one on {noising.manifold}"
            )
        if isinstance(noising, AbstractGaussianNoising) and not noising.limit.is_invariant(kind):
            raise ValueError(
                f"expected a limit that is invariant under {kind.group} with values {kind.fibre}, "
                f"as the network is, got {noising.limit}; white noise always is"
            )
        base = self.parametrisation
        if isinstance(base, GaussianResidual) and not base.data.is_invariant(kind):
            raise ValueError(
                f"expected a residual of a process that is invariant under {kind.group} with "
                f"values {kind.fibre}, as the network is, got {base.data}"
            )
        for name in ("n_covariates", "n_context"):
            if getattr(self, name) < 0:
                raise ValueError(f"expected {name} >= 0, got {getattr(self, name)}")
        if len(self.quantities) > kind.dim_y:
            raise ValueError(
                f"expected at most {kind.dim_y} quantities, as values have coordinates, got "
                f"{len(self.quantities)}"
            )

    def trained_with(self, n_context: int) -> "NeuralDiffusionProcess":
        """This model, whose network was given at most so many observations in training."""
        return NeuralDiffusionProcess(
            self.noising, self.network, self.parametrisation, self.n_covariates, n_context,
            self.quantities,
        )  # fmt: skip

    def init(self, sample: FieldSample, *, key: Key) -> Params:
        """Fresh parameters of the network, for fields like `sample`."""
        return eqx.filter_jit(self.network.init)(key, sample)

    def score(
        self,
        params: Params,
        context: FieldSample | None = None,
        covariates: Float[Array, "n_points dim_c"] | None = None,
    ) -> LearnedScore:
        """The score that these parameters give, a function `(t, x, y, mask)`."""
        return LearnedScore(
            self.noising, self.network, self.parametrisation, params, context, covariates
        )

    def loss(
        self,
        params: Params,
        target: FieldSample,
        t: Time,
        *,
        context: FieldSample | None = None,
        loss: AbstractLoss | None = None,
        key: Key,
    ) -> Float[Array, ""]:
        """The loss of one field at one time, given a context of the same field.

        Arguments:
            params: Parameters of the network.
            target: The field.
            t: Diffusion time.
            context: Observations of the same field, free of noise.
            loss: What is minimised; `DenoisingScoreMatching` when left out.
            key: Random key.
        """
        loss = DenoisingScoreMatching() if loss is None else loss
        process = self.noising.at(target.x, target.mask)
        score = self.score(params, context, target.covariates).bind(process)
        return loss(process, score, target.y, t, key=key)

    def check_covariates(self, covariates: Any, name: str) -> None:
        """Refuse covariates that are not `n_covariates` numbers per point.

        Arguments:
            covariates: Numbers with the points on the axis before the last, or None.
            name: What the message calls the points.

        Raises:
            ValueError: If they are refused.
        """
        found = 0 if covariates is None else covariates.shape[-1]
        if found != self.n_covariates:
            raise ValueError(
                f"expected {name} with {self.n_covariates or 'no'} covariates per point, as the "
                f"model has n_covariates={self.n_covariates}, got {found or 'none'}"
            )
