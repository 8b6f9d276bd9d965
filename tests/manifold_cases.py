"""Manifolds and heat kernels with which their laws are tested."""

import jax.numpy as jnp

import geomndp as gn

MANIFOLDS: dict[str, gn.manifolds.AbstractManifold] = {
    "R1": gn.manifolds.Euclidean(1),
    "R2": gn.manifolds.Euclidean(2),
    "R3": gn.manifolds.Euclidean(3),
    "S1": gn.manifolds.Sphere(1),
    "S2": gn.manifolds.Sphere(2),
    "S3": gn.manifolds.Sphere(3),
    "T2": gn.manifolds.Torus(2),
    "SO3": gn.manifolds.SO3(),
    "H2": gn.manifolds.Hyperbolic(2),
    "H3": gn.manifolds.Hyperbolic(3),
    "S1xS2": gn.manifolds.Product((gn.manifolds.Sphere(1), gn.manifolds.Sphere(2))),
    "H2xR1": gn.manifolds.Product((gn.manifolds.Hyperbolic(2), gn.manifolds.Euclidean(1))),
}

HEAT_KERNELS: dict[str, gn.manifolds.AbstractHeatKernel] = {
    "R2": gn.manifolds.GaussianHeatKernel(2),
    "R3": gn.manifolds.SmallTimeHeatKernel(gn.manifolds.Euclidean(3)),  # exact in flat space
    "S1": gn.manifolds.CircleHeatKernel(),
    "S2": gn.manifolds.SphereHeatKernel(),
    "S3": gn.manifolds.ThreeSphereHeatKernel(),
    "T2": gn.manifolds.TorusHeatKernel(2),
    "SO3": gn.manifolds.RotationHeatKernel(),
    "S1xS2": gn.manifolds.ProductHeatKernel((gn.manifolds.Sphere(1), gn.manifolds.Sphere(2))),
}
"""By the manifold of the list above on which they live."""

CHARTS: dict[str, gn.manifolds.AbstractChart] = {
    "stereographic": gn.manifolds.Stereographic(jnp.array([0.36, -0.48, 0.8])),
    "longitude-latitude": gn.manifolds.LongitudeLatitude(jnp.array(170.0)),
}
