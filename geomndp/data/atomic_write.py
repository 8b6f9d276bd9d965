"""Writing of files that are whole or not there."""

import contextlib
import gzip
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path


def atomic_write(path: str | os.PathLike, text: str) -> None:
    """Write text in UTF-8 beside `path` and rename it: a reader finds the old file or the new.

    Arguments:
        path: The file; with the ending `.gz` it is compressed, the same text to the same bytes.
        text: Its content.

    Raises:
        FileNotFoundError: If the folder does not exist.
    """
    content = text.encode("utf-8")
    content = gzip.compress(content, mtime=0) if Path(path).suffix == ".gz" else content
    with atomic_path(path) as draft:
        draft.write_bytes(content)


@contextlib.contextmanager
def atomic_path(path: str | os.PathLike) -> Iterator[Path]:
    """A path beside `path` to write a file or folder to, which is renamed once that is done.

    Where something fails nothing is left, and what was at `path` stays. A folder that is there
    already is moved aside before, since none can be renamed onto another.

    Arguments:
        path: Where the file or folder is to be.

    Raises:
        FileNotFoundError: If the folder that it is to be in does not exist.
    """
    path = Path(path)
    if not path.parent.is_dir():
        raise FileNotFoundError(
            f"expected a folder {path.parent} to write {path.name} in, got none; make it first"
        )
    draft, old = (path.with_name(f".{path.name}.{secrets.token_hex(4)}") for _ in range(2))
    try:
        yield draft
        if draft.is_dir():
            if path.exists():
                path.replace(old)
        else:
            with draft.open("rb+") as file:
                os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        if old.exists() and not path.exists():
            old.replace(path)
        raise
    finally:
        for leftover in (draft, old):
            if leftover.is_dir():
                shutil.rmtree(leftover)
            leftover.unlink(missing_ok=True)
