"""What an import of districts did, for the command line and the staff page."""

from collections.abc import Callable
from dataclasses import dataclass, field

from mapdialog.core.text import N_


@dataclass
class ImportReport:
    """Codes of districts by what became of them. `repaired` and `skipped` say why (Swedish msgids)."""

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
    linked: int = 0

    @property
    def total(self) -> int:
        """How many districts the set has now."""
        return len(self.added) + len(self.changed) + len(self.unchanged)

    def lines(self, _: Callable[[str], str]) -> list[str]:
        """The report as lines of text; `_` translates."""
        rows = [
            f"{_(N_('Koordinatsystem'))}: {self.crs}. {_(self.crs_reason)}",
            f"{_(N_('Nya'))}: {len(self.added)}  {_(N_('Ändrade'))}: {len(self.changed)}  "
            f"{_(N_('Borttagna'))}: {len(self.removed)}  {_(N_('Oförändrade'))}: {len(self.unchanged)}",
        ]
        if self.joined:
            rows.append(f"{_(N_('Flera ytor med samma kod slogs ihop'))}: {len(self.joined)}")
        rows += [f"{_(N_('Lagad'))} {code}: {_(problem)}" for code, problem in self.repaired]
        rows += [
            f"{_(N_('Hoppade över rad'))} {row} ({code or '–'}): {_(reason)}" for row, code, reason in self.skipped
        ]
        rows.append(f"{_(N_('Synpunkter med område i uppsättningen'))}: {self.linked}")
        return rows
