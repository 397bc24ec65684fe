"""The words of an HTML letter as plain text: nothing is run, fetched or kept as HTML; links say where they lead."""

from html.parser import HTMLParser

_SILENT = frozenset({"script", "style", "head", "title", "template", "noscript", "svg", "math", "iframe", "object"})
_BLOCKS = frozenset(
    {"address", "article", "aside", "dd", "div", "dl", "dt", "fieldset", "figure", "footer", "form", "header", "hr"}
    | {"li", "main", "nav", "section", "tr"}
)
_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "table", "ul", "ol", "pre"})
LONGEST = 5_000_000


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self._silent: list[str] = []
        self._links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent.append(tag)
        elif self._silent:
            return
        elif tag == "br":
            self.out.append("\n")
        elif tag == "li":
            self.out.append("\n- ")
        elif tag in {"td", "th"}:
            self.out.append("\t")
        elif tag in _BLOCKS | _PARAGRAPHS:
            self.out.append("\n\n" if tag in _PARAGRAPHS else "\n")
        elif tag == "a":
            self._links.append((dict(attrs).get("href") or "", len(self.out)))

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            if tag in self._silent:
                while self._silent.pop() != tag:
                    pass
        elif self._silent:
            return
        elif tag in _BLOCKS | _PARAGRAPHS:
            self.out.append("\n\n" if tag in _PARAGRAPHS else "\n")
        elif tag == "a" and self._links:
            href, start = self._links.pop()
            said = "".join(self.out[start:]).strip()
            if href.lower().startswith(("http://", "https://")) and href not in said:
                self.out.append(f" ({href})")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            # White space in HTML is one space; a no-break space is one of its own kind.
            self.out.append(" ".join(data.replace("\xa0", " ").split(" ")) if data.strip() else " ")


def text_of_html(html: str) -> str:
    """Plain text of an HTML document or a piece of one, lines as a reader sees them; never raises."""
    words = _Words()
    try:
        words.feed(html[:LONGEST])
        words.close()
    except Exception:  # A hostile document costs the rest of itself, not the letter.
        words.out.append("\n")
    lines = []
    for line in "".join(words.out).split("\n"):
        lines.append(" ".join(line.split()))
    text = "\n".join(lines).strip()
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text
