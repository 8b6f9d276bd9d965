"""Neural processes of the package `neuralprocesses`: trained on fresh draws of a law, and scored.

Nothing but this module imports torch and that package, and only when a process is made.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from itertools import groupby
from typing import Any, NamedTuple

import jax
import numpy as np
from jaxtyping import Float

import geomndp as gn
from geomndp.experiments.conditional_scores import GivenField


@dataclass(frozen=True)
class Sizes:
    """How large networks are, how they are trained, and how many latent values score a task."""

    width: int = 256
    width_latent: int = 128
    channels: tuple[int, ...] = (64,) * 6
    most_given: int = 10
    batch_size: int = 16
    most_scored_at_once: int = 64
    n_latent_trained: int = 8
    n_latent_scored: int = 256
    largest_gradient: float = 1.0


QUICK = Sizes(8, 8, (4,) * 2, 2, 4, 4, 2, 4)


class Batch(NamedTuple):
    """Functions with as many values given, as tensors `(n_functions, 1, n_points)`."""

    x_given: Any
    y_given: Any
    x: Any
    y: Any


class Joint:
    """The log-density of all values at once, in nats: as the package has it.

    Of a model with latent values it is that of the equal mixture, over so many of them drawn given
    the context, of what the decoder tells: normalised, and below the model's own in expectation.

    Arguments:
        n_latent: How many are drawn; models without them need none.
    """

    def __init__(self, n_latent: int = 1) -> None:
        self.n_latent = n_latent

    def __call__(self, model: Any, batch: Batch, state: Any) -> Any:
        package = import_module("neuralprocesses.torch")
        return package.loglik(state, model, *batch, num_samples=self.n_latent)[1]


class Autoregressive:
    """The log-density of each value given those before it too, in nats: the chain rule.

    In the order of the targets, which is random where these are drawn independently. The model
    tells all targets at every step, and one is taken, so that its grid is as it was in training:
    `neuralprocesses.ar_loglik` has one that only reaches from the context to the next target.
    """

    def __call__(self, model: Any, batch: Batch, state: Any) -> Any:
        torch = import_module("torch")
        types = {"dtype_enc_sample": torch.float32, "dtype_lik": torch.float64}
        x, y, total = *batch[:2], 0.0
        for number in range(batch.y.shape[-1]):
            _, law = model(state, x, y, batch.x, **types)
            part = (..., slice(number, number + 1))
            normal = torch.distributions.Normal(law.mean[part], law.var[part].sqrt())
            total = total + normal.log_prob(batch.y[part].double()).sum((-2, -1))
            x, y = torch.cat((x, batch.x[part]), -1), torch.cat((y, batch.y[part]), -1)
        return total


@dataclass(frozen=True)
class Baseline:
    """A kind of neural process.

    Arguments:
        construct: Makes the network, with the package.
        objective: The log-density that is maximised.
        score: The log-density that is told.
        most_given: How many values are given in training at most.
        batch_size: Functions of each step.
        learning_rate: Of Adam at the start; it falls to zero as half a cosine.
    """

    construct: Callable[[Any], Any]
    objective: Joint
    score: Joint | Autoregressive
    most_given: int
    batch_size: int
    learning_rate: float = 1e-3


CNP, NP, ANP, CONV_GNP, AR_CONV_CNP = "CNP", "NP", "ANP", "ConvGNP", "AR ConvCNP"


def baselines(sizes: Sizes, n_targets: int) -> dict[str, Baseline]:
    """All kinds, by name.

    NP and ANP have latent values, and are trained by maximum likelihood as they are scored. ANP
    attends to the context besides. The Gaussian of ConvGNP has a covariance of low rank. To tell
    the last of the targets given all before it, the autoregressive one is trained with as many.
    """
    wide = {"likelihood": "het", "width": sizes.width, "dim_embedding": sizes.width}
    width = sizes.width_latent
    latent = {"likelihood": "het", "width": width, "dim_embedding": width, "dim_lv": width // 4}
    grid = {"points_per_unit": 64, "unet_channels": sizes.channels}
    drawn = Joint(sizes.n_latent_trained), Joint(sizes.n_latent_scored)
    joint = Joint(), Joint()
    most, many = sizes.most_given, sizes.most_given + n_targets - 1
    size = sizes.batch_size
    return {
        CNP: Baseline(
            lambda nps: nps.construct_gnp(**wide, num_dec_layers=4), *joint, most, 2 * size
        ),
        NP: Baseline(lambda nps: nps.construct_gnp(**latent, num_dec_layers=4), *drawn, most, size),
        ANP: Baseline(
            lambda nps: nps.construct_agnp(**latent, num_dec_layers=4), *drawn, most, size
        ),
        CONV_GNP: Baseline(
            lambda nps: nps.construct_convgnp(**grid, likelihood="lowrank"), *joint, most, size
        ),
        AR_CONV_CNP: Baseline(
            lambda nps: nps.construct_convgnp(**grid, likelihood="het"),
            Joint(),
            Autoregressive(),
            many,
            size,
        ),
    }


def batches(
    law: gn.data.AbstractFunctionLaw, n_targets: int, most_given: int, batch_size: int, seed: int
) -> Iterator[Batch]:
    """Fresh functions without end: in each batch 0 to `most_given` values are given."""
    n_points, numbers = most_given + n_targets, np.random.default_rng(seed)
    draws = gn.data.RandomFunctions(law, n_points, n_points)
    key = jax.random.key(seed)
    while True:
        key, draw_key = jax.random.split(key)
        fields = gn.fields.draw(draws, 32 * batch_size, key=draw_key)
        x, y = np.asarray(fields.x)[..., 0], np.asarray(fields.y)[..., 0]
        for first in range(0, len(x), batch_size):
            n_given = int(numbers.integers(most_given + 1))
            part = slice(first, first + batch_size)
            yield as_batch(x[part, : n_given + n_targets], y[part, : n_given + n_targets], n_given)


def as_batch(
    x: Float[np.ndarray, "n_functions n_points"],
    y: Float[np.ndarray, "n_functions n_points"],
    n_given: int,
) -> Batch:
    """Functions of which the first values are given."""
    torch = import_module("torch")
    x_all, y_all = (torch.as_tensor(np.array(part, np.float32))[:, None] for part in (x, y))
    given, rest = (..., slice(n_given)), (..., slice(n_given, None))
    return Batch(x_all[given], y_all[given], x_all[rest], y_all[rest])


class Trained:
    """A neural process that is trained for some minutes of processor time, and tells densities.

    Arguments:
        baseline: Its kind.
        fields: What it is trained on.
        minutes: For how long, on one core; at least one step is made.
        sizes: The rest of how.
        seed: Seed of parameters and of latent values.
    """

    def __init__(
        self, baseline: Baseline, fields: Iterator[Batch], minutes: float, sizes: Sizes, seed: int
    ) -> None:
        torch = import_module("torch")
        torch.manual_seed(seed)
        self.baseline, self.sizes, self.seed = baseline, sizes, seed
        self.model = baseline.construct(import_module("neuralprocesses.torch"))
        state = torch.Generator().manual_seed(seed)
        parameters = list(self.model.parameters())
        self.n_parameters = sum(part.numel() for part in parameters)
        self.n_steps, self.minutes = 0, 0.0
        optimiser = torch.optim.Adam(parameters, lr=baseline.learning_rate)
        batch, start = next(fields), time.process_time()
        while not self.n_steps or self.minutes < minutes:
            share = min(self.minutes / minutes, 1.0) if minutes else 0.0
            for group in optimiser.param_groups:
                group["lr"] = baseline.learning_rate * (1 + np.cos(np.pi * share)) / 2
            loss = -baseline.objective(self.model, batch, state).mean() / batch.y.shape[-1]
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, sizes.largest_gradient)
            optimiser.step()
            batch = next(fields)
            self.n_steps += 1
            self.minutes = (time.process_time() - start) / 60

    def log_probs(self, fields: list[GivenField]) -> Float[np.ndarray, " n_fields"]:
        """Log-densities of what is scored given what is given, in nats, each for all values."""
        torch = import_module("torch")
        state = torch.Generator().manual_seed(self.seed)
        found = np.zeros(len(fields))
        with torch.no_grad():
            for numbers in self._groups(fields):
                wholes = [fields[number].whole for number in numbers]
                x, y = (
                    np.stack([np.asarray(part)[:, 0] for part in parts])
                    for parts in zip(*((whole.x, whole.y) for whole in wholes), strict=True)
                )
                batch = as_batch(x, y, fields[numbers[0]].context.n_points)
                found[numbers] = self.baseline.score(self.model, batch, state).numpy()
        return found

    def _groups(self, fields: list[GivenField]) -> Iterator[list[int]]:
        """Numbers of fields with as many values given and scored, not too many at once."""

        def shape(number: int) -> tuple[int, int]:
            return fields[number].context.n_points, fields[number].target.n_points

        for _, same in groupby(sorted(range(len(fields)), key=shape), shape):
            numbers = list(same)
            for first in range(0, len(numbers), self.sizes.most_scored_at_once):
                yield numbers[first : first + self.sizes.most_scored_at_once]
