"""Finds a quote's place in a statement's text. Pure."""

import re


def place_quote(text: str, quote: str, start: int | None, end: int | None) -> tuple[str, int | None, int | None]:
    """(the words as they stand in the text, first character, the one after the last), or (quote, None, None).

    The place told is believed when the words there are the quote, white space apart: a browser may have turned a line
    break into a space. Else the first place where they stand is taken.
    """
    if start is not None and end is not None and 0 <= start < end <= len(text) and _same(text[start:end], quote):
        return _trimmed(text, start, end)
    pattern = r"\s+".join(re.escape(word) for word in quote.split())
    found = re.search(pattern, text) if pattern else None
    if found is None:
        return quote, None, None
    return _trimmed(text, found.start(), found.end())


def _same(ours: str, theirs: str) -> bool:
    return ours.split() == theirs.split() and bool(ours.strip())


def _trimmed(text: str, start: int, end: int) -> tuple[str, int, int]:
    words = text[start:end]
    start += len(words) - len(words.lstrip())
    end -= len(words) - len(words.rstrip())
    return text[start:end], start, end


def marked(text: str, quotes: list[tuple[int | None, int | None, int]]) -> list[tuple[str, int | None]]:
    """The text in pieces, each with the number of the point that quotes it or None; where two overlap, the first."""
    pieces: list[tuple[str, int | None]] = []
    here = 0
    for begins, end, number in sorted((a, b, n) for a, b, n in quotes if a is not None and b is not None):
        start = max(begins, here)
        if start >= end or end > len(text):
            continue
        if start > here:
            pieces.append((text[here:start], None))
        pieces.append((text[start:end], number))
        here = end
    if here < len(text):
        pieces.append((text[here:], None))
    return pieces
