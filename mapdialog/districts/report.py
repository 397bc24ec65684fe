"""What an import of districts did, for the command line and the staff page."""

from collections.abc import Callable
from dataclasses import dataclass, field

from mapdialog.core.text import N_

# Named here, for texts marked within an f-string are not found by the extractor of texts to translate.
_SYSTEM = N_("Koordinatsystem")
_NEW, _CHANGED, _REMOVED, _SAME = N_("Nya"), N_("Ändrade"), N_("Borttagna"), N_("Oförändrade")
_JOINED = N_("Flera ytor med samma kod slogs ihop")
_REPAIRED, _SKIPPED = N_("Lagad"), N_("Hoppade över rad")
_UNMATCHED, _SHOWN = N_("Koder i folkmängdstabellen som inte finns i kartfilen"), 20
_LINKED = N_("Synpunkter med område i uppsättningen")


@dataclass
class ImportReport:
    """Codes of districts by what became of them. `repaired` and `skipped` say why (Swedish msgids).

    `unmatched` are codes of a table of inhabitants that the map has not.
    """

    set_key: str
    crs: str
    crs_reason: str
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    joined: list[str] = field(default_factory=list)
    repaired: list[tuple[str, str]] = field(default_factory=list)
    skipped: list[tuple[int, str, str]] = field(default_factory=list)  # row (1-based), code, reason
    without_population: int = 0
    unmatched: list[str] = field(default_factory=list)
    linked: int = 0

    @property
    def total(self) -> int:
        """How many districts the set has now."""
        return len(self.added) + len(self.changed) + len(self.unchanged)

    def lines(self, _: Callable[[str], str]) -> list[str]:
        """The report as lines of text; `_` translates."""
        counts = ((_NEW, self.added), (_CHANGED, self.changed), (_REMOVED, self.removed), (_SAME, self.unchanged))
        rows = [
            f"{_(_SYSTEM)}: {self.crs}. {_(self.crs_reason)}",
            "  ".join(f"{_(name)}: {len(codes)}" for name, codes in counts),
        ]
        if self.joined:
            rows.append(f"{_(_JOINED)}: {len(self.joined)}")
        rows += [f"{_(_REPAIRED)} {code}: {_(problem)}" for code, problem in self.repaired]
        rows += [f"{_(_SKIPPED)} {row} ({code or '–'}): {_(reason)}" for row, code, reason in self.skipped]
        if self.unmatched:
            more = " …" if len(self.unmatched) > _SHOWN else ""
            rows.append(f"{_(_UNMATCHED)}: {', '.join(self.unmatched[:_SHOWN])}{more}")
        rows.append(f"{_(_LINKED)}: {self.linked}")
        return rows
