"""RESULTS.md: the last figures of each measurement, a section each."""

from __future__ import annotations

from pathlib import Path

RESULTS = Path(__file__).parent / "RESULTS.md"
_HEAD = """# Results

Written by `python -m benchmarks.compare --write`, a section at a time. Times by the clock mean something only on a
machine that does nothing else. CPU time is user and system time of the client's processes, by the operating system's
account; memory is the peak resident set of the largest of them.
"""
_SECTION = "\n## "


def write_section(title: str, text: str, file: Path = RESULTS) -> None:
    """Replace the section of that title, or add it after the others."""
    sections = _sections(file)
    sections[title] = text.strip("\n")
    body = "".join(
        f"{_SECTION}{name}\n\n{content}\n" for name, content in sections.items()
    )
    file.write_text(_HEAD + body, "utf-8")


def _sections(file: Path) -> dict[str, str]:
    text = file.read_text("utf-8") if file.exists() else ""
    parts = [part.partition("\n") for part in text.split(_SECTION)[1:]]
    return {title: content.strip("\n") for title, _, content in parts}
