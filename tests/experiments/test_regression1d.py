"""The run of one-dimensional regression: models, scores beside the oracle, pictures."""

import dataclasses
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from exact_law import Exact

import geomndp as gn
from geomndp.experiments import Regression1DSettings, RunFolder, evaluate_regression1d
from geomndp.experiments.conditional_scores import given_fields, score_given_beside_oracle

TINY = Regression1DSettings(width=16, n_layers=1, points=6, steps=2, batch_size=2)


@pytest.mark.parametrize("process", ["matern52", "mixture"])
def test_every_process_is_fitted_and_kept(process: str, tmp_path: Path):
    folder = RunFolder(tmp_path)
    trained = gn.experiments.fit_regression1d(process, folder, settings=TINY)
    noising: Any = trained.model.noising
    assert noising.limit.kernel.variance == pytest.approx(
        gn.data.regression_laws()[process].variance
    )
    kept = gn.load(folder.model)
    x = jnp.linspace(-1, 1, 5, dtype=jnp.float32)[:, None]
    one, other = (t.sample(x, n_samples=2, key=jax.random.key(0)) for t in (trained, kept))
    np.testing.assert_array_equal(one, other)


def test_a_rotary_network_is_asked_for(tmp_path: Path):
    settings = dataclasses.replace(TINY, rotary=True, n_context=2)
    trained = gn.experiments.fit_regression1d("sawtooth", RunFolder(tmp_path), settings=settings)
    network = trained.model.network
    assert network == gn.networks.RotaryTransformer(
        gn.FieldType(gn.groups.T(1), gn.representations.Trivial(1)),
        unit_x=0.25, width=16, n_layers=1, n_heads=1,
    )  # fmt: skip
    assert gn.load(RunFolder(tmp_path).model).model == trained.model


def test_periods_are_those_of_the_network_in_its_unit(tmp_path: Path):
    settings = dataclasses.replace(TINY, rotary=True, periods=(0.125, 1.0))
    trained = gn.experiments.fit_regression1d("sawtooth", RunFolder(tmp_path), settings=settings)
    network: Any = trained.model.network
    assert (network.periods, network.unit_x) == ((0.5, 4.0), 0.25)
    assert gn.load(RunFolder(tmp_path).model).model == trained.model


def test_periods_are_for_a_rotary_network():
    law = gn.experiments.regression_law("sawtooth")
    with pytest.raises(ValueError, match=r"rotary=True with periods=\(0.1, 1.0\), got another"):
        gn.experiments.regression1d_model(law, periods=(0.1, 1.0))
    with pytest.raises(ValueError, match=r"longest period, got periods=\(1.0, 0.125\)"):
        gn.experiments.regression1d_model(law, rotary=True, periods=(1.0, 0.125))


def test_a_rotary_network_knows_no_place():
    with pytest.raises(ValueError, match="a law that translations do not change for rotary=True"):
        gn.experiments.regression1d_model(gn.experiments.regression_law("step"), rotary=True)


def test_models_are_scored_beside_the_oracle():
    law: Any = gn.data.regression_laws()["matern52"]
    models = {"exact": Exact(law.gp), "worse": Exact(law.gp, -0.25)}
    report = evaluate_regression1d(models, "matern52", n_functions=3, n_points=12)
    tasks = report["scores"]
    assert set(tasks) == {"interpolation", "shifted inputs"} | {
        f"{n} of the points" for n in (1, 2, 3, 5, 7, 10)
    }
    for task in tasks.values():
        assert task["exact"]["difference_from_oracle"]["mean"] == pytest.approx(0, abs=1e-5)
        assert task["worse"]["difference_from_oracle"]["mean"] == pytest.approx(-0.25, abs=1e-5)
        assert task["oracle"]["n"] == 3
    interpolation, shifted = tasks["interpolation"]["oracle"], tasks["shifted inputs"]["oracle"]
    assert interpolation["mean"] == pytest.approx(shifted["mean"], abs=1e-5)


def test_models_are_scored_given_some_points():
    law: Any = gn.data.regression_laws()["matern52"]
    models = {"exact": Exact(law.gp), "worse": Exact(law.gp, -0.25)}
    report = evaluate_regression1d(models, "matern52", n_functions=4, n_points=5, conditional=True)
    tasks = {name: task for name, task in report["scores"].items() if "given" in name}
    assert set(tasks) == {
        f"{least} to 3 points given, {protocol}"
        for least in (0, 1)
        for protocol in ("normalised", "joint minus context")
    } | {"0 points given, joint"}
    assert (
        tasks["0 points given, joint"]["oracle"]["mean"]
        != tasks["0 to 3 points given, normalised"]["oracle"]["mean"]
    )
    for name, task in tasks.items():
        assert task["oracle"]["n"] == (4 if name.startswith("0") else 3)
        # Of the law itself both protocols are the density of a Gaussian given others.
        assert task["exact"]["difference_from_oracle"]["mean"] == pytest.approx(0, abs=1e-5)
        assert task["worse"]["difference_from_oracle"]["mean"] == pytest.approx(-0.25, abs=1e-5)


def test_where_none_or_all_have_as_many_points_given_figures_are_told_once():
    law: Any = gn.data.regression_laws()["matern52"]
    drawn = gn.fields.draw(gn.data.RandomFunctions(law, 5, 5), 2, key=jax.random.key(0))
    for n_given in (0, 2):
        scores = score_given_beside_oracle(
            {}, Exact(law.gp), given_fields(drawn, (n_given,), 3), None
        )
        assert [name for name in scores if "minus" in name] == [
            f"{n_given} points given, joint minus context"
        ]


def test_there_must_be_points_to_give():
    fields = gn.fields.draw(
        gn.data.RandomFunctions(gn.data.regression_laws()["matern52"], 5, 5),
        2,
        key=jax.random.key(0),
    )
    with pytest.raises(ValueError, match="expected fields of at least 6 points, got 5"):
        given_fields(fields, (0, 2), 4)


def test_the_oracle_is_that_of_the_published_law():
    """50 points of a Matérn-5/2 process: about -0.05 nats per point, by an independent formula."""
    report = evaluate_regression1d({}, "matern52", n_functions=2, n_points=50, seed=3)
    law = gn.data.RandomFunctions(gn.data.regression_laws()["matern52"], 50, 50)
    fields = gn.fields.draw(law, 2, key=jax.random.key(3))
    values = []
    for x, y in zip(np.asarray(fields.x), np.asarray(fields.y), strict=True):
        r = abs(x - x.T) / 0.25
        k = (1 + np.sqrt(5) * r + 5 * r**2 / 3) * np.exp(-np.sqrt(5) * r) + 0.0025 * np.eye(50)
        _, log_det = np.linalg.slogdet(2 * np.pi * k)
        values.append(-0.5 * (y[:, 0] @ np.linalg.solve(k, y[:, 0]) + log_det) / 50)
    found = report["scores"]["interpolation"]["oracle"]["mean"]
    assert found == pytest.approx(np.mean(values), abs=1e-6)


def test_functions_without_noise_are_scored_with_that_of_the_models():
    """Of 20 values a wave is known, so that what is left is the noise, but for what tells it."""
    arguments: dict[str, Any] = {"n_functions": 2, "n_points": 20}
    for noise in (1e-2, 1e-3):
        report = evaluate_regression1d({}, "sawtooth", noise=noise, **arguments)
        found = report["scores"]["interpolation"]["oracle"]["mean"]
        assert 0 < -np.log(noise * np.sqrt(2 * np.pi)) - found < 1.2
    shifted = evaluate_regression1d({}, "step", noise=0.1, **arguments)["scores"]["shifted inputs"]
    assert "oracle" not in shifted  # of functions that are not of that law
    with pytest.raises(ValueError, match="in every value, .* got 0; give the standard"):
        evaluate_regression1d({}, "sawtooth", **arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"process": "matern"}, "expected one of the processes squared-exponential, .* 'matern'"),
        ({"process": "matern52", "n_functions": 1}, "at least 2 functions"),
        ({"process": "matern52", "n_points": 0}, "at least 1 point"),
    ],
)
def test_what_cannot_be_scored(arguments: dict, message: str):
    with pytest.raises(ValueError, match=message):
        evaluate_regression1d({}, **arguments)


@pytest.mark.parametrize("settings", [{"width": 24}, {"width": 0}, {"n_layers": 0}])
def test_settings_that_make_no_network(settings: dict):
    with pytest.raises(ValueError, match="expected a width that is a multiple of 16"):
        Regression1DSettings(**settings)


def test_numbers_of_points_between_which_there_is_none():
    with pytest.raises(ValueError, match="expected points >= 1, got 0"):
        Regression1DSettings(points=0)
    with pytest.raises(ValueError, match="expected few to be a share from 0 to 1, got 2"):
        Regression1DSettings(few=2.0)


def test_a_model_is_trained_further(tmp_path: Path):
    first = gn.experiments.fit_regression1d("matern52", RunFolder(tmp_path / "a"), settings=TINY)
    start = str(tmp_path / "a" / "model.geomndp")
    further = dataclasses.replace(TINY, start=start, learning_rate=1e-9, seed=1)
    second = gn.experiments.fit_regression1d("mixture", RunFolder(tmp_path / "b"), settings=further)
    for one, other in zip(*map(jax.tree.leaves, (first.params, second.params)), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-7)
    fresh = dataclasses.replace(TINY, learning_rate=1e-9, seed=1)
    other = gn.experiments.fit_regression1d("mixture", RunFolder(tmp_path / "c"), settings=fresh)
    assert not all(
        np.allclose(a, b, atol=1e-7)
        for a, b in zip(*map(jax.tree.leaves, (first.params, other.params)), strict=True)
    )


def test_a_network_without_periods_grows_into_one_with(tmp_path: Path):
    rotary = dataclasses.replace(TINY, rotary=True)
    first = gn.experiments.fit_regression1d("sawtooth", RunFolder(tmp_path / "a"), settings=rotary)
    further = dataclasses.replace(
        rotary, periods=(0.125, 1.0), start=str(tmp_path / "a"), learning_rate=1e-9
    )
    second = gn.experiments.fit_regression1d("mixture", RunFolder(tmp_path / "b"), settings=further)
    network: Any = second.model.network
    assert network.periods == (0.5, 4.0)
    grown = network.grown(first.params)
    for one, other in zip(*map(jax.tree.leaves, (grown, second.params)), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-7)


def test_a_model_of_another_network_is_no_start(tmp_path: Path):
    settings = dataclasses.replace(TINY, start="regression1d-se")
    message = r"of these settings, width=16, n_layers=1.*got .*-se, which has width=64, n_layers=4"
    with pytest.raises(ValueError, match=message):
        gn.experiments.fit_regression1d("matern52", RunFolder(tmp_path), settings=settings)
    settings = dataclasses.replace(
        TINY, width=64, n_layers=6, rotary=True, start="regression1d-sawtooth"
    )
    with pytest.raises(ValueError, match=r"periods=None; got .* which has periods=\(0.5, 4.0\):"):
        gn.experiments.fit_regression1d("sawtooth", RunFolder(tmp_path), settings=settings)
    settings = dataclasses.replace(TINY, start="regression1d-sawtooth")
    message = r"network=TranslationInvariantTransformer, .* which has network=RotaryTransformer"
    with pytest.raises(ValueError, match=message):
        gn.experiments.fit_regression1d("sawtooth", RunFolder(tmp_path), settings=settings)
