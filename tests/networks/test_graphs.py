"""Graphs: who sees whom, and that a network does not notice when a point comes into view."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from network_cases import equivariant
from random_fields import random_field, random_params

import geomndp as gn
from geomndp.networks import CompleteGraph, NearestNeighbourGraph, RadiusGraph

WIND = gn.groups.E(2), gn.representations.Vector(2)


@pytest.fixture(autouse=True)
def gathered(monkeypatch: pytest.MonkeyPatch):
    """Neighbours are gathered, as they are among many points, and not found among all."""
    monkeypatch.setattr("geomndp.networks.edges._DENSE", 0)


def dense(edges: Any, n_sources: int) -> np.ndarray:
    """The weights as a matrix of points by sources."""
    found = np.zeros((edges.weight.shape[0], n_sources))
    rows = np.arange(len(found))[:, None]
    np.add.at(found, (rows, np.asarray(edges.index)), np.asarray(edges.weight))
    return found


@pytest.mark.parametrize("n", [5, 300])
def test_neighbours_are_the_nearest_real_sources(n: int):
    rng = np.random.default_rng(0)
    x, mask = rng.normal(size=(n, 2)), np.arange(n) < n - n // 4
    found = dense(NearestNeighbourGraph(3).edges(*(jnp.asarray(a) for a in (x, x, mask))), n)
    distances = np.linalg.norm(x[:, None] - x[None], axis=-1)
    distances[:, ~mask] = np.inf
    order = np.argsort(distances, 1)
    fourth = np.take_along_axis(distances, order[:, 3:4], 1)
    share = np.where(np.isfinite(fourth), distances / fourth, 0.0)
    expected = np.where(distances < fourth, (1 - np.minimum(share, 1) ** 2) ** 2, 0)
    np.testing.assert_allclose(found, expected, atol=1e-12)
    assert ((found > 0).sum(1) == 3).all()


def test_a_radius_graph_has_all_sources_within():
    x = np.random.default_rng(1).normal(size=(40, 2))
    real = jnp.ones(40, bool)
    found = dense(RadiusGraph(0.8, 40).edges(jnp.asarray(x), jnp.asarray(x), real), 40)
    squares = np.sum((x[:, None] - x[None]) ** 2, -1) / 0.8**2
    np.testing.assert_allclose(found, np.where(squares < 1, (1 - squares) ** 2, 0), atol=1e-12)


def test_a_crowded_radius_graph_takes_the_nearest():
    x = jnp.asarray(np.random.default_rng(2).normal(size=(30, 2)))
    real = jnp.ones(30, bool)
    found = RadiusGraph(100.0, 4).edges(x, x, real)
    expected = NearestNeighbourGraph(4).edges(x, x, real)
    np.testing.assert_allclose(found.weight, expected.weight)


def test_all_are_seen_where_there_are_no_more():
    x = jnp.array([[0.0, 0.0], [1.0, 0.0], [5.0, 5.0]])
    for graph in (NearestNeighbourGraph(3), NearestNeighbourGraph(7)):
        np.testing.assert_array_equal(graph.edges(x, x, jnp.ones(3, bool)).weight, np.ones((3, 3)))


def test_of_sources_at_one_distance_all_count_or_none():
    """On a regular grid: the four next to a point are equally far."""
    grid = jnp.stack(jnp.meshgrid(jnp.arange(5.0), jnp.arange(5.0)), -1).reshape((-1, 2))
    real = jnp.ones(25, bool)
    middle = dense(NearestNeighbourGraph(3).edges(grid, grid, real), 25)[12]
    np.testing.assert_array_equal(middle, np.arange(25) == 12)  # the point alone
    middle = dense(NearestNeighbourGraph(5).edges(grid, grid, real), 25)[12]
    assert (middle > 0).sum() == 5


def moving_field(kind: gn.FieldType, n: int, at: jax.Array) -> gn.FieldSample:
    """A field of which the last point is somewhere on a line that passes many others."""
    field = random_field(kind, n, seed=3)
    return gn.FieldSample(field.x.at[-1].set(jnp.stack([at, 0.3 * at])), field.y)


def output_along_the_line(graph: gn.networks.AbstractGraph, n: int = 12):
    """What comes out at the other points, as a function of where the last point is."""
    network = equivariant(*WIND, graph=graph)
    kind = network.field_type
    params = random_params(network, random_field(kind, n, seed=3), seed=0)

    def output(at: jax.Array) -> jax.Array:
        field = moving_field(kind, n, at)
        return network.apply(params, jnp.array(0.2), field.x, field.y, field.mask)[:-1]

    return jax.jit(jax.vmap(output))


@pytest.mark.parametrize(
    "graph", [NearestNeighbourGraph(4), RadiusGraph(2.0, 12)], ids=["neighbours", "radius"]
)
def test_outputs_are_continuous_when_a_neighbour_enters_or_leaves(graph):
    output = output_along_the_line(graph)
    jumps = []
    for n_steps in (2000, 8000):
        values = np.asarray(output(jnp.linspace(-6.0, 6.0, n_steps)))
        jumps.append(np.abs(np.diff(values, axis=0)).max() / np.abs(values).max())
    assert jumps[1] < 0.4 * jumps[0]  # of a jump the size would stay
    assert np.ptp(values, axis=0).max() > 1e-2  # the moving point is seen


def test_a_cut_without_an_envelope_is_found_to_jump():
    class Abrupt(gn.networks.AbstractGraph):
        def edges(self, x, sources, mask):
            smooth = RadiusGraph(2.0, 12).edges(x, sources, mask)
            return type(smooth)(jnp.where(smooth.weight > 0, 1.0, 0.0), smooth.index)

    with pytest.raises(AssertionError):
        test_outputs_are_continuous_when_a_neighbour_enters_or_leaves(Abrupt())


def crossing_of_the_cut_off(radius: float) -> float:
    """Where on the line the last point comes into view of the first."""
    first = np.asarray(random_field(gn.FieldType(*WIND), 12, seed=3).x[0])
    way = np.array([1.0, 0.3])
    along, square = way @ first, way @ way
    return float((along + np.sqrt(along**2 - square * (first @ first - radius**2))) / square)


def test_a_radius_graph_is_once_differentiable_at_the_cut_off():
    radius = 3.0
    output = output_along_the_line(RadiusGraph(radius, 12))
    at, step = crossing_of_the_cut_off(radius), 1e-4
    places = at + step * jnp.array([-2.0, -1.0, 0.0, 1.0, 2.0])
    values = np.asarray(output(places))
    before, after = (values[1] - values[0]) / step, (values[4] - values[3]) / step
    assert np.abs(after - before).max() < 1e-2 * max(1e-2, np.abs(before).max())


def test_the_output_on_a_grid_is_continuous_though_its_neighbours_tie():
    network = equivariant(*WIND, graph=NearestNeighbourGraph(4))
    grid = jnp.stack(jnp.meshgrid(jnp.arange(4.0), jnp.arange(4.0)), -1).reshape((-1, 2))
    y = random_field(network.field_type, 16, seed=4).y
    params = random_params(network, gn.FieldSample(grid, y), seed=0)
    apply = jax.jit(lambda x: network.apply(params, jnp.array(0.2), x, y, jnp.ones(16, bool)))
    shaken = grid + 1e-9 * jnp.asarray(np.random.default_rng(0).normal(size=grid.shape))
    value = apply(grid)
    np.testing.assert_allclose(apply(shaken), value, atol=1e-6 * np.abs(value).max())


def test_sparse_attention_to_all_is_complete_attention():
    values = []
    for graph in (CompleteGraph(), NearestNeighbourGraph(20)):
        network = equivariant(*WIND, graph=graph, n_tokens=1)
        field, context = (random_field(network.field_type, n, seed=n) for n in (7, 5))
        params = random_params(network, field, seed=0)
        values.append(
            jax.jit(network.apply)(params, jnp.array(0.2), field.x, field.y, field.mask, context)
        )
    np.testing.assert_allclose(*values, atol=1e-11 * np.abs(values[0]).max())


def test_what_is_given_is_seen_through_a_crowd():
    crowd = jnp.asarray(np.random.default_rng(6).uniform(size=(30, 1)))
    given = jnp.array([[5.0], [6.0], [7.0], [9.0]])
    graph, real = NearestNeighbourGraph(2), jnp.ones(30, bool)
    edges = graph.edges_to_both(crowd, real, given, jnp.array([True, True, True, False]))
    found = dense(edges, 34)
    np.testing.assert_array_equal((found > 0).sum(1), 4)
    np.testing.assert_array_equal(np.flatnonzero(found[0, 30:]), [0, 1])
    np.testing.assert_allclose(dense(graph.edges(crowd, crowd, real), 30), found[:, :30])


def test_both_forms_of_edges_give_one_result(monkeypatch: pytest.MonkeyPatch):
    network = equivariant(*WIND, graph=NearestNeighbourGraph(3))
    field, context = (random_field(network.field_type, n, seed=n) for n in (9, 8))
    params = random_params(network, field, seed=0)

    def output(most: int) -> jax.Array:
        monkeypatch.setattr("geomndp.networks.edges._DENSE", most)
        pairs, _ = network.geometry(field.x, field.mask, context)
        assert pairs.edges.weight.shape == (9, 17 if most else 6)
        x, y, mask = field.x, field.y, field.mask
        return jax.jit(lambda y: network.apply(params, jnp.array(0.2), x, y, mask, context))(y)

    gathered, complete = output(0), output(8)
    np.testing.assert_allclose(gathered, complete, atol=1e-11 * np.abs(complete).max())


def test_refusals():
    with pytest.raises(ValueError, match="n_neighbours of at least 2, a point and another, got"):
        NearestNeighbourGraph(1)
    with pytest.raises(ValueError, match="max_neighbours of at least 2"):
        RadiusGraph(1.0, max_neighbours=0)
    with pytest.raises(ValueError, match="expected a positive radius, got radius=0"):
        RadiusGraph(0.0)
