"""The error of a file that holds no usable tracks."""


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
