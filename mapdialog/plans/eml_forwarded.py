"""Finds the letter that somebody sent on in the text of their own: who wrote it, about what, and its words. Pure."""

import re
from dataclasses import dataclass
from email.utils import parseaddr

from mapdialog.core.text import clean, clean_line

_PREFIX = re.compile(r"\s*(?:vb|vbf|fw|fwd|vidarebefordrat?|vs)\s*:\s*", re.IGNORECASE)
# The heading of the inner letter as mail programs write it, in Swedish or English, with stars where it was bold.
_LINE = re.compile(
    r"^[>\s*]*(från|from|skickat|sent|datum|date|till|to|kopia|cc|ämne|subject)\s*:[*\s]*(.*)$", re.IGNORECASE
)
_FROM, _SENT, _SUBJECT = ("från", "from"), ("skickat", "sent", "datum", "date"), ("ämne", "subject")
_MOST_LINES = 10


@dataclass(frozen=True)
class Inner:
    """The letter that was sent on, as its heading in the text says."""

    name: str
    email: str
    subject: str
    text: str


def is_forwarded(subject: str) -> bool:
    """Whether the subject says that the letter was sent on."""
    return _PREFIX.match(subject) is not None


def find_inner(subject: str, text: str) -> Inner | None:
    """The inner letter of one whose subject says that it was sent on; None where its text has no heading of one."""
    if not is_forwarded(subject):
        return None
    lines = text.split("\n")
    for at, line in enumerate(lines):
        match = _LINE.match(line)
        if match is None or match[1].casefold() not in _FROM:
            continue
        said, end = _heading(lines, at)
        if any(key in said for key in _SENT):
            return _inner(said, "\n".join(lines[end:]), subject)
    return None


def _heading(lines: list[str], start: int) -> tuple[dict[str, str], int]:
    said: dict[str, str] = {}
    end = start
    while end < len(lines) and end - start < _MOST_LINES and (match := _LINE.match(lines[end])):
        said.setdefault(match[1].casefold(), match[2].strip(" *"))
        end += 1
    return said, end


def _inner(said: dict[str, str], text: str, subject: str) -> Inner | None:
    sender = next(said[key] for key in _FROM if key in said).replace("mailto:", "").replace("[", "<").replace("]", ">")
    name, email = parseaddr(sender)
    if "@" not in email:
        name, email = clean_line(sender), ""
    about = next((said[key] for key in _SUBJECT if said.get(key)), _PREFIX.sub("", subject, count=1))
    if not clean(text) or not (name or email):
        return None
    return Inner("" if name == email else clean_line(name)[:120], email[:254], clean_line(about)[:500], clean(text))
