"""Random fields and parameters, with which laws are tested.

They are drawn by numpy: compiling JAX's own generators for each shape takes longer than the tests.
"""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

import geomndp as gn


def random_field(
    kind: gn.FieldType, n_points: int, *, seed: int, n_covariates: int = 0, dtype: Any = np.float64
) -> gn.FieldSample:
    """Values at random locations in ascending order of their first coordinate.

    On the sphere values lie within some 30 degrees of one another, elsewhere they are of order 1.
    Of a product the first factor is a sphere, and the others are flat. Vectors at locations on the
    sphere are tangent to it.
    """
    rng = np.random.default_rng(seed)
    x = 2 * rng.normal(size=(n_points, kind.dim_x))
    if isinstance(kind.domain, gn.manifolds.Sphere):
        x /= np.linalg.norm(x, axis=-1, keepdims=True)
    y = rng.normal(size=(1, kind.dim_y)) + 0.3 * rng.normal(size=(n_points, kind.dim_y))
    if isinstance(kind.codomain, gn.manifolds.Sphere | gn.manifolds.Product):
        y[:, :3] /= np.linalg.norm(y[:, :3], axis=-1, keepdims=True)
    x = x[np.argsort(x[:, 0])]
    is_vector = kind.fibre == gn.representations.Vector(kind.dim_x)
    if isinstance(kind.domain, gn.manifolds.Sphere) and is_vector:
        y -= np.sum(x * y, -1, keepdims=True) * x
    covariates = rng.normal(size=(n_points, n_covariates)).astype(dtype)
    return gn.FieldSample(
        jnp.asarray(x.astype(dtype)),
        jnp.asarray(y.astype(dtype)),
        covariates=jnp.asarray(covariates) if n_covariates else None,
    )


def random_params(
    network: gn.networks.AbstractNetwork, sample: gn.FieldSample, *, seed: int
) -> gn.networks.Params:
    """Parameters none of which is 0: networks start from the score 0, which obeys every law."""
    rng = np.random.default_rng(seed)
    shapes = jax.eval_shape(lambda key: network.init(key, sample), jax.random.key(0))
    return jax.tree.map(
        lambda leaf: jnp.asarray(0.5 * rng.normal(size=leaf.shape).astype(leaf.dtype)), shapes
    )


def with_padding(sample: gn.FieldSample, n_points: int, *, seed: int) -> gn.FieldSample:
    """The sample with trailing padding of arbitrary numbers, not of copies, up to `n_points`."""
    rng = np.random.default_rng(seed)
    missing = n_points - sample.n_points

    def extend(part: Any) -> Any:
        extra = rng.normal(size=(missing, *part.shape[1:])).astype(part.dtype)
        extra = np.zeros(missing, bool) if part.dtype == bool else extra
        return jnp.asarray(np.concatenate([part, extra]))

    return jax.tree.map(extend, sample)


def in_single_precision(tree: Any) -> Any:
    """The tree with float32 in the place of float64."""
    return jax.tree.map(
        lambda leaf: jnp.asarray(np.asarray(leaf, np.float32)) if leaf.dtype == float else leaf,
        tree,
    )
