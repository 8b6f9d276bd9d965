"""Completion of images: the tasks, the laws beside ours, that it measures, and what is claimed."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

NAME = "images"


def test_pixels_are_where_they_are_seen(functions: dict[str, Any]):
    x = functions["places"]()
    np.testing.assert_allclose(x[[0, 7, 63]], [[-1, 1], [1, 1], [1, -1]])
    upper = functions["tasks"](2)["the upper half"][0]
    assert x[upper, 1].min() > 0 > np.delete(x, upper, 0)[:, 1].max()


def test_the_normal_law_given_pixels_is_that_of_the_precision_matrix(functions: dict[str, Any]):
    rng = np.random.default_rng(0)
    seen = rng.normal(size=(500, 4)) @ rng.normal(size=(4, 4))
    image, given, rest = rng.normal(size=4), np.array([1, 2]), np.array([0, 3])
    drawn = functions["normal_law"](seen)(image, given, 20000, 0)
    covariance = np.cov(seen.T) + functions["NOISE"] ** 2 * np.eye(4)
    precision = np.linalg.inv(covariance)
    inner = np.linalg.inv(precision[np.ix_(rest, rest)])
    pull = precision[np.ix_(rest, given)] @ (image[given] - seen.mean(0)[given])
    expected = seen.mean(0)[rest] - inner @ pull
    errors = np.sqrt(np.diag(inner) / 20000)
    assert np.all(np.abs(drawn.mean(0) - expected) < 4 * errors)
    np.testing.assert_allclose(np.cov(drawn.T), inner, atol=0.05 * np.abs(inner).max())
    assert np.any(np.abs(seen.mean(0)[rest] - expected) > 10 * errors)


def test_the_nearest_images_are_those_alike_where_they_are_seen(functions: dict[str, Any]):
    seen = np.arange(20.0).reshape(5, 4)
    found = functions["nearest"](seen)(seen[2], np.array([0, 1]), 1, 0)
    np.testing.assert_array_equal(found, seen[[2], 2:])


@pytest.mark.usefixtures("single_precision")
def test_it_measures(functions: dict[str, Any], tmp_path: Path):
    results = functions["measure"](functions["QUICK"], tmp_path)
    assert set(results["scores"]) == set(functions["tasks"](1))
    for methods in results["scores"].values():
        # Two steps of training do not tell digits.
        assert methods["normal law"]["ours_less_this"]["mean"] > 0
        assert methods["geomndp"]["ours_less_this"]["mean"] == 0


def test_worse_than_the_normal_law_is_told(functions: dict[str, Any], kept: dict[str, Any]):
    assert not functions["failures"](kept)
    methods = kept["scores"]["the upper half"]
    methods["normal law"]["ours_less_this"] = {"mean": 0.1, "standard_error": 0.01}
    assert len(functions["failures"](kept)) == 1
