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
