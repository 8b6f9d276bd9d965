"""Writing of files that are whole or not there."""

import gzip
import os
import secrets
from pathlib import Path


def atomic_write(path: str | os.PathLike, text: str) -> None:
    """Write text in UTF-8 beside `path` and rename it: a reader finds the old file or the new.

    Arguments:
        path: The file; with the ending `.gz` it is compressed, the same text to the same bytes.
        text: Its content.

    Raises:
        FileNotFoundError: If the folder does not exist.
    """
    path = Path(path)
    if not path.parent.is_dir():
        raise FileNotFoundError(
            f"expected a folder {path.parent} to write {path.name} in, got none; make it first"
        )
    content = text.encode("utf-8")
    content = gzip.compress(content, mtime=0) if path.suffix == ".gz" else content
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
