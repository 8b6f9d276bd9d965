"""Whether parameters are those of a model."""

import jax
import numpy as np

from geomndp.model.neural_diffusion_process import NeuralDiffusionProcess
from geomndp.networks import Params
from geomndp.networks.parameter_shapes import parameter_shapes, shapes_of


def problem_with_parameters(model: NeuralDiffusionProcess, params: Params) -> str | None:
    """How parameters differ from those of the network of a model, by name, shape and type.

    Example:
        >>> import geomndp as gn
        >>> trained = gn.load("cyclones")
        >>> problem_with_parameters(trained.model, trained.params) is None
        True
    """
    try:
        shapes = parameter_shapes(model.network, model.n_covariates)
    except (ArithmeticError, AttributeError, TypeError, ValueError) as error:
        return f"expected a network that can be built, got settings that it refuses: {error}"
    found = shapes_of(params)
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
