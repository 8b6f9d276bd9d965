"""What is particular to equivariant transformers: chirality, directions, settings."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from network_cases import equivariant, multiscale
from random_fields import in_single_precision, random_field, random_params

import geomndp as gn
from geomndp import groups
from geomndp.networks import EquivariantTransformer, RadiusGraph
from geomndp.representations import IrrepO2, Pseudoscalar, SymmetricTraceless, Trivial, Vector

SCALE = jnp.array(0.2)


def value_at(network: gn.networks.AbstractNetwork, field: gn.FieldSample, seed: int = 0) -> Any:
    params = random_params(network, field, seed=seed)
    return jax.jit(network.apply)(params, SCALE, field.x, field.y, field.mask)


@pytest.mark.parametrize("make", [equivariant, multiscale])
@pytest.mark.parametrize("d", [2, 3])
def test_chirality_is_seen_without_reflections_in_the_group_alone(d: int, make: Any):
    kind = gn.FieldType(groups.E(d), Vector(d))
    mirror = kind.group.sample(key=jax.random.key(1), determinant=-1)
    field = random_field(kind, 6, seed=d)
    mirrored = gn.FieldSample(*kind.act(mirror, field.x, field.y))

    def broken(network: Any) -> float:
        """By how much the value at the mirrored field misses the mirrored value, relatively."""
        found = value_at(network, mirrored, seed=d)
        _, expected = kind.act(mirror, field.x, value_at(network, field, seed=d))
        return float(jnp.abs(found - expected).max() / jnp.abs(expected).max())

    assert broken(make(groups.SE(d), Vector(d))) > 1e-2
    assert broken(make(groups.E(d), Vector(d))) < 1e-11


def hexagon_and_triangles() -> tuple[np.ndarray, np.ndarray]:
    """Six points, each at distance 1 from two others and further than 1.5 from the rest."""
    angles = np.arange(6) * np.pi / 3
    hexagon = np.stack([np.cos(angles), np.sin(angles)], -1)
    triangle = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(0.75)]])
    return hexagon, np.concatenate([triangle, triangle + np.array([5.0, 0.0])])


def by_distances_alone(x: np.ndarray, radius: float, n_rounds: int = 4) -> np.ndarray:
    """Message passing of which the messages know distances, and no directions."""
    distances = np.linalg.norm(x[:, None] - x[None], axis=-1)
    near = (distances < radius) & (distances > 0)
    features = np.ones(len(x))
    for _ in range(n_rounds):
        messages = np.where(near, np.sin(distances + features[None]) * features[:, None], 0)
        features = np.cos(features + messages.sum(1))
    return np.sort(features)


def test_clouds_are_told_apart_that_distances_to_neighbours_do_not_tell_apart():
    """Of Gasteiger, Gross and Guennemann (2020), DimeNet, arXiv:2003.03123, figure 1."""
    clouds, radius = hexagon_and_triangles(), 1.5
    alone = [by_distances_alone(x, radius) for x in clouds]
    np.testing.assert_allclose(alone[0], alone[1], atol=1e-12)
    network = equivariant(groups.E(2), Trivial(1), graph=RadiusGraph(radius, 6))
    y = jnp.ones((6, 1))
    values = [np.sort(value_at(network, gn.FieldSample(jnp.asarray(x), y))[:, 0]) for x in clouds]
    for value in values:  # within a cloud all points are alike
        np.testing.assert_allclose(value, value[0], rtol=1e-9)
    assert np.abs(values[0] - values[1]).min() > 1e-3 * np.abs(values[0]).max()


@pytest.mark.slow
def test_random_targets_of_eight_fields_are_learned():
    network = equivariant(groups.E(2), Vector(2), width=32, n_layers=2, n_channels=16)
    kind, rng = network.field_type, np.random.default_rng(0)
    fields = gn.FieldSample.stack(
        [random_field(kind, 8, seed=seed, dtype=np.float32) for seed in range(8)]
    )
    targets = jnp.asarray(rng.normal(size=fields.y.shape).astype(np.float32))
    first = jax.tree.map(lambda part: part[0], fields)
    params = jax.jit(network.init)(jax.random.key(0), first)
    optimiser = optax.adam(optax.cosine_decay_schedule(5e-3, 1500))

    def loss(params):
        def of_field(field, target):
            scale = jnp.array(0.2, jnp.float32)
            found = network.apply(params, scale, field.x, field.y, field.mask)
            return jnp.mean((found - target) ** 2)

        return jnp.mean(jax.vmap(of_field)(fields, targets))

    @jax.jit
    def step(state, _):
        params, moments = state
        value, gradient = jax.value_and_grad(loss)(params)
        updates, moments = optimiser.update(gradient, moments)
        return (optax.apply_updates(params, updates), moments), value

    run = jax.jit(lambda state: jax.lax.scan(step, state, None, length=1500))
    with jax.numpy_dtype_promotion("standard"):  # of optax's counters
        _, losses = run((params, optimiser.init(params)))
    assert losses[0] > 0.5
    assert losses[-1] < 1e-2


def test_with_half_precision_and_rematerialisation_the_parameters_mean_the_same():
    kind = gn.FieldType(groups.E(2), Vector(2))
    field = random_field(kind, 6, seed=0, dtype=np.float32)
    plain = equivariant(groups.E(2), Vector(2))
    params = in_single_precision(random_params(plain, field, seed=0))
    scale = SCALE.astype(jnp.float32)
    values = {
        name: jax.jit(network.apply)(params, scale, field.x, field.y, field.mask)
        for name, network in {
            "plain": plain,
            "rematerialised": eqx.tree_at(lambda n: n.rematerialise, plain, True),
            "half": eqx.tree_at(lambda n: n.half_precision, plain, True),
        }.items()
    }
    size = np.abs(values["plain"]).max()
    np.testing.assert_allclose(values["rematerialised"], values["plain"], atol=1e-5 * size)
    np.testing.assert_allclose(values["half"], values["plain"], atol=0.1 * size)
    assert np.abs(values["half"] - values["plain"]).max() > 1e-5 * size  # it does something


def test_layers_are_computed_again_for_the_gradient_where_that_is_asked_for():
    field = random_field(gn.FieldType(groups.E(2), Vector(2)), 4, seed=0)
    for rematerialise in (True, False):
        network = equivariant(groups.E(2), Vector(2), n_layers=2, rematerialise=rematerialise)
        params = random_params(network, field, seed=0)

        def total(params, network=network):
            return jnp.sum(network.apply(params, SCALE, field.x, field.y, field.mask))

        operations = str(jax.make_jaxpr(jax.grad(total))(params))
        assert ("checkpoint" in operations or "remat" in operations) == rematerialise


def test_weights_of_attention_have_single_precision_where_features_have_half():
    field = random_field(gn.FieldType(groups.E(2), Vector(2)), 4, seed=0, dtype=np.float32)
    network = equivariant(groups.E(2), Vector(2), half_precision=True)
    params = in_single_precision(random_params(network, field, seed=0))

    def apply(y):
        return network.apply(params, SCALE.astype(jnp.float32), field.x, y, field.mask)

    lines = str(jax.make_jaxpr(apply)(field.y)).splitlines()
    exponentials = [line for line in lines if "= exp " in line]
    assert exponentials
    assert all("f32[" in line for line in exponentials)
    assert any("bf16[" in line for line in lines)


def test_a_clock_counts_in_its_own_unit():
    """Times in units of 3 are seen as thirds of them in units of 1."""
    group = groups.SpaceTime(groups.E(2))
    field = random_field(gn.FieldType(group, Vector(2)), 5, seed=0)
    graph = gn.networks.RadiusGraph(2.0, max_neighbours=3)
    slow, fast = (equivariant(group, Vector(2), unit_time=unit, graph=graph) for unit in (3.0, 1.0))
    params = random_params(fast, field, seed=0)
    later = field.x * jnp.array([[1.0, 1.0, 3.0]])
    found = jax.jit(slow.apply)(params, SCALE, later, field.y, field.mask)
    expected = jax.jit(fast.apply)(params, SCALE, field.x, field.y, field.mask)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


def test_what_is_known_of_the_locations_may_be_given():
    network = equivariant(groups.SE(2), Vector(2), graph=gn.networks.NearestNeighbourGraph(3))
    field, context = (random_field(network.field_type, n, seed=n) for n in (6, 5))
    params = random_params(network, field, seed=0)
    inputs = params, SCALE, field.x, field.y, field.mask, context, None
    geometry = network.geometry(field.x, field.mask, context)
    apply = jax.jit(network.apply)
    np.testing.assert_allclose(apply(*inputs, geometry), apply(*inputs), atol=1e-12)
    elsewhere = network.geometry(field.x[::-1], field.mask, context)
    assert np.abs(apply(*inputs, elsewhere) - apply(*inputs)).max() > 1e-3  # it is used


def test_a_context_with_covariates_needs_them_at_the_targets():
    network = equivariant(groups.E(2), Vector(2))
    field = random_field(network.field_type, 6, seed=0, n_covariates=1)
    params = random_params(network, field, seed=0)
    with pytest.raises(ValueError, match="at all points or at none, got them only in the context"):
        network.apply(params, SCALE, field.x, field.y, field.mask, field, None)


@pytest.mark.parametrize(
    ("fibre", "needed"),
    [(IrrepO2(2), 2), (SymmetricTraceless(2), 2), (IrrepO2(3), 3), (Vector(2) * Vector(2), 2)],
)
def test_a_fibre_of_higher_order_needs_max_order(fibre, needed: int):
    kind = gn.FieldType(groups.E(2), fibre)
    with pytest.raises(ValueError, match=r"parts up to order \d, got .*raise max_order"):
        EquivariantTransformer(kind, max_order=needed - 1)
    assert EquivariantTransformer(kind, max_order=needed).field_type == kind


def test_odd_values_are_there_only_where_they_are_needed():
    """A wind needs no channels for what is odd under reflections."""
    sizes = []
    for fibre in (Vector(2) + Trivial(1), Vector(2) + Pseudoscalar(1)):
        network = equivariant(groups.E(2), fibre)
        params = random_params(network, random_field(network.field_type, 3, seed=0), seed=0)
        sizes.append(sum("odd" in name for arrays in params.values() for name in arrays))
    assert sizes[0] == 0 < sizes[1]


def test_refusals():
    wind = gn.FieldType(groups.E(2), Vector(2))
    globe = gn.FieldType(groups.O(3), Vector(3), domain=gn.manifolds.Sphere(2))
    with pytest.raises(ValueError, match="for spheres there is SphereEquivariant"):
        EquivariantTransformer(globe)
    apart = gn.FieldType(groups.InputOutput(groups.T(1), groups.O(3)), Vector(3))
    with pytest.raises(ValueError, match="acts on locations and values together"):
        EquivariantTransformer(apart)
    with pytest.raises(ValueError, match="expected a width that is a multiple of n_heads, got"):
        EquivariantTransformer(wind, width=10)
    with pytest.raises(ValueError, match="expected a n_channels that is a multiple of n_heads"):
        EquivariantTransformer(wind, n_channels=6)
    with pytest.raises(ValueError, match="expected a positive finite unit_x, got unit_x=0"):
        EquivariantTransformer(wind, unit_x=0.0)
    with pytest.raises(ValueError, match="expected a positive whole n_layers, got n_layers=0"):
        EquivariantTransformer(wind, n_layers=0)
