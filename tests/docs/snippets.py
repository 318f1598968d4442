"""The commands and the Python of README and docs/, as a reader would copy them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[2]
DOCUMENTS = [PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md"))]

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^(?:    |\$ )?((?:[A-Z_]+=\S+ )*(?:scrapy|python3?) .*)$")


@dataclass(frozen=True)
class Snippet:
    """Lines of a document, from line `line` on."""

    document: Path
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.document.name}:{self.line}"


def commands(document: Path) -> Iterator[Snippet]:
    """The lines that a reader types: indented by four, or in a block marked `sh`."""
    in_shell_block = False
    for number, line in enumerate(document.read_text("utf-8").splitlines(), 1):
        if line.startswith("```"):
            in_shell_block = line == "```sh"
            continue
        found = _COMMAND.match(line)
        if found and (in_shell_block or line.startswith("    ")):
            yield Snippet(document, number, found[1])


def python_blocks(document: Path) -> Iterator[Snippet]:
    """The blocks marked `python`."""
    text = document.read_text("utf-8")
    for block in _BLOCK.finditer(text):
        if block[1] == "python":
            line = text.count("\n", 0, block.start()) + 2
            yield Snippet(document, line, block[2])
