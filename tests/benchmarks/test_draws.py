"""How much draws vary: of the law itself, of one that varies less, and what is claimed."""

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

import geomndp as gn

NAME = "draws"


@pytest.mark.parametrize(("factor", "all_right"), [(1.0, True), (0.8, False)])
def test_draws_of_the_law_have_all_of_its_variance(
    functions: dict[str, Any], factor: float, all_right: bool
):
    rng = np.random.default_rng(0)
    covariance = np.diag([4.0, 2.0, 0.5, 0.5])
    draws = factor * rng.multivariate_normal(np.zeros(4), covariance, 4000)
    found = functions["shares"](draws, covariance)
    assert (found["n_large"], found["n_components"]) == (1, 4)
    for share in found["shares"].values():
        near = abs(share["mean"] - 1) < 4 * share["standard_error"]
        assert near is all_right
        assert abs(share["mean"] - factor**2) < 4 * share["standard_error"]


def test_large_and_small_components_are_told_apart(functions: dict[str, Any]):
    """Whatever the axes are in which values are given."""
    rng = np.random.default_rng(0)
    turn, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    covariance = turn @ np.diag([3.0, 2.0, 1.0]) @ turn.T
    less = turn @ np.diag([0.5 * 3.0, 0.5 * 2.0, 1.0]) @ turn.T
    found = functions["shares"](rng.multivariate_normal(np.zeros(3), less, 20000), covariance)
    assert found["n_large"] == 1 or found["n_large"] == 2
    assert abs(found["shares"]["large components"]["mean"] - 0.5) < 0.03
    assert found["shares"]["small components"]["mean"] > 0.7


def test_points_are_where_models_were_trained(functions: dict[str, Any]):
    assert np.abs(functions["places"](1, 7)).max() == 2
    disc = functions["places"](2, 200)
    assert 9 < np.linalg.norm(disc, axis=-1).max() <= 10


@pytest.mark.usefixtures("single_precision")
def test_it_measures(functions: dict[str, Any]):
    results = functions["measure"](functions["QUICK"])
    (found,) = results["models"].values()
    assert found["n_components"] == 5
    assert 0.1 < found["shares"]["all"]["mean"] < 10


def test_all_shipped_models_of_processes_are_known(functions: dict[str, Any]):
    assert set(functions["Sizes"]().models) <= set(functions["laws"]())
    for name, gp in functions["laws"]().items():
        dim_x = gn.load(name).model.network.field_type.dim_x
        assert gp.kernel.gram(jnp.zeros((1, dim_x))).shape[-1] == gp.dim_y


@pytest.mark.parametrize(
    ("part", "share"), [("large", 0.6), ("small", 1.4), ("small", float("nan"))]
)
def test_draws_that_vary_too_little_or_too_much_are_told(
    functions: dict[str, Any], kept: dict[str, Any], part: str, share: float
):
    assert not functions["failures"](kept)
    kept["models"]["gp-fields-se"]["shares"][f"{part} components"]["mean"] = share
    assert len(functions["failures"](kept)) == 1
