"""Log-likelihoods from several first times: of the same model, and what is claimed of them."""

import json
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import pytest

import geomndp as gn
from geomndp.experiments.conditional_scores import GivenField

NAME = "first_times"
LAWS = ("sawtooth", "mixture")


@pytest.fixture(params=LAWS)
def results(request: pytest.FixtureRequest, repository: Path) -> dict[str, Any]:
    file = repository / "benchmarks" / "results" / f"first-times-{request.param}.json"
    return json.loads(file.read_text())


def test_the_results_that_are_kept_hold_every_claim(
    functions: dict[str, Any], results: dict[str, Any]
):
    assert functions["failures"](results) == []
    assert {"date", "hardware", "versions", "seed"} <= set(results)
    times = {str(t) for t in functions["FIRST_TIMES"]}
    assert len(times) == 3
    assert times == set(results["log_likelihood"]) == set(results["noise"])
    assert times == set(results["oracle"])


def test_a_density_that_grows_with_noise_is_found(
    functions: dict[str, Any], results: dict[str, Any]
):
    last = results["log_likelihood"][str(functions["FIRST_TIMES"][-1])]
    last["mean"] += 10.0
    assert len(functions["failures"](results)) == 1


def test_a_fall_that_is_too_large_is_found(functions: dict[str, Any], results: dict[str, Any]):
    """A first time that sets the figure of the mixture, too; more than noise on the sawtooth."""
    further = {"sawtooth": 0.6, "mixture": 0.5}[results["law"]]
    for t in functions["FIRST_TIMES"][1:]:
        results["log_likelihood"][str(t)]["mean"] -= further
    assert len(functions["failures"](results)) == 1


class Counted(gn.TrainedProcess):
    """A density of one nat for each point."""

    def log_prob(self, sample: gn.FieldSample, **_: Any) -> Any:
        return jnp.asarray(float(sample.n_points))


def test_scores_are_of_the_points_that_are_not_given(functions: dict[str, Any]):
    field = gn.FieldSample(jnp.zeros((7, 1)), jnp.zeros((7, 1)))
    given = gn.FieldSample(jnp.zeros((2, 1)), jnp.zeros((2, 1)))
    trained = gn.load("regression1d-sawtooth")
    model = Counted(trained.model, trained.params)
    assert functions["score"](model, [GivenField(given, field)] * 3).tolist() == [1.0] * 3


@pytest.mark.slow
@pytest.mark.usefixtures("single_precision")
def test_a_later_first_time_is_another_law_of_the_same_model(functions: dict[str, Any]):
    """Of noise alone: where the first time is the last, values have the law of the limit."""
    trained = gn.load("regression1d-sawtooth")
    late = functions["from_time"](trained, 0.9)
    assert (late.model.noising.t_min, trained.model.noising.t_min) == (0.9, 5e-4)
    assert late.params is trained.params
    x = jnp.linspace(-1.0, 1.0, 8)[:, None]
    noising: Any = trained.model.noising
    limit = noising.limit
    sample = gn.FieldSample(x, limit.sample(x, key=jax.random.key(0)))
    integrator = gn.likelihood.FixedGrid(n_nodes=4, n_substeps=1)
    found = float(late.log_prob(sample, integrator=integrator))
    assert found == pytest.approx(float(limit.log_prob(x, sample.y)), abs=0.1)
    assert abs(float(trained.log_prob(sample, integrator=integrator)) - found) > 0.5


def test_noise_is_that_of_values(functions: dict[str, Any]):
    trained = gn.load("regression1d-sawtooth")
    process, zeros = trained.model.noising.at(jnp.zeros((20000, 1))), jnp.zeros((20000, 1))
    for t in functions["FIRST_TIMES"]:
        values = process.sample_marginal(t, zeros, key=jax.random.key(0))
        found = functions["first_noise"](functions["from_time"](trained, t))
        assert found == pytest.approx(float(values.std()), rel=0.03)


@pytest.mark.slow
def test_it_measures_from_every_first_time(
    functions: dict[str, Any], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(functions["N_TARGETS"], "sawtooth", 6)
    results = functions["measure"]("sawtooth", 3, 4)
    assert results["model"] == "regression1d-sawtooth"
    noise = list(results["noise"].values())
    assert noise == sorted(noise)
    for rows in (results["log_likelihood"], results["oracle"]):
        assert [float(t) for t in rows] == list(functions["FIRST_TIMES"])
    exact = [cell["mean"] for cell in results["oracle"].values()]
    assert exact == sorted(exact, reverse=True)
    assert {cell["n"] for cell in results["log_likelihood"].values()} == {2}
