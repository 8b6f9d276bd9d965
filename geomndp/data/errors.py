"""Errors of files that hold nothing usable."""


class TrackFileError(ValueError):
    """A file of tracks cannot be read as it stands: the message names file, row and remedy.

    Example:
        >>> import geomndp as gn
        >>> try:
        ...     gn.data.load_cyclones("nowhere.csv")
        ... except gn.data.TrackFileError as error:
        ...     "nowhere.csv: expected a file" in str(error)
        True
    """


class WindFileError(ValueError):
    """Winds cannot be read as they stand: the message names the file, the fault and the remedy.

    Example:
        >>> import geomndp as gn
        >>> try:
        ...     gn.data.load_winds("nowhere.nc")
        ... except gn.data.WindFileError as error:
        ...     "nowhere.nc: expected a file" in str(error)
        True
    """
