"""In the place of a trained process: the law itself, so that scores are known."""

import equinox as eqx

import geomndp as gn


class Exact(eqx.Module):
    """The log-density of a Gaussian process, with an error in nats per point."""

    gp: gn.GaussianProcess
    error: float = 0.0

    @eqx.filter_jit
    def log_prob(self, sample):
        return self.gp.log_prob(sample.x, sample.y) + self.error * sample.n_points

    def condition(self, context):
        return ExactGiven(self.gp, context, self.error)


class ExactGiven(eqx.Module):
    """The law given values at some points, by the formula of conditional Gaussians."""

    gp: gn.GaussianProcess
    context: gn.FieldSample
    error: float

    @eqx.filter_jit
    def log_prob(self, sample):
        posterior = self.gp.condition(self.context.x, self.context.y)
        return posterior.log_prob(sample.x, sample.y, latent=False) + self.error * sample.n_points
