"""The fit of a process to data."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.fields import FieldSample
from geomndp.gp.gaussian_process import GaussianProcess
from geomndp.gp.parameters import from_unconstrained, to_unconstrained


def fit(
    gp: GaussianProcess,
    data: FieldSample,
    *,
    n_steps: int = 300,
    learning_rate: float = 0.05,
    jitter: float = 0.0,
) -> tuple[GaussianProcess, Float[Array, " n_steps"]]:
    r"""Find the parameters of kernel and mean under which data are most likely.

    Adam on the marginal likelihood, in the logarithms of positive parameters; it starts from those
    of the process and finds a local optimum. The form of the kernel stays, and that of the
    mean; a constant mean of vectors or a `Coregionalised` matrix may lose a symmetry that it had at
    the start, so ask `is_invariant` again. Compare the result with that of other starts.

    Arguments:
        gp: The process to start from, with white noise where observations have any.
        data: One field, or a batch of independent ones on a leading axis.
        n_steps: Number of steps.
        learning_rate: Size of a step, about the relative change of a positive parameter.
        jitter: Added to the variances, relative to their mean.

    Returns:
        The process with the best parameters met, and the log likelihood before each step, in nats
        per observed number.

    Raises:
        ValueError: If the values have another number of coordinates than the process.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> from geomndp.kernels import SquaredExponential, White
        >>> true = gn.GaussianProcess(SquaredExponential(0.5, 4.0) + White(0.1))
        >>> x = jnp.linspace(0.0, 3.0, 40)[:, None]
        >>> y = true.sample(x, key=jax.random.key(0))
        >>> start = gn.GaussianProcess(SquaredExponential(1.0, 1.0) + White(1.0))
        >>> fitted, history = gn.gp.fit(start, gn.FieldSample(x, y), n_steps=100)
        >>> bool(history[-1] > history[0])
        True
    """
    import optax

    if data.y.shape[-1] != gp.dim_y:
        raise ValueError(
            f"expected values with {gp.dim_y} coordinates, as the process has, "
            f"got {data.y.shape[-1]}"
        )
    batch = data if data.x.ndim == 3 else jax.tree.map(lambda part: part[None], data)
    # What makes a density impossible is told here, by name, and not from within the loop.
    gp.log_prob(batch.x[0], batch.y[0], batch.mask[0], jitter=jitter)
    n_numbers = jnp.sum(batch.mask).astype(batch.y.dtype) * gp.dim_y
    optimiser = optax.adam(learning_rate)

    def loss(numbers: list[Array]) -> Float[Array, ""]:
        candidate = from_unconstrained(gp, numbers)
        each = jax.vmap(lambda x, y, mask: candidate.log_prob(x, y, mask, jitter=jitter))
        return -jnp.sum(each(batch.x, batch.y, batch.mask)) / n_numbers

    def step(carry: tuple, _: None) -> tuple[tuple, Float[Array, ""]]:
        numbers, state, best, least = carry
        value, gradient = jax.value_and_grad(loss)(numbers)
        better = value < least
        best = jax.tree.map(lambda new, old: jnp.where(better, new, old), numbers, best)
        # The optimiser mixes its counter with floats, which a user may have made an error.
        with jax.numpy_dtype_promotion("standard"):
            updates, state = optimiser.update(gradient, state)
            moved = optax.apply_updates(numbers, updates)
        return (moved, state, best, jnp.minimum(value, least)), -value

    @eqx.filter_jit
    def run(numbers: list[Array]) -> tuple[list[Array], Float[Array, " n_steps"]]:
        infinite = jnp.full((), jnp.inf, batch.y.dtype)
        start = (numbers, optimiser.init(numbers), numbers, infinite)
        (*_, best, _), history = jax.lax.scan(step, start, length=n_steps)
        return best, history

    best, history = run(to_unconstrained(gp, batch.y.dtype))
    fitted = from_unconstrained(gp, best)
    # Numbers again, as they were given.
    numbers = eqx.partition(fitted, lambda p: eqx.is_inexact_array(p) and p.ndim == 0)
    return eqx.combine(jax.tree.map(float, numbers[0]), numbers[1]), history
