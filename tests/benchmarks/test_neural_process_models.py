"""Neural processes tell log-densities of values given others, of which the integral is one."""

from collections.abc import Callable, Iterator
from typing import Any

import jax.numpy as jnp
import neural_process_models as models
import numpy as np
import pytest
from tables import tasks

import geomndp as gn
from geomndp.experiments.conditional_scores import GivenField

# The packages use much that is deprecated.
pytestmark = pytest.mark.filterwarnings("ignore")

KINDS = models.CNP, models.NP, models.ANP, models.CONV_GNP, models.AR_CONV_CNP
LATENT = models.NP, models.ANP
CONVOLUTIONAL = models.CONV_GNP, models.AR_CONV_CNP


@pytest.fixture(scope="module")
def trained() -> Callable[..., models.Trained]:
    """Makes a tiny model of a kind, trained by one step or for some minutes."""
    for package in ("torch", "neuralprocesses.torch"):
        pytest.importorskip(package, reason=f"{package} is in the extra `benchmarks`")
    made: dict[tuple[str, float], models.Trained] = {}

    def make(kind: str, minutes: float = 0.0) -> models.Trained:
        if (kind, minutes) not in made:
            baseline = models.baselines(models.QUICK, 6)[kind]
            made[kind, minutes] = models.Trained(
                baseline, fresh(baseline), minutes, models.QUICK, seed=0
            )
        return made[kind, minutes]

    return make


def fresh(baseline: models.Baseline) -> Iterator[models.Batch]:
    law = gn.data.regression_laws()["squared-exponential"]
    return models.batches(law, 6, baseline.most_given, baseline.batch_size, seed=1)


def fields_with(y: Any, n_given: int) -> list[GivenField]:
    """Values scored, each row of one field, given the same ones."""
    x = jnp.linspace(-0.1, 0.1, n_given + y.shape[1])[:, None]
    given = gn.FieldSample(x[:n_given], jnp.full((n_given, 1), 0.7))
    return [GivenField(given, gn.FieldSample(x[n_given:], jnp.array(row[:, None]))) for row in y]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n_given", [0, 2])
def test_the_density_of_one_value_integrates_to_one(
    trained: Callable[..., models.Trained], kind: str, n_given: int
):
    model = trained(kind)
    y = np.linspace(-10.0, 10.0, 101)
    fields = fields_with(y[:, None], n_given)
    if kind in LATENT:  # one by one, so that each has the same latent values
        found = np.array([model.log_probs([field])[0] for field in fields])
    else:
        found = model.log_probs(fields)
    assert np.trapezoid(np.exp(found), y) == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize("kind", CONVOLUTIONAL)
def test_the_density_of_two_values_integrates_to_one(
    trained: Callable[..., models.Trained], kind: str
):
    y = np.linspace(-6.0, 6.0, 25)
    pairs = np.stack(np.meshgrid(y, y, indexing="ij"), -1).reshape(-1, 2)
    found = trained(kind).log_probs(fields_with(pairs, 1)).reshape(25, 25)
    total = np.trapezoid(np.trapezoid(np.exp(found), y), y)
    assert total == pytest.approx(1.0, abs=1e-3)
    interaction = found[1:, 1:] - found[1:, :-1] - found[:-1, 1:] + found[:-1, :-1]
    assert np.abs(interaction).max() > 1e-6  # they depend on one another


def test_one_value_has_no_order(trained: Callable[..., models.Trained]):
    """The autoregressive density of one value is the joint one; of more it is not."""
    model = trained(models.AR_CONV_CNP)
    x = np.array([[-0.1, -0.03, 0.03, 0.1]])  # near enough for a tiny network to see
    for n_targets in (1, 3):
        batch = models.as_batch(x, np.ones((1, 4)), 4 - n_targets)
        one, other = (
            float(score(model.model, batch, _state()))
            for score in (models.Joint(), models.Autoregressive())
        )
        assert (abs(one - other) < 1e-5) == (n_targets == 1)


def _state() -> Any:
    torch = pytest.importorskip("torch")
    return torch.Generator().manual_seed(0)


@pytest.mark.parametrize("kind", KINDS)
def test_only_convolutional_models_are_the_same_when_inputs_shift(
    trained: Callable[..., models.Trained], kind: str
):
    kinds = tasks(gn.data.regression_laws()["matern52"], 3, 6)
    plain, moved = (trained(kind).log_probs(fields[:3]) for fields in kinds.values())
    error = np.abs(plain - moved).max()
    assert error < 1e-3 if kind in CONVOLUTIONAL else error > 1e-2


def test_figures_come_in_the_order_of_fields(trained: Callable[..., models.Trained]):
    """However they are grouped."""
    fields = tasks(gn.data.regression_laws()["matern52"], 24, 6)["interpolation"]
    model = trained(models.CNP)
    each = np.array([model.log_probs([field])[0] for field in fields])
    np.testing.assert_allclose(model.log_probs(fields), each, rtol=1e-5)


def test_training_improves_on_one_step(trained: Callable[..., models.Trained]):
    fields = tasks(gn.data.regression_laws()["squared-exponential"], 44, 6)["interpolation"]
    first, later = trained(models.CNP), trained(models.CNP, 0.05)
    assert first.n_steps == 1 < later.n_steps
    assert later.minutes >= 0.05
    assert later.log_probs(fields).mean() > first.log_probs(fields).mean() + 0.1


def test_batches_are_of_all_numbers_given(trained: Callable[..., models.Trained]):
    assert trained  # skips where torch is not
    baseline = models.baselines(models.QUICK, 6)[models.CONV_GNP]
    fields = fresh(baseline)
    found = [next(fields) for _ in range(40)]
    assert {batch.x_given.shape[-1] for batch in found} == {0, 1, 2}
    for batch in found:
        assert batch.x.shape == batch.y.shape == (4, 1, 6)
        assert batch.x_given.shape == batch.y_given.shape
    assert not np.array_equal(found[0].y, found[-1].y)
