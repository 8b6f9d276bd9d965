"""`python -m geomndp` is `geomndp`."""

from geomndp.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
