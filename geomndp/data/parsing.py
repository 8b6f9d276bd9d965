"""Numbers, angles and times from the text of a file."""

import re
from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float, Shaped

_MISSING = {"", "nan", "na", "n/a", "none", "null", "nat", "<na>", "-", "--"}
_ANGLE = re.compile(r"([0-9]+(?:\.[0-9]*)?)\s*°?\s*([NSEW])", re.IGNORECASE)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)[ T]?(\d\d)(?::?(\d\d))?(?::?(\d\d))?")
_SEPARATED = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)(?:(?:[ -]|T)(\d\d?)(?::(\d\d))?(?::(\d\d))?)?")
_BEGINS_WITH_DATE = re.compile(r"\d{4}-\d\d-\d\d|\d{8}($|T)")
_PLAIN = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?")
_OFFSET = re.compile(r"[T ]\d\d(?::?\d\d){0,2}(?:\.\d+)?\s*[+-]\d\d(?::?\d\d)?$")


def parse_numbers(
    values: Sequence | np.ndarray,
) -> tuple[Float[np.ndarray, " n"], Bool[np.ndarray, " n"]]:
    """Numbers in float64, NaN where missing; and where there is text that is no number.

    Example:
        >>> numbers, unreadable = parse_numbers(["1.5", " ", "fast"])
        >>> numbers.tolist(), unreadable.tolist()
        ([1.5, nan, nan], [False, False, True])
    """
    if np.asarray(values).dtype.kind in "iuf":
        numbers = np.asarray(values, np.float64)
        return numbers, np.zeros(numbers.shape, bool)
    texts = [str(value).strip() for value in values]
    texts = ["nan" if text.lower() in _MISSING else text for text in texts]
    try:
        numbers = np.array(texts, dtype=str).astype(np.float64)
        return numbers, np.zeros(numbers.shape, bool)
    except ValueError:
        numbers = np.array([_number(text) for text in texts])
        return numbers, np.isnan(numbers) & (np.array(texts) != "nan")


def parse_degrees(
    values: Sequence | np.ndarray, *, letters: str
) -> tuple[Float[np.ndarray, " n"], Bool[np.ndarray, " n"]]:
    """Angles in degrees, signed or with the letter of their hemisphere, as "94.8W".

    Arguments:
        values: Numbers or text.
        letters: The positive and the negative hemisphere: "NS" or "EW".

    Example:
        >>> parse_degrees(["28.0N", "-3", "12S"], letters="NS")[0].tolist()
        [28.0, -3.0, -12.0]
    """
    degrees, unreadable = parse_numbers(values)
    for i in np.flatnonzero(unreadable):
        match = _ANGLE.fullmatch(str(values[i]).strip())
        if match and match[2].upper() in letters:
            sign = 1.0 if match[2].upper() == letters[0] else -1.0
            degrees[i], unreadable[i] = sign * float(match[1]), False
    return degrees, unreadable


def parse_times(
    values: Sequence | np.ndarray,
) -> tuple[Shaped[np.ndarray, " n"], Bool[np.ndarray, " n"]]:
    """Times in UTC to the second, NaT where they are missing or unreadable; and which had offsets.

    Text is ISO 8601, with T or a space, or digits YYYYMMDDHH and longer. Without an offset from
    UTC it is taken as UTC; with one it is converted.

    Example:
        >>> times, shifted = parse_times(["2024-02-29T06:00+05:30", "2024022906", "2023-02-29"])
        >>> times.astype("datetime64[m]").astype(str).tolist(), shifted.tolist()
        (['2024-02-29T00:30', '2024-02-29T06:00', 'NaT'], [True, False, False])
    """
    import pandas as pd

    values = np.asarray(values)
    if values.dtype.kind == "M":
        half = np.timedelta64(500, "ms")
        return (values.astype("datetime64[ms]") + half).astype("datetime64[s]"), np.zeros(
            values.shape, bool
        )
    texts = [str(value).strip() for value in values]
    shifted = np.array([_OFFSET.search(text) is not None for text in texts], bool)
    plain = pd.Series([_iso(text) for text in texts], dtype=object)
    parsed = pd.to_datetime(plain, format="ISO8601", utc=True, errors="coerce")
    return parsed.dt.tz_convert(None).to_numpy().astype("datetime64[s]"), shifted


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return np.nan


def _iso(text: str) -> str:
    """ISO 8601 text from compact digits, or from months, days and hours of one digit.

    Text that is neither, nor begins with a full ISO date, becomes unreadable: never guessed at.
    """
    if _PLAIN.fullmatch(text):
        return text
    bare = text.removesuffix("UTC").removesuffix("Z").strip()
    parts = _COMPACT.fullmatch(bare) or _SEPARATED.fullmatch(bare)
    if parts:
        year, month, day, *clock = (part or "0" for part in parts.groups())
        hour, minute, second = clock
        return f"{year}-{month:0>2}-{day:0>2}T{hour:0>2}:{minute:0>2}:{second:0>2}"
    return bare if _BEGINS_WITH_DATE.match(bare) else ""
