"""Tables of text, whatever sets their columns apart."""

import csv
import os
import warnings
from typing import Any

_DELIMITERS = ",;\t|"


def read_delimited(path: str | os.PathLike[str], **settings: Any):
    """A table, with the delimiter of which its first line has most.

    Arguments:
        path: The file; with the ending `.gz`, `.bz2`, `.xz` or `.zip` it is compressed.
        settings: Of `pandas.read_csv`.

    Raises:
        ValueError: If it is no such file, or a row has more parts than the first line.
        OSError, EOFError: If it cannot be read.
    """
    import pandas as pd

    line = pd.read_csv(path, sep="\0", nrows=0, engine="python", quoting=csv.QUOTE_NONE)
    delimiter = max(_DELIMITERS, key=str(line.columns[0]).count)
    with warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)  # on rows that are too long
        try:
            return pd.read_csv(path, sep=delimiter, index_col=False, **settings)
        except pd.errors.ParserWarning as warning:
            raise ValueError(str(warning)) from warning
