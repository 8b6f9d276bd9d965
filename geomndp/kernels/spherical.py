"""Named kernels on the globe."""

import math

import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.kernels.parameters import Parameter, check_parameters, is_known, positive
from geomndp.kernels.zonal import AbstractZonalKernel


class ZonalSeries(AbstractZonalKernel):
    r"""The zonal kernel on $S^2$ of given weights.

    Arguments:
        coefficients: $a_\ell$ for the degrees 0, 1, 2 and so on, none negative; their sum is
            scaled to one.
        variance: The variance $\sigma^2$ of a value, in squared units of y.

    Raises:
        ValueError: If a coefficient is negative or all are zero, or the variance is not positive.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> tilt = gn.kernels.ZonalSeries((0.0, 1.0), variance=2.0)  # a random linear function
        >>> tilt(jnp.array([0.0, 0.0, 1.0]), jnp.array([0.0, 0.0, -1.0])).tolist()
        [[-2.0]]
    """

    coefficients: tuple[float, ...]
    variance: Parameter = positive()

    def __check_init__(self) -> None:
        check_parameters(self)
        if not (
            all(0 <= a < math.inf for a in self.coefficients)
            and any(a > 0 for a in self.coefficients)
        ):
            raise ValueError(
                "expected coefficients that are not negative, and not all zero, got "
                f"{self.coefficients}: others give no covariance"
            )

    def degree_variances(self) -> Float[Array, " n_degrees"]:
        dtype = jnp.result_type(float(0), self.variance)
        return _scaled(jnp.asarray(self.coefficients, dtype), self.variance)


class SphericalHeat(AbstractZonalKernel):
    r"""The heat kernel of $S^2$: $a_\ell \propto (2\ell + 1) e^{-\ell(\ell + 1) \kappa^2 / 2}$.

    The analogue of the squared exponential, which it approaches for small lengthscales.

    Cutting the series off at L degrees errs by twice the variance times their share of it at most,
    for $L \kappa \ge 4$ and $\kappa \le 3$:

    $$ |k_L - k| \le 2 \sigma^2 e^{-L(L - 1) \kappa^2/2}. $$

    The terms left out decrease, so that they are less than their integral from L - 1 on,
    $\tfrac{2}{\kappa^2} e^{-L(L-1)\kappa^2/2}$, and all together are more than
    $\tfrac{2}{\kappa^2} + \tfrac13$.

    Arguments:
        lengthscale: The angle $\kappa$, in radians.
        variance: The variance $\sigma^2$ of a value, in squared units of y.
        n_degrees: Number of terms of the series.

    Raises:
        ValueError: If a parameter is not a positive number, or the lengthscale is too small for
            the number of terms.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> k = gn.kernels.SphericalHeat(lengthscale=0.3, variance=1.0)
        >>> pole, near = jnp.array([0.0, 0.0, 1.0]), jnp.array([0.0, jnp.sin(0.3), jnp.cos(0.3)])
        >>> f"{k(pole, near).item():.3f}"
        '0.611'
    """

    lengthscale: Parameter = positive()
    variance: Parameter = positive()
    n_degrees: int = 64

    def __check_init__(self) -> None:
        check_parameters(self)
        _check_resolution(self.lengthscale, self.n_degrees)

    def degree_variances(self) -> Float[Array, " n_degrees"]:
        degree = _degrees(self.n_degrees, self.lengthscale, self.variance)
        return _scaled(
            (2 * degree + 1) * jnp.exp(-0.5 * degree * (degree + 1) * self.lengthscale**2),
            self.variance,
        )


class SphericalMatern(AbstractZonalKernel):
    r"""The Matérn kernel of $S^2$.

    $$ a_\ell \propto (2\ell + 1) (2\nu/\kappa^2 + \ell(\ell + 1))^{-\nu - 1} $$

    The Gaussian field that solves Whittle's equation on the sphere (Borovitskiy and others 2020,
    arXiv:2006.10160). Cutting the series off at L degrees errs, for $L \kappa \ge 4$ and
    $\kappa \le 3$, by

    $$ |k_L - k| \le 2 \sigma^2 \Bigl(1 + \frac{L(L - 1) \kappa^2}{2\nu}\Bigr)^{-\nu}, $$

    as its weights are those of heat kernels whose $\kappa^2/2$ is a gamma variable. For
    $\nu = 1/2$ it falls as slowly as 1/L: the kernel is that of a band-limited field then.

    Arguments:
        nu: The smoothness $\nu$: 1/2, 3/2, 5/2 as in the plane, or any other positive number.
        lengthscale: The angle $\kappa$, in radians.
        variance: The variance $\sigma^2$ of a value, in squared units of y.
        n_degrees: Number of terms of the series, by which the field is band-limited.

    Raises:
        ValueError: If a parameter is not a positive number, or the lengthscale is too small for
            the number of terms.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> k = gn.kernels.SphericalMatern(nu=1.5, lengthscale=0.5, variance=4.0)
        >>> pole = jnp.array([0.0, 0.0, 1.0])
        >>> f"{k(pole, pole).item():.4f}"
        '4.0000'
    """

    nu: Parameter = positive()
    lengthscale: Parameter = positive()
    variance: Parameter = positive()
    n_degrees: int = 64

    def __check_init__(self) -> None:
        check_parameters(self)
        _check_resolution(self.lengthscale, self.n_degrees)

    def degree_variances(self) -> Float[Array, " n_degrees"]:
        degree = _degrees(self.n_degrees, self.lengthscale, self.nu, self.variance)
        shift = 2 * self.nu / self.lengthscale**2
        # Divided by the shift, so that small lengthscales do not underflow in float32.
        return _scaled(
            (2 * degree + 1) * (1 + degree * (degree + 1) / shift) ** (-self.nu - 1), self.variance
        )


def _degrees(n_degrees: int, *parameters: Parameter) -> Float[Array, " n_degrees"]:
    """0, 1, 2 and so on, in the precision of the parameters."""
    return jnp.arange(n_degrees, dtype=jnp.result_type(float(0), *parameters))


def _check_resolution(lengthscale: Parameter, n_degrees: int) -> None:
    if is_known(lengthscale) and n_degrees * lengthscale < 4:
        raise ValueError(
            f"expected at least 4 / lengthscale = {4 / lengthscale:.0f} degrees to resolve a "
            f"lengthscale of {lengthscale} radians, got n_degrees={n_degrees}"
        )


def _scaled(weights: Float[Array, " n_degrees"], variance: Parameter) -> Float[Array, " n_degrees"]:
    """Weights, whose common factor is of no account, to the sum of a variance."""
    return variance * weights / jnp.sum(weights)
