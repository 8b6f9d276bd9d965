"""`geomndp fit`: train a model of one of the built-in experiments."""

from typing import Annotated, Any

import tyro

from geomndp.cli.fit_cyclones import fit_cyclone_tracks
from geomndp.cli.fit_density import fit_points
from geomndp.cli.fit_gp_fields import fit_vector_fields
from geomndp.cli.fit_regression1d import fit_functions
from geomndp.cli.fit_winds import fit_wind_fields


def fit(
    experiment: Annotated[
        Annotated[Any, tyro.conf.subcommand("cyclones", constructor=fit_cyclone_tracks)]
        | Annotated[Any, tyro.conf.subcommand("regression1d", constructor=fit_functions)]
        | Annotated[Any, tyro.conf.subcommand("gp-fields", constructor=fit_vector_fields)]
        | Annotated[Any, tyro.conf.subcommand("winds", constructor=fit_wind_fields)]
        | Annotated[Any, tyro.conf.subcommand("density", constructor=fit_points)],
        tyro.conf.arg(name=""),
    ],
) -> None:
    """Train a model, score it, and draw it.

    Args:
        experiment: What to fit.
    """
