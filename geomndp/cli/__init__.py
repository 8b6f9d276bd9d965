"""The command line: `geomndp fit | sample | condition | evaluate | plot`."""

from geomndp.cli.main import main as main

__all__ = ["main"]
