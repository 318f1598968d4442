"""The encodings that a site's pages come in, declared or not."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Encoding:
    """How text becomes a body: the codec, and what the Content-Type header and a meta element call it.

    Characters that the codec lacks become numeric entities, so that no text is lost.
    """

    codec: str
    header: str | None = None
    meta: str | None = None

    @property
    def content_type(self) -> str:
        """The Content-Type header."""
        return f"text/html; charset={self.header}" if self.header else "text/html"

    @property
    def meta_element(self) -> str:
        """The meta element, if there is one."""
        return f'<meta charset="{self.meta}">' if self.meta else ""

    def encode(self, html: str) -> bytes:
        """Return the body for `html`."""
        return html.encode(self.codec, "xmlcharrefreplace")


ENCODINGS = {
    "utf-8": Encoding("utf-8", header="utf-8"),
    "utf-8-meta": Encoding("utf-8", meta="utf-8"),
    "utf-8-undeclared": Encoding("utf-8"),
    "windows-1251-header": Encoding("windows-1251", header="windows-1251"),
    "windows-1251-meta": Encoding("windows-1251", meta="windows-1251"),
    "windows-1251-undeclared": Encoding("windows-1251"),
    "utf-16-bom": Encoding("utf-16"),
}
"""Every encoding by name."""
