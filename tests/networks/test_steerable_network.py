"""The steerable network: its groups, chirality, the parities of values, and its neighbourhoods."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from random_fields import random_field, random_params

import geomndp as gn
from geomndp import groups
from geomndp.networks.plane_in_space import Steering
from geomndp.representations import (
    Pseudoscalar,
    Pseudovector,
    SymmetricTraceless,
    Trivial,
    Vector,
)
from geomndp.testing import assert_equivariant, assert_mask_invariant, assert_not_odd

SCALE = jnp.array(0.2)

WIND = gn.FieldType(groups.E(2), Vector(2))

KINDS = {
    "O2-wind-and-vorticity": gn.FieldType(groups.O(2), Vector(2) + Pseudoscalar()),
    "SE2-wind-and-pressure": gn.FieldType(groups.SE(2), Vector(2) + Trivial()),
    "E3-pseudovector": gn.FieldType(groups.E(3), Pseudovector(3) + Trivial()),
    "SE3-vector": gn.FieldType(groups.SE(3), Vector(3)),
}


def small(kind: gn.FieldType, **settings: Any) -> gn.networks.SteerableNetwork:
    defaults = {"irreps": "4x0e + 2x0o + 2x1e + 2x1o", "n_layers": 1}
    return gn.networks.SteerableNetwork(kind, **{**defaults, "radius": 8.0, **settings})


class Subject(NamedTuple):
    """A network with random parameters, as a function of two sets of locations and values."""

    kind: gn.FieldType
    score: Callable[..., jax.Array]
    args: tuple[jax.Array, ...]


@pytest.fixture(scope="module", params=list(KINDS))
def subject(request: pytest.FixtureRequest) -> Subject:
    kind = KINDS[request.param]
    network = small(kind, n_neighbours=5)
    target, context = random_field(kind, 6, seed=1), random_field(kind, 4, seed=2)
    params = random_params(network, target, seed=3)

    @jax.jit
    def score(x, y, context_x, context_y):
        context = gn.FieldSample(context_x, context_y)
        return network.apply(params, SCALE, x, y, jnp.ones(len(x), bool), context)

    return Subject(kind, score, (target.x, target.y, context.x, context.y))


def test_equivariance(subject: Subject):
    fibre = subject.kind.fibre
    specs = ("points", fibre, "points", fibre)
    key = jax.random.key(0)
    assert_equivariant(
        subject.score, subject.kind.group, specs, fibre, args=subject.args, key=key, rtol=1e-9
    )


def test_chirality_is_seen_where_the_group_has_no_reflections(subject: Subject):
    """By a mirror: equivariance under it is what groups with reflections promise."""
    mirror = jnp.diag(jnp.ones(subject.kind.dim_x).at[-1].set(-1))
    on_values = subject.kind.fibre.matrix(mirror)
    x, y, context_x, context_y = subject.args
    mirrored = x @ mirror, y @ on_values.T, context_x @ mirror, context_y @ on_values.T
    expected = subject.score(*subject.args) @ on_values.T
    change = np.abs(subject.score(*mirrored) - expected).max() / np.abs(expected).max()
    if -1 in subject.kind.group.determinants:
        assert change < 1e-9
    else:
        assert change > 1e-3


def test_it_is_not_odd(subject: Subject):
    x, y, *context = subject.args
    assert_not_odd(lambda x, y: subject.score(x, *y), (x, (y, *context)), argument=1, rtol=1e-2)


@pytest.fixture(scope="module")
def padded_score():
    """With fewer neighbours than points, at locations, values and a mask of ten points."""
    kind = WIND
    network, field = small(kind, n_neighbours=4), random_field(kind, 7, seed=4)
    params = random_params(network, field, seed=5)
    return jax.jit(lambda x, y, mask: network.apply(params, SCALE, x, y, mask))


@pytest.mark.parametrize("n_points", [3, 7])
def test_padding_is_nobodys_neighbour(padded_score, n_points: int):
    """Also where real points are fewer than the neighbours that each may have."""
    field = random_field(WIND, n_points, seed=6)
    args, key = (field.x, field.y, field.mask), jax.random.key(0)
    assert_mask_invariant(
        padded_score, (0, 0, "mask"), args=args, key=key, lengths=(10 - n_points,), rtol=1e-9
    )


@pytest.mark.parametrize("radius", [1.5, None], ids=["radius", "any-radius"])
def test_a_neighbour_that_enters_or_leaves_does_so_smoothly(radius: float | None):
    """Of three others two are neighbours; a third passes the second, and then the cut-off."""
    kind = WIND
    network = small(kind, n_neighbours=2, radius=radius, unit_x=2.0)
    field = random_field(kind, 4, seed=7)
    params = random_params(network, field, seed=8)

    @jax.jit
    def score(distance):
        x = jnp.array([[0.0, 0.0], [1.0, 0.0], [0.0, -1.3], [0.0, 0.0]])
        x = x.at[3].set(distance * jnp.array([-0.8, 0.6]))
        return network.apply(params, SCALE, x, field.y, field.mask)[0]

    size = np.abs(score(1.2)).max()
    for crossing in (1.3, 3.0):
        before, after = score(crossing - 1e-7), score(crossing + 1e-7)
        assert np.abs(after - before).max() < 1e-5 * size
    assert np.abs(score(1.2) - score(0.9)).max() > 1e-3 * size


def test_ties_on_a_regular_grid():
    """Neighbours at one distance count alike, whichever the search for them finds."""
    kind = WIND
    network = small(kind, n_neighbours=6)
    side = jnp.arange(5.0)
    grid = jnp.stack(jnp.meshgrid(side, side), -1).reshape(-1, 2)
    field = random_field(kind, 25, seed=9)
    params = random_params(network, field, seed=10)
    score = jax.jit(lambda x, y: network.apply(params, SCALE, x, y, field.mask))
    specs, key = ("points", kind.fibre), jax.random.key(0)
    args = (grid, field.y)
    assert_equivariant(score, kind.group, specs, kind.fibre, args=args, key=key, rtol=1e-9)
    moved = grid + 1e-7 * field.x
    change = score(moved, field.y) - score(grid, field.y)
    assert np.abs(change).max() < 1e-5 * np.abs(score(grid, field.y)).max()


def test_with_enough_neighbours_the_graph_is_complete():
    kind = WIND
    field = random_field(kind, 6, seed=11)
    params = random_params(small(kind), field, seed=12)
    found, expected = (
        jax.jit(small(kind, n_neighbours=n, radius=3.0).apply)(
            params, SCALE, field.x, field.y, field.mask
        )
        for n in (5, None)
    )
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-11 * np.abs(expected).max())


def lies_in(group: groups.AbstractGroup, fibre: gn.representations.AbstractRepresentation):
    """The irreducible kinds that a value has parts of, with the components that are not 0."""
    names = {(0, 1): "0e", (0, -1): "0o", (1, 1): "1e", (1, -1): "1o"}
    found = {}
    for kind, name in names.items():
        maps = Steering.of(group).to_irrep(fibre, *kind)
        components = np.flatnonzero(np.abs(maps).max((0, 2), initial=0) > 1e-9)
        if len(components):
            found[name] = "".join("xyz"[i] for i in components)
    return found


def test_parities_of_the_plane():
    plane = groups.E(2)
    assert lies_in(plane, Trivial()) == {"0e": "x"}
    assert lies_in(plane, Vector(2)) == {"1o": "xy"}
    assert lies_in(plane, Pseudoscalar()) == {"1e": "z"}
    assert lies_in(plane, Pseudovector(2)) == {"1o": "xy"}  # a turned vector
    assert len(Steering.of(plane).to_irrep(SymmetricTraceless(2), 2, 1)) == 1


def test_what_tells_left_from_right_is_a_pseudovector():
    """A polar normal would still allow mirrors that hold it."""
    assert lies_in(groups.SE(2), Trivial()) == {"0e": "x", "1e": "z"}
    assert lies_in(groups.SE(3), Trivial()) == {"0e": "x", "0o": "x"}


def test_parities_of_space():
    space = groups.O(3)
    assert lies_in(space, Vector(3)) == {"1o": "xyz"}
    assert lies_in(space, Pseudovector(3)) == {"1e": "xyz"}
    assert lies_in(space, Pseudoscalar()) == {"0o": "x"}


def test_the_published_configuration_has_as_many_parameters():
    network = gn.networks.SteerableNetwork(WIND)
    field = random_field(WIND, 3, seed=0)
    shapes = jax.eval_shape(lambda key: network.init(key, field), jax.random.key(0))
    n_parameters = sum(leaf.size for leaf in jax.tree.leaves(shapes))
    assert n_parameters == pytest.approx(78_000, rel=0.05)


@pytest.mark.parametrize("group", [groups.T(2), groups.E(1), groups.Trivial(3), groups.C(4)])
def test_other_groups_are_refused(group: groups.AbstractGroup):
    with pytest.raises(ValueError, match="group is E, SE, O or SO of dimension 2 or 3, got"):
        small(gn.FieldType(group, Trivial()))


def test_values_on_a_sphere_are_refused():
    kind = gn.FieldType(groups.O(3), Vector(3), codomain=gn.manifolds.Sphere(2))
    with pytest.raises(ValueError, match="values in Euclidean space, got .*Sphere"):
        small(kind)


@pytest.mark.parametrize(
    ("fibre", "irreps"),
    [(Pseudoscalar(), "8x0e + 4x0o + 4x1o"), (SymmetricTraceless(2), "8x0e + 4x1e + 4x1o")],
    ids=["vorticity", "strain"],
)
def test_irreps_that_cannot_hold_the_values_are_refused(
    fibre: gn.representations.AbstractRepresentation, irreps: str
):
    kind = gn.FieldType(groups.E(2), fibre)
    with pytest.raises(ValueError, match="expected irreps that hold values of"):
        small(kind, irreps=irreps)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"irreps": "4x1o"}, "expected irreps with scalars, got '4x1o'"),
        ({"radius": 0.0}, "positive finite radius, or None for any, got radius=0.0"),
        ({"n_neighbours": 0}, "positive whole number of neighbours.*got n_neighbours=0"),
        ({"max_degree": 0}, "positive whole max_degree, got 0"),
        ({"n_layers": 0}, "positive whole n_layers"),
    ],
)
def test_settings_out_of_range_are_refused(settings: dict[str, Any], message: str):
    with pytest.raises(ValueError, match=message):
        small(WIND, **settings)
