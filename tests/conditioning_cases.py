"""Methods of conditioning, with few steps."""

import geomndp as gn

CONDITIONAL_METHODS: dict[str, gn.sampling.AbstractConditionalMethod] = {
    "amortised": gn.sampling.Amortised(gn.solvers.GeodesicRandomWalk(n_steps=40)),
    "tweedie": gn.sampling.TweedieGuidance(gn.solvers.DPMSolver(n_steps=20)),
    "pseudoinverse": gn.sampling.PseudoinverseGuidance(gn.solvers.DPMSolver(n_steps=20)),
    "reconstruction": gn.sampling.ReconstructionGuidance(gn.solvers.DPMSolver(n_steps=20)),
    "krylov": gn.sampling.KrylovGuidance(gn.solvers.DPMSolver(n_steps=20)),
    "tangent": gn.sampling.TangentGuidance(gn.solvers.GeodesicMultistep(n_steps=20)),
    "classifier": gn.sampling.ClassifierGuidance(log_likelihood=lambda y: -0.5 * y[0, 0] ** 2),
    "twisted-smc": gn.sampling.TwistedSMC(n_particles=16, n_steps=20),
    "corrected-amortised": gn.sampling.TwistedSMC(
        n_particles=16, n_steps=20, proposal=gn.sampling.Amortised()
    ),
    "bootstrap-smc": gn.sampling.BootstrapSMC(n_particles=16, n_steps=20),
    "replacement": gn.sampling.Replacement(),
    "repaint": gn.sampling.RePaint(),
    "langevin-corrected": gn.sampling.LangevinCorrected(),
}

CONDITIONING_INTERFACES = (
    gn.sampling.AbstractConditionalMethod,
    gn.sampling.AbstractGuidance,
    gn.sampling.AbstractLikelihoodGuidance,
    gn.sampling.AbstractReplacement,
    gn.sampling.AbstractSequentialMonteCarlo,
    gn.sampling.AbstractTwist,
)
