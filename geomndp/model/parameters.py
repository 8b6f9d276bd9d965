"""Whether parameters are those of a model."""

import jax
import jax.numpy as jnp
import numpy as np

from geomndp.fields import FieldSample
from geomndp.model.neural_diffusion_process import NeuralDiffusionProcess
from geomndp.networks import Params


def problem_with_parameters(model: NeuralDiffusionProcess, params: Params) -> str | None:
    """How parameters differ from those of the network of a model, by name, shape and type.

    Example:
        >>> import geomndp as gn
        >>> trained = gn.load("cyclones")
        >>> problem_with_parameters(trained.model, trained.params) is None
        True
    """
    kind, n_covariates = model.network.field_type, model.n_covariates
    covariates = jnp.zeros((2, n_covariates)) if n_covariates else None
    x, y = jnp.zeros((2, kind.dim_x)), jnp.zeros((2, kind.dim_y))
    sample = FieldSample(x, y, covariates=covariates)
    try:
        expected = jax.eval_shape(lambda key: model.init(sample, key=key), jax.random.key(0))
    except (ArithmeticError, AttributeError, TypeError, ValueError) as error:
        return f"expected a network that can be built, got settings that it refuses: {error}"
    shapes, found = (
        {(m, n): a.shape for m, arrays in tree.items() for n, a in arrays.items()}
        for tree in (expected, params)
    )
    wrong = [name for name in shapes | found if shapes.get(name) != found.get(name)]
    if wrong:
        module, name = wrong[0]
        return (
            f"expected the parameters of its network, got {len(wrong)} that differ; "
            f"{module}:{name} should be {shapes.get(wrong[0])} and is {found.get(wrong[0])}"
        )
    types = {str(leaf.dtype) for leaf in jax.tree.leaves(params)}
    if len(types) != 1 or not types <= {"float16", "bfloat16", "float32", "float64"}:
        return f"expected parameters of one floating-point type, got {sorted(types)}"
    if not all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(params)):
        return "expected finite parameters, got some that are not"
    return None
