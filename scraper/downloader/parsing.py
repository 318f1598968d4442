"""aiohttp's response parser, made to bear what browsers bear."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiohttp import ClientPayloadError
from aiohttp.http_exceptions import BadHttpMessage, HttpProcessingError

from .heads import body_pieces, final_head_end, repair_heads

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_HEAD = 2**20
"""Bytes in which the head must end, with all interim responses (1xx) before it."""

Parsed = tuple[list[Any], bool, bytes]
"""What a parser returns: messages with their payloads, whether upgraded, unparsed bytes."""


class TolerantParser:
    """Stands before aiohttp's parser for the length of one response.

    Until the head is parsed its bytes are kept. If the parser refuses them, they are repaired once
    the head is complete, and given to a fresh parser from `renew`. Bytes after the end of the body
    belong to nothing: they are dropped and `hang_up` is called, so that they are never taken for
    the answer to another request. A body that can not be parsed further is incomplete.
    """

    def __init__(self, renew: Callable[[], Any], hang_up: Callable[[], None]) -> None:
        self._renew = renew
        self._hang_up = hang_up
        self._parser = renew()
        self._seen = b""
        self._answered = False
        self._refusal: HttpProcessingError | None = None
        self._payload: Any = None
        self.overran = False
        """Whether more came than belongs to the response."""

    @property
    def answered(self) -> bool:
        """Whether a byte of the response has come."""
        return self._answered

    def feed_data(self, data: bytes) -> Parsed:
        """Parse `data`; raises HttpProcessingError if the head is beyond repair."""
        if self._payload is not None:
            return self._feed_body(data)
        self._seen += data
        self._answered = self._answered or bool(data)
        if self._refusal is None:
            try:
                return self._note(self._parser.feed_data(data))
            except HttpProcessingError as refusal:
                self._refusal = refusal
        return self._feed_repaired(self._refusal)

    def feed_eof(self) -> Any:
        """Tell the parser that nothing follows."""
        return self._parser.feed_eof()

    def pause_reading(self) -> None:
        """Tell the parser that the reader has enough for now."""
        self._parser.pause_reading()

    def message_consumed(self) -> None:
        """Tell the parser that a message was taken."""
        self._parser.message_consumed()

    def _note(self, parsed: Parsed) -> Parsed:
        for number, (message, payload) in enumerate(parsed[0], start=1):
            if message.code >= 200 or message.code == 101:
                self._payload = payload
                self._seen = b""
                if parsed[0][number:]:
                    self._overrun()
                return parsed[0][:number], *parsed[1:]
        if len(self._seen) > MAX_HEAD:
            raise BadHttpMessage(f"no end of the head within {MAX_HEAD} bytes")
        return parsed

    def _feed_repaired(self, refusal: HttpProcessingError) -> Parsed:
        end = final_head_end(self._seen)
        if end < 0:
            if len(self._seen) > MAX_HEAD:
                raise refusal
            return [], False, b""
        head, body = self._seen[:end], self._seen[end:]
        self._parser = self._renew()
        try:
            parsed = self._note(self._parser.feed_data(repair_heads(head)))
        except HttpProcessingError:
            raise refusal from None
        message = parsed[0][-1][0]
        length = message.headers.get("Content-Length")
        unchunked = None if message.chunked or length is None else int(length)
        for piece in body_pieces(body, unchunked):
            self._feed_body(piece)
        return parsed

    def _feed_body(self, data: bytes) -> Parsed:
        if self._payload.is_eof():
            if data:
                self._overrun()
            return [], False, b""
        try:
            parsed: Parsed = self._parser.feed_data(data)
        except HttpProcessingError as error:
            if self._payload.is_eof():
                self._overrun()
                return [], False, b""
            self._payload.set_exception(ClientPayloadError(str(error.message)))
            # A reader that was woken for the last good byte would wait again, for ever.
            self._payload.feed_eof()
            self._hang_up()
            return [], False, b""
        if parsed[0]:
            # What looks like another response answers no request.
            self._overrun()
            return [], False, b""
        return parsed

    def _overrun(self) -> None:
        self.overran = True
        self._hang_up()
