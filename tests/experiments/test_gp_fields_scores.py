"""Scores of models of vector fields, by models whose scores are known."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from exact_law import Exact

import geomndp as gn
from geomndp.experiments import evaluate_gp_fields

LAWS = gn.data.vector_field_laws()


class Recorder:
    """Keeps the fields that it is asked about."""

    def __init__(self):
        self.samples: list[gn.FieldSample] = []

    def log_prob(self, sample):
        self.samples.append(sample)
        return jnp.zeros(())

    def condition(self, context):
        return self


def test_models_are_scored_beside_the_oracle():
    gp, other = LAWS["curl-free"], LAWS["divergence-free"]
    models = {"exact": Exact(gp), "worse": Exact(gp, -0.25), "other law": Exact(other)}
    tasks = evaluate_gp_fields(models, "curl-free", n_fields=3, n_points=8, radius=3.0)["scores"]
    assert set(tasks) == {"in the disc", "moved"} | {f"{n} of the points" for n in (1, 2, 4)}
    for task in tasks.values():
        assert task["exact"]["difference_from_oracle"]["mean"] == pytest.approx(0, abs=1e-5)
        assert task["worse"]["difference_from_oracle"]["mean"] == pytest.approx(-0.25, abs=1e-5)
        assert task["oracle"]["n"] == 3
    assert tasks["in the disc"]["other law"]["difference_from_oracle"]["mean"] < -0.1
    still, moved = tasks["in the disc"]["oracle"], tasks["moved"]["oracle"]
    assert still["mean"] == pytest.approx(moved["mean"], abs=1e-5)


def test_models_are_scored_given_some_points():
    gp = LAWS["curl-free"]
    models = {"exact": Exact(gp), "worse": Exact(gp, -0.25)}
    report = evaluate_gp_fields(models, "curl-free", n_fields=3, n_points=4, radius=3.0, n_given=20)
    assert report["n_given"] == 20
    tasks = {name: task for name, task in report["scores"].items() if "given" in name}
    protocols = ("normalised", "joint minus context")
    assert set(tasks) == {"0 points given, joint"} | {f"20 points given, {p}" for p in protocols}
    for task in tasks.values():
        assert task["oracle"]["n"] == 3
        assert task["exact"]["difference_from_oracle"]["mean"] == pytest.approx(0, abs=1e-4)
        assert task["worse"]["difference_from_oracle"]["mean"] == pytest.approx(-0.25, abs=1e-4)
    # What is given tells of the rest.
    given, alone = tasks["20 points given, normalised"], report["scores"]["in the disc"]
    assert given["oracle"]["mean"] > alone["oracle"]["mean"] + 0.3


def test_the_oracle_is_that_of_the_published_law():
    """Both components together, per point, by a formula of its own."""
    report = evaluate_gp_fields({}, "squared-exponential", n_fields=2, n_points=30, seed=3)
    generator = gn.data.RandomFields(LAWS["squared-exponential"], 30, 30)
    fields = gn.fields.draw(generator, 2, key=jax.random.key(3))
    values = []
    for x, y in zip(np.asarray(fields.x), np.asarray(fields.y), strict=True):
        squared = np.sum((x[:, None] - x[None]) ** 2, -1)
        k = np.exp(-squared / 10) + 0.02 * np.eye(30)
        _, log_det = np.linalg.slogdet(2 * np.pi * k)
        values.append(-0.5 * (np.sum(y * np.linalg.solve(k, y)) + 2 * log_det) / 30)
    found = report["scores"]["in the disc"]["oracle"]["mean"]
    assert found == pytest.approx(np.mean(values), abs=1e-6)


def test_moved_fields_are_reflected_turned_and_shifted():
    recorder = Recorder()
    evaluate_gp_fields({"recorder": recorder}, "curl-free", n_fields=2, n_points=3)
    still, moved = ([np.asarray(part) for part in (s.x, s.y)] for s in recorder.samples[:3:2])
    h = np.linalg.lstsq(still[1], moved[1])[0].T
    np.testing.assert_allclose(h @ h.T, np.eye(2), atol=1e-6)
    assert np.linalg.det(h) == pytest.approx(-1)
    shift = moved[0] - still[0] @ h.T
    np.testing.assert_allclose(shift, np.broadcast_to([6.0, -8.0], shift.shape), atol=1e-5)
    assert np.linalg.norm(h - np.diag(np.diag(h))) > 0.5  # no reflection in an axis


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"kernel": "matern52"}, "expected one of the kernels squared-exponential"),
        ({"n_fields": 1}, "expected at least 2 fields, for a standard error"),
        ({"n_points": 0}, "of at least 1 point, got 32 of 0"),
        ({"radius": -1.0}, "expected a positive radius"),
        ({"n_given": -1}, "expected no negative number of points given, got n_given=-1"),
    ],
)
def test_what_cannot_be_scored(arguments: dict, message: str):
    with pytest.raises(ValueError, match=message):
        evaluate_gp_fields({}, **{"kernel": "curl-free", **arguments})
