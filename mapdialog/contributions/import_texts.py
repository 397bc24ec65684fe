"""Cleans the words of imported rows: HTML to plain text, entities decoded, letters of mixed encodings put right."""

import html
import re
from html.parser import HTMLParser
from typing import Any

from mapdialog.core.text import clean

_TAGS = (
    "a|abbr|address|article|aside|b|blockquote|body|br|button|center|cite|code|dd|details|div|dl|dt|em|fieldset|figure|"
    "font|footer|form|h1|h2|h3|h4|h5|h6|head|header|hr|html|i|iframe|img|input|ins|label|li|link|main|mark|meta|nav|"
    "object|ol|option|p|pre|q|s|script|section|select|small|span|strong|style|sub|summary|sup|svg|table|tbody|td|"
    "textarea|tfoot|th|thead|title|tr|u|ul|video"
)
_TAG = re.compile(r"<\s*/?\s*(?:" + _TAGS + r")\b[^>]*>|<!--|<!doctype", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# A cell that was cut in the middle of a tag begins with the tag's last attributes, or ends with its first.
_TAG_TAIL = re.compile(
    r"^[^<>]{0,200}\b(?:src|href|alt|class|style|title|width|height|id)\s*=\s*([\"'])[^<>]*?\1\s*/?>", re.IGNORECASE
)
_TAG_HEAD = re.compile(r"<\s*/?\s*(?:" + _TAGS + r")\b[^<>]*=[^<>]*$", re.IGNORECASE)
_BREAKS = {
    "br",
    "p",
    "div",
    "li",
    "tr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "hr",
    "section",
    "article",
    "ul",
    "ol",
    "table",
}
_SILENT = {"script", "style", "title", "head", "svg", "iframe", "object", "textarea", "select"}
_SPACES = re.compile(r"[ \t\u00a0]+")
_MOJIBAKE = re.compile(r"[ÂÃâ][\u0080-\u00bf\u0152-\u0178\u2013-\u2122€‚ƒ„…†‡ˆ‰Š‹ŒŽ]")


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BREAKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


def plain_text(value: Any) -> str:
    """A cell's text without HTML, entities decoded, control characters removed, at most one empty line in a row.

    '< 30 km/h' and 'a <b' are left alone: only what looks like a known tag is taken for HTML.
    """
    if value is None:
        return ""
    text = str(value)
    if "<" in text or "=" in text:
        text = _TAG_HEAD.sub("", _TAG_TAIL.sub("", text))
    if "<" in text and _TAG.search(text):
        text = _without_tags(text)
    elif "&" in text and _ENTITY.search(text):
        text = html.unescape(text)
    return clean(text)


def _without_tags(text: str) -> str:
    parser = _Words()
    parser.feed(text)
    parser.close()
    words = "".join(parser.parts)
    if not words.strip():  # An unclosed <script> or the like swallowed all: keep the words rather than lose them.
        words = html.unescape(_TAG.sub(" ", text))
    lines = [_SPACES.sub(" ", line).strip() for line in words.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def mended(text: str) -> str:
    """A text from a file of mixed encodings: UTF-8 that was read as Windows-1252 ('Ã¶') becomes the letter again."""
    if not _MOJIBAKE.search(text):
        return text
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text
