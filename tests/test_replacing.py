"""Files that are replaced in one go."""

import os
import stat
from pathlib import Path
from threading import Thread

import pytest

from scraper.replacing import replacing


class BrokenOffError(Exception):
    pass


def break_off(path: Path, error: type[BaseException]) -> None:
    with replacing(path) as file:
        file.write("new")
        raise error


def test_who_looks_meanwhile_sees_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("old")
    with replacing(path) as file:
        file.write("new")
        file.flush()
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [BrokenOffError, KeyboardInterrupt])
def test_an_error_leaves_the_old_file(
    tmp_path: Path, error: type[BaseException]
) -> None:
    path = tmp_path / "list.csv"
    path.write_text("old")
    with pytest.raises(error):
        break_off(path, error)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_text_is_written_even_if_no_encoding_has_it(tmp_path: Path) -> None:
    path = tmp_path / "account.json"
    with replacing(path, newline="") as file:
        file.write("né \udc80\r\n")
    assert path.read_bytes() == b"n\xc3\xa9 \\udc80\r\n"


@pytest.mark.parametrize("exists", [True, False])
def test_a_link_stays_one(exists: bool, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    path, target = tmp_path / "list.csv", tmp_path / "elsewhere" / "list.csv"
    path.symlink_to(target)
    if exists:
        target.write_text("old")
    with replacing(path) as file:
        file.write("new")
    assert path.is_symlink()
    assert target.read_text() == "new"
    assert list(target.parent.iterdir()) == [target]


def test_bytes_are_written_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "articles.csv"
    with replacing(path, binary=True) as file:
        file.write(b"\xff")
    assert path.read_bytes() == b"\xff"


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    got: list[str] = []
    reader = Thread(target=lambda: got.append(path.read_text()))
    reader.start()
    with replacing(path) as file:
        file.write("new")
    reader.join(10)
    assert got == ["new"]
    assert stat.S_ISFIFO(path.stat().st_mode)
