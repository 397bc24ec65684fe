"""The words of an HTML letter as plain text: nothing is run, fetched or kept as HTML; links say where they lead.

The standard library's parser takes minutes over a letter made to delay it; this reads every character once.
"""

import html as entities
import re

_SILENT = frozenset({"script", "style", "title", "template", "noscript", "svg", "math", "iframe", "object", "xml"})
_BLOCKS = frozenset(
    {"address", "article", "aside", "dd", "div", "dl", "dt", "fieldset", "figure", "footer", "form", "header", "hr"}
    | {"body", "main", "nav", "section", "tr"}
)
_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "table", "ul", "ol", "pre"})
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]{0,30})")
_HREF = re.compile(r"""\shref\s*=\s*(?:"([^"]{1,2000})"|'([^']{1,2000})'|([^\s"'>]{1,2000}))""", re.IGNORECASE)
# To the tag's '>', which may also stand within quotation marks; possessive, so that nothing is tried twice.
_TAG_END = re.compile(r"""(?:[^<>"']|"[^"]*"|'[^']*')*+>""")
_MARK = re.compile(r"<(?=[a-zA-Z/!?])")
_EMBEDDED = re.compile(r"data:[^\"'\s>]{1000,}", re.IGNORECASE)
LONGEST = 1_000_000


class _Words:
    """Collects the words between the tags; `_open` are the links one is within."""

    def __init__(self, html: str) -> None:
        self._html, self._lower = html, html.lower()
        self._missing: set[str] = set()
        self._links: list[tuple[str, int]] = []
        self.out: list[str] = []

    def read(self) -> str:
        at, html = 0, self._html
        while at < len(html):
            mark = _MARK.search(html, at)
            self._say(html[at : mark.start()] if mark else html[at:])
            if mark is None:
                break
            at = self._after(mark.start())
        return "".join(self.out)

    def _after(self, start: int) -> int:
        """Where it goes on after what begins with '<' at `start`."""
        if self._html.startswith("<!--", start):
            return self._past("-->", start + 4)
        if self._html[start + 1 : start + 2] in ("!", "?"):
            return self._past(">", start + 1)
        tag = _TAG.match(self._html, start)
        if tag is None:
            self._say("<")
            return start + 1
        end = self._tag_end(tag.end())
        name, is_end = tag[2].lower(), bool(tag[1])
        if name in _SILENT and not is_end and self._html[end - 2 : end] != "/>":
            return self._past(f"</{name}", end, or_else=end)
        self._mark(name, is_end, self._html[tag.end() : end])
        return end

    def _past(self, mark: str, start: int, or_else: int | None = None) -> int:
        """After the next `mark`; where there is none it is sought only once: then after this, or at the very end."""
        found = -1 if mark in self._missing else self._lower.find(mark, start)
        if found < 0:
            self._missing.add(mark)
            return min(start, len(self._html)) if or_else is None else or_else
        return self._past(">", found + len(mark)) if or_else is not None else found + len(mark)

    def _tag_end(self, at: int) -> int:
        """After the tag's end; a tag without one is only its name."""
        found = _TAG_END.match(self._html, at)
        return found.end() if found else at

    def _mark(self, name: str, is_end: bool, attributes: str) -> None:
        if name == "br":
            self.out.append("\n")
        elif name == "li" and not is_end:
            self.out.append("\n- ")
        elif name in {"td", "th"} and not is_end:
            self.out.append("\t")
        elif name in _PARAGRAPHS or name in _BLOCKS:
            self.out.append("\n\n" if name in _PARAGRAPHS else "\n")
        elif name == "a" and not is_end:
            href = _HREF.search(attributes)
            self._links = [(entities.unescape(next(filter(None, href.groups()), "")) if href else "", len(self.out))]
        elif name == "a" and self._links:
            address, start = self._links.pop()
            if address.lower().startswith(("http://", "https://")) and address not in "".join(self.out[start:]):
                self.out.append(f" ({address})")

    def _say(self, words: str) -> None:
        if words:
            self.out.append(re.sub(r"\s+", " ", entities.unescape(words)))


def text_of_html(html: str) -> str:
    """Plain text of an HTML document or a piece of one, lines as a reader sees them; never raises."""
    lines = [" ".join(line.split()) for line in _Words(_EMBEDDED.sub("", html)[:LONGEST]).read().split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
