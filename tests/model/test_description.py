"""Settings become JSON and come back as equal modules."""

import json

import equinox as eqx
import pytest
from inventory import GROUPS, MANIFOLDS, NOISINGS, PARAMETRISATIONS, REPRESENTATIONS, SCHEDULES

import geomndp as gn
from geomndp.model.description import build, describe

MODULES = {
    **GROUPS,
    **MANIFOLDS,
    **REPRESENTATIONS,
    **SCHEDULES,
    **PARAMETRISATIONS,
    **{f"noising-{name}": noising for name, noising in NOISINGS.items()},
    "variances": gn.parametrisations.EDM(data_variance=(1.0, 0.5)),
}
MODULES.pop("own")  # the function of a user has no description


@pytest.mark.parametrize("module", MODULES.values(), ids=MODULES)
def test_what_is_described_is_built_again(module: eqx.Module):
    assert build(json.loads(json.dumps(describe(module)))) == module


def test_a_function_of_the_user_cannot_be_described():
    with pytest.raises(TypeError, match="module, array, number, string or list"):
        describe(gn.representations.Matrices(lambda h: h, 2))
