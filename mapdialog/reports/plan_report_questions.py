"""What keeps a plan report from being finished: missing answers and reasons, and on the web what tells of persons."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

from mapdialog.contributions.hints import find_hints
from mapdialog.core.text import N_
from mapdialog.plans.kinds import Outcome, PhaseStatus, ReportKind, Stance
from mapdialog.plans.unmet import lacks_review
from mapdialog.reports.plan_report import PlanReportContent, Question, Since, Statement
from mapdialog.reports.plan_report_reading import StatementRow
from mapdialog.reports.plan_report_telling import NO_SUMMARY, Telling

if TYPE_CHECKING:
    from mapdialog.reports.plan_report_making import Maker

_WORD = re.compile(r"[\wÀ-ÿ]+(?:[-'’:.][\wÀ-ÿ]+)*")
_PERSONAL = {
    "personal_number": N_("Texten ser ut att innehålla ett personnummer."),
    "email": N_("Texten ser ut att innehålla en e-postadress."),
    "phone": N_("Texten ser ut att innehålla ett telefonnummer."),
}
_NEEDS_NO_POINTS = frozenset({Stance.NO_OBJECTION, Stance.ABSTAINS, Stance.SUPPORTS})
_CLOSED = frozenset({PhaseStatus.CLOSED, PhaseStatus.REPORTED})
# The fields of a report that officers write freely, as `_texts` reads them.
_WRITTEN = frozenset({
    "summary", "changes_text", "description", "held_text", "available_text", "place", "notes",
    "view", "answer", "reason", "forwarded_to",
})  # fmt: skip
NO_CHANGE = N_(
    "Synpunkter är tillgodosedda, helt eller delvis, men ingen ändring är skriven. Skriv den, eller varför inget "
    "ändras, under Svar, Ändringar."
)
ELSEWHERE = "Skälet står i den fullständiga versionen."
HIDDEN = "[Döljs i utkastet: texten ser ut att tala om vem någon är.]"


def list_questions(
    content: PlanReportContent, telling: Telling, maker: "Maker", own_addresses: str
) -> Iterator[Question]:
    """Everything that has to be seen to, in the report's order."""
    if maker.phase.status not in _CLOSED:
        yield Question("Skedet", N_("Skedet är inte avslutat än."), is_open=True)
    if maker.kind == ReportKind.GRANSKNINGSUTLATANDE and lacks_review(maker.plan):
        yield Question("Granskningen", N_("Någon granskning har inte hållits."))
    if maker.kind == ReportKind.SARSKILT_UTLATANDE and not content.county:
        message = N_("Länsstyrelsens granskningsyttrande (3 kap. 16 § PBL) är inte registrerat. Registrera det först.")
        yield Question("Länsstyrelsen", message)
    for row in telling.told:
        yield from _unanswered(row)
    if content.totals.met and not content.changes and not content.changes_text:
        yield Question("Ändringar", NO_CHANGE)
    if maker.is_web:
        for one in content.statements:
            yield from _without_summary(one)
        yield from _personal(content, telling, own_addresses)


def _unanswered(row: StatementRow) -> Iterator[Question]:
    where = f"Yttrande {row.number}"
    if not row.points and row.duplicate_of_id is None and row.stance not in _NEEDS_NO_POINTS:
        yield Question(where, N_("Yttrandet är inte uppdelat i synpunkter."), row.number, is_open=True)
    for point in row.points:
        label = f"Synpunkt {row.number}.{point.seq}"
        if not point.is_final:
            is_draft = point.answer_id is not None
            what = N_("Svaret är inte slutligt.") if is_draft else N_("Synpunkten är inte besvarad.")
            yield Question(label, what, row.number, is_open=True)
        elif point.outcome != Outcome.MET and not point.reason:
            yield Question(label, N_("Skälet till ställningstagandet saknas."), row.number)


def _without_summary(one: Statement) -> Iterator[Question]:
    """The web edition quotes nobody, so what it tells has to be told in the officer's own words."""
    for point in one.points:
        if point.view == NO_SUMMARY:
            yield Question(f"Synpunkt {point.label}", N_("Sammanfattning för webbversionen saknas."), one.number)


def _personal(content: PlanReportContent, telling: Telling, own_addresses: str) -> Iterator[Question]:
    """Texts that tell who somebody is. Where is said, never which words."""
    people = Phrases(_private_words(telling.rows))
    for where, text, statement_number in _texts(content):
        for what in _faults(text, people, own_addresses):
            yield Question(where, what, statement_number)


def _faults(text: str, people: "Phrases", own_addresses: str) -> Iterator[str]:
    """Msgids of what the text tells of somebody."""
    kinds = {one.kind for one in find_hints(text) if text[one.start : one.end].strip() not in own_addresses}
    yield from (what for kind, what in _PERSONAL.items() if kind in kinds)
    if people.stand_in(text):
        yield N_("Texten innehåller namn, adress eller fastighet för någon som inte ska kunna pekas ut.")


def hide_personal(content: PlanReportContent, telling: Telling, own_addresses: str) -> PlanReportContent:
    """The report with HIDDEN instead of each text that tells who somebody is: a draft for the web may be handed on."""
    people = Phrases(_private_words(telling.rows))
    found = _hidden(content, lambda text: any(_faults(text, people, own_addresses)))
    assert isinstance(found, PlanReportContent)
    return found


def part_with_reasons(since: Since, telling: Telling, own_addresses: str) -> Since:
    """For the web: reasons of corrections without those that tell who somebody is. They are kept as they were given, so
    nobody could word them anew."""
    people = Phrases(_private_words(telling.rows))
    rows = (
        replace(one, reason=ELSEWHERE) if any(_faults(one.reason, people, own_addresses)) else one for one in since.rows
    )
    return replace(since, rows=tuple(rows))


def _hidden(value: Any, is_personal: Callable[[str], bool]) -> Any:
    if isinstance(value, tuple):
        return tuple(_hidden(one, is_personal) for one in value)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    made: dict[str, Any] = {}
    for one in fields(value):
        said = getattr(value, one.name)
        if one.name in _WRITTEN and isinstance(said, str):
            made[one.name] = HIDDEN if is_personal(said) else said
        else:
            made[one.name] = _hidden(said, is_personal)
    return replace(value, **made)


def _texts(content: PlanReportContent) -> Iterator[tuple[str, str, int | None]]:
    """Every text that an officer wrote, with the place it stands in."""
    for held in content.held:
        for where, text in (("genomförande", held.held_text), ("tillgänglighet", held.available_text)):
            yield f"{held.title}, {where}", text, None
        for meeting in held.meetings:
            yield f"{held.title}, anteckningar från möte", f"{meeting.place}\n{meeting.notes}", None
    for one in content.statements:
        yield f"Yttrande {one.number}", one.summary, one.number
        for point in one.points:
            texts = (point.view, point.answer, point.reason, point.forwarded_to)
            yield f"Synpunkt {point.label}", "\n".join(texts), one.number
    told = {point.label for one in content.statements for point in one.points}
    for left in {view.label: view for person in content.unmet for view in person.views}.values():
        label = left.label.partition(" ")[0]
        if label not in told:
            yield f"Synpunkt {label}", f"{left.view}\n{left.reason}", int(label.partition(".")[0])
    yield "Planens sammanfattning", content.summary, None
    yield "Ändringar", content.changes_text, None
    for change in content.changes:
        yield f"Ändring {change.number}", change.description, None


def _private_words(rows: Iterable[StatementRow]) -> Iterator[str]:
    """Names and streets of private persons, and the properties of those whose identity is protected."""
    for row in rows:
        sender = row.sender
        if not sender.is_private and not sender.is_protected:
            continue
        yield sender.name
        yield row.address.partition("\n")[0].partition(",")[0]
        if sender.is_protected:
            yield sender.organisation
            yield sender.property_designation


class Phrases:
    """Many short phrases, looked for in many texts word by word, whatever their case."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._by_first: dict[str, set[tuple[str, ...]]] = {}
        for phrase in phrases:
            parts = tuple(_words(phrase))
            # A single word is a common noun as often as a name (Berg, Ek), and would stop every report.
            if len(parts) > 1:
                self._by_first.setdefault(parts[0], set()).add(parts)

    def stand_in(self, text: str) -> bool:
        """Whether any of them stands in the text."""
        found: Sequence[str] = _words(text)
        for place, word in enumerate(found):
            for parts in self._by_first.get(word, ()):
                if tuple(found[place : place + len(parts)]) == parts:
                    return True
        return False


def _words(text: str) -> list[str]:
    return [one.casefold() for one in _WORD.findall(text)]
