"""Files: whether one can be written, and writing one anew in one go."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any


def try_to_write(path: Path) -> bool:
    """See that the file at `path` can be written; its folder is made. Returns whether the file was there.

    One that was not is not left behind: should nothing come of it, it would stay empty.

    Raises:
        OSError: it cannot be written.
    """
    existed = os.path.lexists(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.open("ab").close()
    if not existed and not path.stat().st_size:
        path.unlink(missing_ok=True)
    return existed


@contextmanager
def replacing(
    path: Path, *, binary: bool = False, newline: str | None = None
) -> Iterator[IO[Any]]:
    """Open a file to be written anew: whoever looks sees the old one or the new one, and an error leaves the old one.

    Text is written as UTF-8, half of a surrogate pair as its escape. What is no file, a pipe or a terminal, is written
    as it is, and so is one in a folder that takes no other.

    Raises:
        OSError: it cannot be written.
    """
    mode = "wb" if binary else "w"
    text = {"encoding": "utf-8", "errors": "backslashreplace", "newline": newline}
    options: dict[str, Any] = {} if binary else text
    is_special = path.exists() and not path.is_file()
    target = path if is_special else path.resolve()  # a link stays one
    if is_special or not os.access(target.parent, os.W_OK):
        with target.open(mode, **options) as file:
            yield file
        return
    part = target.with_name(f"{target.name}.part")
    try:
        with part.open(mode, **options) as file:
            yield file
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
