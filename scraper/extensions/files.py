"""Output files that settings name."""

from pathlib import Path

from scraper.exceptions import ConfigurationError


def writable(path: str, setting: str) -> Path:
    """The file at `path`, which the setting `setting` names; its folder is made.

    Raises:
        ConfigurationError: it cannot be written.
    """
    file = Path(path)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("ab"):
            return file
    except OSError as error:
        raise ConfigurationError(
            f"{setting} = {path!r} cannot be written: {error.strerror}"
        ) from error


def replace_text(file: Path, text: str) -> None:
    """Write `file` anew, in one go: whoever looks sees the old text or the new one.

    Raises:
        OSError: it cannot be written; the old text is still there.
    """
    if file.exists() and not file.is_file():  # a pipe, a terminal
        file.write_text(text, encoding="utf-8")
        return
    part = file.with_name(f"{file.name}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(file)
    except OSError:
        part.unlink(missing_ok=True)
        raise
