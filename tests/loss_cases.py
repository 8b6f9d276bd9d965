"""Losses, and what they are made of."""

import geomndp as gn

WEIGHTINGS: dict[str, gn.losses.AbstractWeighting] = {
    "likelihood": gn.losses.LikelihoodWeighting(),
    "time": gn.losses.TimeWeighting(),
    "min-snr": gn.losses.MinSNRWeighting(),
    "log-normal": gn.losses.LogNormalWeighting(),
    "edm": gn.losses.EDMWeighting(),
}

METRICS: dict[str, gn.losses.AbstractMetric] = {
    "euclidean": gn.losses.EuclideanMetric(),
    "noise": gn.losses.NoiseMetric(),
}

LOSSES: dict[str, gn.losses.AbstractLoss] = {
    "denoising": gn.losses.DenoisingScoreMatching(),
    "denoising-in-noise": gn.losses.DenoisingScoreMatching(metric=METRICS["noise"]),
    "flow": gn.losses.FlowMatching(),
    "implicit": gn.losses.ImplicitScoreMatching(),
    "implicit-in-noise": gn.losses.ImplicitScoreMatching(metric=METRICS["noise"]),
    "small-time": gn.losses.SmallTimeScoreMatching(),
    "sliced": gn.losses.SlicedScoreMatching(n_probes=2),
    "sliced-in-noise": gn.losses.SlicedScoreMatching(metric=METRICS["noise"]),
}
