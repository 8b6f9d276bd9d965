"""Invariance of the law of a random field, judged by its samples."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from geomndp.fields import FieldType
from geomndp.testing.comparison import NEGLIGIBLE
from geomndp.testing.elements import Element, draw_elements
from geomndp.testing.two_sample_comparison import compare_samples
from geomndp.typing import Key


def assert_invariant_in_law(
    sample: Callable[[Any, int, Any], Any],
    field_type: FieldType,
    x: Float[Array | np.ndarray, "n_points dim_x"],
    *,
    key: Key,
    n_samples: int = 2000,
    n_draws: int = 2,
    n_permutations: int = 299,
    level: float = 0.01,
) -> float:
    r"""Check that samples of a field at gx have the law of $\rho(h)$ times samples at x.

    A permutation test of all points and components together, by energy distance and by second
    moments, tries translations, rotations and reflections alone, as far as the group has them. It
    fails by chance for a share of `level` of the keys if the law is invariant, however many
    elements there are. A law that is invariant in its mean or at single points only is found too.

    Arguments:
        sample: From locations, a number of samples and a key to samples of shape
            (n_samples, n_points, dim_y). It is called twice for each element.
        field_type: The group, and the fibre of the values.
        x: Locations; two or three are enough, and the more there are, the less a small difference
            shows.
        key: A random key.
        n_samples: Number of samples at each x and gx. Time and memory grow with the square.
        n_draws: Number of elements of each kind and determinant.
        n_permutations: Number of permutations, larger than 1 / `level`.
        level: The chance of failing where the law is invariant.

    Returns:
        The p-value.

    Raises:
        AssertionError: If the p-value is below `level`, or the samples are not finite, not random
            or not of that shape.
        ValueError: If so few permutations can give no p-value below `level`.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> from geomndp.testing import assert_invariant_in_law
        >>> wind = gn.FieldType(gn.groups.SO(2), gn.representations.Vector(2))
        >>> def breeze(x, n_samples, key):
        ...     return jax.random.normal(key, (n_samples, len(x), 2))
        >>> x, law = jnp.ones((1, 2)), dict(key=jax.random.key(0), n_samples=200)
        >>> assert_invariant_in_law(breeze, wind, x, **law) > 0.01
        True
        >>> def easterly_or_westerly(x, n_samples, key):
        ...     return breeze(x, n_samples, key) * jnp.array([3.0, 1.0])
        >>> assert_invariant_in_law(easterly_or_westerly, wind, x, **law)
        Traceback (most recent call last):
            ...
        AssertionError: expected the law of f(gx) to be that of rho(h) f(x), got a p-value of ...
    """
    if (n_permutations + 1) * level <= 1:
        raise ValueError(
            f"expected more than {1 / level:.0f} permutations, for p-values below level={level}, "
            f"got n_permutations={n_permutations}"
        )
    of_elements, of_samples, of_test = jax.random.split(key, 3)
    x = jnp.asarray(x)
    elements = draw_elements(field_type.group, [x], key=of_elements, n_draws=n_draws)
    elements = [element for element in elements if element.is_pure]
    if not elements:
        return 1.0
    pairs = []
    for element, of_pair in zip(elements, jax.random.split(of_samples, len(elements)), strict=True):
        of_first, of_second = jax.random.split(of_pair)
        still = _samples(sample, field_type, x, n_samples, of_first)
        moved_x, moved = field_type.act(
            element.value, jnp.broadcast_to(x, (n_samples, *x.shape)), jnp.asarray(still)
        )
        there = _samples(sample, field_type, moved_x[0], n_samples, of_second)
        _refuse_if_not_random(still, there)
        pairs.append((np.asarray(moved).reshape(n_samples, -1), there.reshape(n_samples, -1)))
    seed = np.asarray(jax.random.key_data(of_test)).tolist()
    result = compare_samples(pairs, n_permutations, seed)
    if result.p_value < level:
        raise AssertionError(_message(result.p_value, level, elements, result.scores))
    return result.p_value


def _samples(
    sample: Callable[[Any, int, Any], Any],
    field_type: FieldType,
    x: Array,
    n_samples: int,
    key: Key,
) -> np.ndarray:
    y = np.asarray(sample(x, n_samples, key))
    shape = (n_samples, len(x), field_type.dim_y)
    if y.shape != shape:
        raise AssertionError(f"expected samples of shape {shape}, got {y.shape}")
    if not np.isfinite(y).all():
        raise AssertionError("expected finite samples, got some that are not")
    return y


def _refuse_if_not_random(first: np.ndarray, second: np.ndarray) -> None:
    """One value says nothing of a law; and noise that is the same twice would cancel."""
    if first.std(0).max() <= NEGLIGIBLE:
        raise AssertionError("expected samples that differ from each other, got all the same")
    if np.array_equal(first, second):
        raise AssertionError(
            "expected other samples from another key, got the same; draw the noise from the key"
        )


def _message(
    p_value: float, level: float, elements: list[Element], scores: tuple[float, ...]
) -> str:
    worst = elements[int(np.argmax(scores))]
    by_kind: dict[str, float] = {}
    for element, score in zip(elements, scores, strict=True):
        by_kind[element.kind] = max(by_kind.get(element.kind, -np.inf), score)
    listed = ", ".join(f"{kind} {score:.1f}" for kind, score in by_kind.items())
    return (
        f"expected the law of f(gx) to be that of rho(h) f(x), got a p-value of {p_value:.2g}, "
        f"below the level {level}; most under a {worst.kind}\n"
        f"the {worst.kind}: {worst.description}\n"
        f"worst by kind, in standard deviations over permutations: {listed}"
    )
