"""The text of a file, compressed or not."""

import bz2
import gzip
import io
import lzma
import zipfile
import zlib
from pathlib import Path

from geomndp.data.errors import TrackFileError

_OPENERS = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ\x00": lzma.open}
_BROKEN = (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, RuntimeError)


def read_text(path: Path) -> str:
    """The text of a file in UTF-8, plain or compressed by gzip, bzip2, xz or zip.

    Arguments:
        path: The file; its content tells how it is compressed, not its name.

    Raises:
        TrackFileError: If the file cannot be read, is damaged, empty, or no text.
    """
    try:
        content = _content(path)
    except _BROKEN as error:
        raise TrackFileError(
            f"{path.name}: expected a readable file, got {type(error).__name__}: {error}; "
            "the file may be damaged or cut short, fetch it again"
        ) from error
    if not content.removeprefix(b"\xef\xbb\xbf").strip():
        raise TrackFileError(f"{path.name}: expected tracks, got an empty file")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace")
    if b"\x00" in content[:4096]:
        raise TrackFileError(
            f"{path.name}: expected CSV, HURDAT2, NetCDF or Parquet, got some other binary file; "
            "convert it to CSV, or read it yourself and pass it to tracks_from_frame"
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise TrackFileError(
            f"{path.name}, line {line}: expected text in UTF-8, got the byte "
            f"{content[error.start]:#04x}; save the file as UTF-8"
        ) from error


def stem(path: Path) -> str:
    """Name of a file without folder and endings, `track` of `runs/track.csv.gz`.

    Example:
        >>> from pathlib import Path
        >>> stem(Path("runs/track.csv.gz"))
        'track'
    """
    name = path.name
    for ending in [".gz", ".bz2", ".xz", ".zip"]:
        name = name.removesuffix(ending)
    return name.rsplit(".", 1)[0] if "." in name[1:] else name


def _content(path: Path) -> bytes:
    content = path.read_bytes()
    if content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.namelist()
            if len(members) != 1:
                raise zipfile.BadZipFile(f"{len(members)} files in the archive, not one")
            return archive.read(members[0])
    for magic, opener in _OPENERS.items():
        if content.startswith(magic):
            with opener(io.BytesIO(content)) as file:
                return file.read()
    return content
