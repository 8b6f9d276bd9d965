"""What is left out and put in its place: limits, networks, that it measures, what is claimed."""

from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import geomndp as gn

NAME = "ablations"


def test_limits_have_the_variance_of_the_law_and_differ(functions: dict[str, Any]):
    x = jnp.linspace(-1.0, 1.0, 5)[:, None]
    grams = [functions["limit"](name, 2.0).kernel.gram(x) for name in functions["Sizes"]().limits]
    for gram in grams:
        np.testing.assert_allclose(jnp.diagonal(gram), 2.0, rtol=1e-6)
    neighbours = [float(gram[0, 1, 0, 0]) for gram in grams]
    assert neighbours[0] == 0
    assert len(set(neighbours)) == len(grams)


def test_every_limit_meets_every_parametrisation_and_one_network_has_no_symmetry(
    functions: dict[str, Any],
):
    cells = functions["cells"](functions["Sizes"]())
    assert len({tuple(cell.values()) for cell in cells}) == len(cells) == 4 * 5 + 1
    assert [cell["symmetry"] for cell in cells].count("none") == 1


@pytest.mark.parametrize(("symmetry", "changes"), [("T(1)", False), ("none", True)])
def test_a_network_without_symmetry_tells_places_apart(
    functions: dict[str, Any], symmetry: str, changes: bool
):
    network = functions["network"](symmetry, functions["QUICK"])
    x = jnp.linspace(-1.0, 1.0, 4)[:, None]
    sample = gn.FieldSample(x, jnp.sin(3 * x))
    params = network.init(jax.random.key(0), sample)
    params = jax.tree.map(
        lambda leaf: leaf + 0.1 * jax.random.normal(jax.random.key(1), leaf.shape), params
    )
    here, there = (
        network.apply(params, jnp.array(0.3), x + shift, sample.y, sample.mask)
        for shift in (0.0, 4.0)
    )
    assert (float(jnp.abs(here - there).max()) > 1e-3) is changes


def test_it_measures(functions: dict[str, Any], tmp_path: Path):
    """With two steps of training, which a second run does not take again."""
    sizes = functions["QUICK"]
    cell = functions["cells"](sizes)[0]
    results = functions["measure_cell"](cell, sizes, tmp_path)
    assert cell.items() <= results.items()
    assert results["training"]["steps"] == sizes.n_steps
    assert set(results["scores"]) == {"interpolation"}  # shifts are asked of symmetry alone
    # Two steps from a model that knows nothing.
    assert results["scores"]["interpolation"]["geomndp"]["difference_from_oracle"]["mean"] < -0.1
    assert len(list(tmp_path.iterdir())) == 1


def test_symmetry_that_does_not_pay_is_told(functions: dict[str, Any], kept: dict[str, Any]):
    assert not functions["failures"](kept)
    for cell in kept["cells"]:
        if cell["symmetry"] == "none":
            gap = cell["scores"]["shifted inputs"]["geomndp"]["difference_from_oracle"]
            gap["mean"] = 0.0
    assert len(functions["failures"](kept)) == 1
