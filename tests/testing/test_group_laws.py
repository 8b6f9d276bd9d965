"""Groups that keep the laws pass, and groups that break one are refused by its name."""

from typing import Any

import jax
import jax.numpy as jnp
import pytest

import geomndp as gn
from geomndp.groups import AbstractGroup
from geomndp.representations import AbstractRepresentation, Matrices
from geomndp.testing import assert_group, assert_representation

KEY = jax.random.key(0)


def test_groups_pass(group: AbstractGroup):
    assert_group(group, key=KEY)


@pytest.mark.usefixtures("single_precision")
def test_groups_pass_in_single_precision(group: AbstractGroup):
    assert_group(group, key=jax.random.key(1))


class InverseForgotten(gn.groups.T):
    def inverse(self, g: Any) -> Any:
        return g


class ComposedTheOtherWay(gn.groups.E):
    def compose(self, g: Any, h: Any) -> Any:
        return super().compose(h, g)


class NotAssociative(gn.groups.T):
    def compose(self, g: Any, h: Any) -> Any:
        return g + h + jnp.sin(g) * jnp.sin(h) * jnp.sin(g + h)


class Stretches(gn.groups.O):
    def act(self, g: Any, x: Any) -> Any:
        return 1.1 * super().act(g, x)


class Deforms(gn.groups.T):
    def act(self, g: Any, x: Any) -> Any:
        return x + jnp.broadcast_to(g, x.shape) * x**2


class Turns(gn.groups.SO):
    def linear_part(self, g: Any) -> Any:
        return g.T


class Sheared(gn.groups.T):
    def linear_part(self, g: Any) -> Any:
        return jnp.eye(self.dim).at[0, 1].set(g[0])


class Still(gn.groups.T):
    def sample(self, *, key: Any, determinant: Any = None) -> Any:
        self.check_determinant(determinant)
        return jnp.zeros(self.dim)


class StillMatrices(gn.groups.SO):
    def sample(self, *, key: Any, determinant: Any = None) -> Any:
        self.check_determinant(determinant)
        return jnp.eye(self.dim)


class MirrorsOnly(gn.groups.O):
    def sample(self, *, key: Any, determinant: Any = None) -> Any:
        return super().sample(key=key, determinant=-1)


class MirrorsUnannounced(gn.groups.O):
    @property
    def determinants(self) -> tuple[int, ...]:
        return (1,)


class TakesAnyDeterminant(gn.groups.SO):
    def sample(self, *, key: Any, determinant: Any = None) -> Any:
        return super().sample(key=key)


class FixedOriginUnannounced(gn.groups.SO):
    @property
    def fixes_origin(self) -> bool:
        return False


class MovedOriginUnannounced(gn.groups.T):
    @property
    def fixes_origin(self) -> bool:
        return True


class WantsDoublePrecision(gn.groups.O):
    def act(self, g: Any, x: Any) -> Any:
        return super().act(g, x.astype(float))


class OnePointOnly(gn.groups.O):
    def act(self, g: Any, x: Any) -> Any:
        return x @ g.T if x.ndim == 2 else x


@pytest.mark.parametrize(
    ("wrong", "law"),
    [
        (InverseForgotten(2), "expected g⁻¹g = e within 1e-10"),
        (ComposedTheOtherWay(2), "expected the linear part of gh to be the product"),
        (NotAssociative(2), r"expected \(fg\)h = f\(gh\)"),
        (Stretches(2), r"expected ex = x"),
        (Deforms(2), r"expected \(gh\)x = g\(hx\)"),
        (Turns(3), "expected the linear part of gh"),
        (Turns(2), "expected gx = hx \\+ u"),
        (Sheared(2), "expected hᵀh = 1"),
        (Still(2), "expected elements other than the identity"),
        (StillMatrices(2), "expected elements other than the identity"),
        (MirrorsOnly(2), "expected an element whose linear part has the determinant 1"),
        (MirrorsUnannounced(2), r"determinant"),
        (TakesAnyDeterminant(2), "expected a ValueError for the determinant -1"),
        (FixedOriginUnannounced(2), "expected the origin moved by some element"),
        (MovedOriginUnannounced(2), "expected the origin fixed"),
        (WantsDoublePrecision(2), "expected gx in the precision of x, float32, got float64"),
        (OnePointOnly(2), "expected leading axes to be a batch"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_group_is_refused(wrong: AbstractGroup, law: str):
    with pytest.raises(AssertionError, match=law):
        assert_group(wrong, key=KEY)


class StretchesByElement(gn.groups.T):
    """An action of the group, but not by isometries."""

    def act(self, g: Any, x: Any) -> Any:
        return jnp.exp(g[0]) * x


def test_an_action_that_stretches_is_refused():
    with pytest.raises(AssertionError, match=r"expected \|gx - gx'\| = \|x - x'\|"):
        assert_group(StretchesByElement(1), key=KEY)


def test_representations_pass(rho: AbstractRepresentation):
    assert_representation(rho, gn.groups.O(rho.linear_dim or 2), key=KEY)


@pytest.mark.usefixtures("single_precision")
def test_representations_pass_in_single_precision(rho: AbstractRepresentation):
    assert_representation(rho, gn.groups.E(rho.linear_dim or 2), key=jax.random.key(1))


def test_a_representation_need_not_be_orthogonal():
    basis = jnp.array([[2.0, 1.0], [0.0, 1.0]])
    skew = Matrices(lambda h: basis @ h @ jnp.linalg.inv(basis), 2, None, False)
    assert_representation(skew, gn.groups.O(2), key=KEY)
    claimed = Matrices(skew.function, 2)
    with pytest.raises(AssertionError, match="as is_orthogonal promises"):
        assert_representation(claimed, gn.groups.O(2), key=KEY)


@pytest.mark.parametrize(
    ("function", "law"),
    [
        (lambda h: h.T, r"expected rho\(gh\) = rho\(g\) rho\(h\) within 1e-10"),
        (lambda h: 2 * h, r"expected rho\(e\) = 1"),
        (lambda h: h @ h, r"expected rho\(gh\)"),
        (lambda h: -h, r"expected rho\(e\)"),
    ],
    ids=["transposed", "doubled", "squared", "negative"],
)
def test_what_is_no_representation_is_refused(function: Any, law: str):
    with pytest.raises(AssertionError, match=law):
        assert_representation(Matrices(function, 2), gn.groups.O(2), key=KEY)


def test_mirrors_are_drawn_for_representations():
    squared = Matrices(lambda h: h @ h, 2)  # of rotations alone it is a representation
    assert_representation(squared, gn.groups.SO(2), key=KEY)


def test_a_representation_of_other_matrices_is_refused():
    with pytest.raises(ValueError, match="matrices of size 3, those of .*, got .* with size 2"):
        assert_representation(gn.representations.Vector(2), gn.groups.O(3), key=KEY)
