"""Marks and cleans text: translatable messages in code without Flask, and what people typed."""

import re
import unicodedata

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u2060\ufeff]")
_MANY_NEWLINES = re.compile(r"\n{4,}")


def N_(message: str) -> str:  # noqa: N802 - gettext's customary name for "mark, translate later"
    """Mark a Swedish message for translation; the web edge translates it when it is shown."""
    return message


def clean(text: str | None) -> str:
    """Text as typed, in NFC, without control characters (NUL breaks PostgreSQL), trimmed; newlines kept as \\n."""
    if not text:
        return ""
    text = text.encode("utf-8", "replace").decode("utf-8")
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _MANY_NEWLINES.sub("\n\n\n", _CONTROL.sub("", text)).strip()


def clean_line(text: str | None) -> str:
    """The same on one line: every run of white space becomes one space."""
    return " ".join(clean(text).split())


def slugify(title: str) -> str:
    """An ASCII address for a title: 'Trygg väg till tåget' gives 'trygg-vag-till-taget'."""
    plain = unicodedata.normalize("NFKD", title.replace("ø", "o").replace("æ", "ae")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:80] or "dialog"
