"""The order in which a plan report says what it says, as blocks that every kind of paper can set."""

from collections.abc import Iterator
from dataclasses import dataclass

from mapdialog.plans.kinds import ReportKind
from mapdialog.reports import plan_report_words as words
from mapdialog.reports.plan_report import (
    OUTCOME_TITLES,
    UNANSWERED,
    Group,
    Held,
    Meeting,
    PlanReportContent,
    Point,
    Statement,
)
from mapdialog.walks.paper_pictures import Picture


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 to 3; those of level 1 and 2 stand in the table of contents."""

    level: int
    words: str


@dataclass(frozen=True)
class Text:
    """Paragraphs, divided by empty lines. `style`: normal, small, kept (with what follows) or about (small and kept).

    `lead` is in bold.
    """

    words: str
    style: str = "normal"
    lead: str = ""


@dataclass(frozen=True)
class Facts:
    """Names and values beside each other."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Figures:
    """Large numbers beside each other, each with what it counts."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Table:
    """A table with a head that is repeated on each page; widths in millimetres, 170 in all."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    numeric: tuple[int, ...] = ()
    has_sum: bool = False
    is_kept: bool = False  # with what follows, where it is short


@dataclass(frozen=True)
class Image:
    """A picture across the page and the words under it."""

    picture: Picture
    caption: str


@dataclass(frozen=True)
class View:
    """A view and the answer to it: `about` is its theme and place, `answer` what is said under the verdict.

    `outcome` is the verdict's key in OUTCOME_TITLES, `verdict` its words.
    """

    label: str
    about: str
    view: str
    quote: str
    outcome: str
    verdict: str
    answer: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Signatures:
    """Room to sign in: name and office."""

    rows: tuple[tuple[str, str], ...]


Block = Heading | Text | Facts | Figures | Table | Image | View | Signatures


def blocks(of: PlanReportContent) -> Iterator[Block]:
    """The whole report after its title and table of contents."""
    yield from _summary(of)
    yield from _since(of)
    yield Heading(1, "Hur planen har handlagts")
    for held in of.held:
        yield from _held(held)
    yield Heading(1, "Inkomna yttranden")
    yield from _overview(of)
    yield from _where(of)
    yield Heading(1, "Sammanfattning och kommentarer")
    for group in of.groups:
        yield from _group(group)
    yield from _oral(of)
    yield from _county(of)
    yield from _changes(of)
    yield from _unmet(of)
    yield from _signed(of)


def _summary(of: PlanReportContent) -> Iterator[Block]:
    total = of.totals
    yield Heading(1, "Sammanfattning")
    if of.summary:
        yield Text(of.summary)
    yield Figures(
        (
            (words.number(total.statements), "yttranden"),
            (words.number(total.points), "synpunkter"),
            (words.number(total.without_objection), "utan erinran"),
            (words.number(total.late), "för sent inkomna"),
            (words.number(total.oral), "muntliga"),
        )
    )
    said = words.counted(total.statements, "yttrande har kommit in", "yttranden har kommit in")
    held = words.counted(total.points, "synpunkt", "synpunkter")
    yield Text(f"{said} med sammanlagt {held}. {of.left_out}".strip())
    if total.by_outcome:
        rows = tuple((one.label, words.number(one.count)) for one in total.by_outcome)
        yield Table(
            "Kommunens ställningstaganden",
            ("Ställningstagande", "Synpunkter"),
            (*rows, ("Alla", words.number(total.points))),
            (130, 40),
            numeric=(1,),
            has_sum=True,
        )


def _since(of: PlanReportContent) -> Iterator[Block]:
    if of.since is None:
        return
    number = of.since.number
    yield Heading(1, f"Ändringar sedan version {number}")
    yield Text(f"Version {number} godkändes {of.since.day} och finns kvar som den var. Det här har ändrats sedan dess.")
    rows = tuple((one.where, one.what, one.reason or "–") for one in of.since.rows)
    yield Table("Rättelser och tillägg", ("Var", "Vad", "Skäl"), rows, (40, 70, 60))


def _held(held: Held) -> Iterator[Block]:
    yield Heading(2, held.title)
    yield Facts((("Tid", held.period),))
    for text in (held.why_short, *held.extensions, held.held_text, held.available_text, held.consents):
        if text:
            yield Text(text)
    if held.notices:
        rows = tuple((one.what, one.day, one.where) for one in held.notices)
        yield Table("Kungörelser, underrättelser och utskick", ("Vad", "När", "Var"), rows, (76, 30, 64))
    if held.meetings:
        met = tuple((one.kind, one.when, one.place, _attendance(one)) for one in held.meetings)
        yield Table("Möten", ("Slag", "När", "Var", "Deltagare"), met, (35, 50, 55, 30), numeric=(3,))
    if held.documents:
        yield Text(words.listed(list(held.documents)) + ".", lead="Handlingar som visades: ")


def _attendance(one: Meeting) -> str:
    return words.number(one.attendance) if one.attendance is not None else "Räknades inte"


def _overview(of: PlanReportContent) -> Iterator[Block]:
    total = of.totals
    if total.by_group:
        rows = [(title, words.number(first), words.number(second)) for title, first, second in total.by_group]
        rows.append(("Alla", words.number(total.statements), words.number(total.points)))
        yield Table(
            "Yttranden och synpunkter efter grupp",
            ("Grupp", "Yttranden", "Synpunkter"),
            tuple(rows),
            (100, 35, 35),
            numeric=(1, 2),
            has_sum=True,
        )
    listed = tuple(_line(one) for one in sorted(of.statements, key=lambda one: one.number))
    if not listed:
        yield Text("Inga yttranden har kommit in.")
        return
    heads = ("Nr", "Från", "Inkom", "Ställning", "I tid")
    yield Table("Alla yttranden", heads, listed, (14, 66, 30, 36, 24))
    if of.left_out:
        yield Text(of.left_out, style="small")


def _line(one: Statement) -> tuple[str, ...]:
    time = {True: "Ja", False: "Nej, för sent", None: "Utanför skedena"}[one.is_in_time]
    stance = one.stance if one.is_written else f"{one.stance}, muntligt"
    return str(one.number), one.who, one.received, stance, time


def _where(of: PlanReportContent) -> Iterator[Block]:
    if of.map is None:
        return
    yield Heading(2, "Var synpunkterna finns")
    yield Image(of.map, of.map_note)
    rows = [(one.label, words.number(one.count)) for one in of.totals.by_district]
    rows.append(("Utan plats på kartan", words.number(of.totals.unplaced)))
    rows.append(("Alla", words.number(of.totals.statements)))
    yield Table("Yttranden efter område", ("Område", "Yttranden"), tuple(rows), (130, 40), numeric=(1,), has_sum=True)


def _group(group: Group) -> Iterator[Block]:
    yield Heading(2, group.title)
    for one in group.statements:
        yield Heading(3, f"{one.number}. {one.who}")
        yield Text(_about(one), style="about")
        if one.summary:
            yield Text(one.summary)
        if one.same_as is not None:
            yield Text(f"Likalydande med yttrande {one.same_as}. Kommunens svar står där.")
        for point in one.points:
            yield _view(point)
        if not one.points and not one.summary and one.same_as is None:
            yield Text(f"{one.stance}.")


def _about(one: Statement) -> str:
    """How it came, on one line."""
    parts = [f"Inkom {one.received}", one.channel.lower(), one.stance.lower()]
    if one.registry_number:
        parts.append(f"dnr {one.registry_number}")
    if one.attachments:
        parts.append(words.counted(one.attachments, "bilaga", "bilagor"))
    if one.alike:
        parts.append(f"likalydande: yttrande {words.listed([str(number) for number in one.alike])}")
    return " · ".join([*parts, *one.marks])


def _view(point: Point) -> View:
    verdict = OUTCOME_TITLES[point.outcome]
    said: list[tuple[str, str]] = []
    if point.outcome == UNANSWERED:
        said.append(("", "Kommunens svar är inte klart."))
    elif point.same_as:
        said.append(("", f"Samma synpunkt som {point.same_as}. Kommunens svar står där."))
    else:
        said.append(("", point.answer))
        if point.reason:
            said.append(("Skäl: ", point.reason))
    if point.forwarded_to:
        said.append(("Vidare till: ", point.forwarded_to))
    if point.changes:
        numbers = words.listed([str(number) for number in point.changes])
        said.append(("", f"Synpunkten har lett till ändring {numbers} av planförslaget."))
    about = " · ".join(one for one in (point.theme, point.place) if one)
    return View(point.label, about, point.view, point.quote, point.outcome, verdict, tuple(said))


def _oral(of: PlanReportContent) -> Iterator[Block]:
    meetings = [(held, one) for held in of.held for one in held.meetings if one.notes]
    oral = [one for one in of.statements if not one.is_written]
    if not meetings and not oral:
        return
    yield Heading(1, "Muntliga synpunkter")
    # A comprehensive plan is not appealed by who wrote.
    right = "" if of.is_comprehensive else ", men ger inte rätt att överklaga: det kräver en skriftlig synpunkt"
    yield Text(f"Det som har sagts muntligt redovisas här{right}.")
    for held, meeting in meetings:
        yield Heading(2, f"{held.title}: {meeting.kind.lower()} {meeting.when}")
        yield Text(meeting.notes)
    if oral:
        numbers = words.listed([str(one.number) for one in sorted(oral, key=lambda one: one.number)])
        yield Text(f"Muntligt lämnade och antecknade av kommunen, besvarade ovan: yttrande {numbers}.")


def _changes(of: PlanReportContent) -> Iterator[Block]:
    yield Heading(1, "Ändringar i planförslaget")
    if of.changes_text:
        yield Text(of.changes_text)
    if not of.changes:
        if of.totals.met and not of.changes_text:
            yield Text("Ändringarna är inte beskrivna än.")
        elif not of.is_answered:
            yield Text("Vilka ändringar synpunkterna leder till är inte klart: alla synpunkter är inte besvarade än.")
        elif not of.changes_text:
            yield Text("Inga ändringar görs med anledning av synpunkterna.")
        return
    rows = tuple(
        (
            str(one.number),
            f"{one.description}{' (väsentlig ändring)' if one.is_major else ''}",
            one.document or "–",
            ", ".join(one.causes) or "–",
        )
        for one in of.changes
    )
    heads = ("Nr", "Ändring", "Handling", "Med anledning av synpunkt")
    yield Table("Ändringar och vad som har föranlett dem", heads, rows, (12, 84, 34, 40))
    if of.is_major_change:
        section = "3 kap. 18 §" if of.is_comprehensive else "5 kap. 25 §"
        yield Text(f"Förslaget har ändrats väsentligt efter granskningen och granskas på nytt ({section} PBL).")


def _county(of: PlanReportContent) -> Iterator[Block]:
    if of.kind != ReportKind.SARSKILT_UTLATANDE:
        return
    yield Heading(1, "Länsstyrelsens granskningsyttrande")
    if not of.county:
        yield Text("Länsstyrelsens granskningsyttrande har inte kommit in.", style="kept")
    for one in of.county:
        yield Text(
            f"{one.who} har lämnat granskningsyttrande {one.received}. Det är yttrande {one.number}, besvarat ovan, "
            "och redovisas tillsammans med planen (3 kap. 16 och 20 §§ PBL)."
        )


_NOT_KNOWN = "Vilka synpunkter som kvarstår är inte klart: alla synpunkter är inte besvarade än."
_MAY_GROW = " Alla synpunkter är inte besvarade än, så fler kan tillkomma."


def _unmet(of: PlanReportContent) -> Iterator[Block]:
    yield Heading(1, "Kvarstående synpunkter")
    across = of.kind != ReportKind.SAMRADSREDOGORELSE
    if not of.unmet and not of.unmet_hidden:
        yield Text("Inga synpunkter kvarstår." if of.is_answered else _NOT_KNOWN, style="kept")
        return
    lead = "Följande har skriftliga synpunkter som inte, eller bara delvis, har tillgodosetts."
    section = "" if of.is_comprehensive else " (13 kap. 11 § PBL)"
    more = f" Listan omfattar synpunkter från samtliga skeden{section}." if across else ""
    yield Text(lead + more + (_MAY_GROW if not of.is_answered else ""), style="kept")
    rows = tuple(
        (one.who, f"{view.label}: {view.outcome.lower()}", view.view or "–", view.reason or "–")
        for one in of.unmet
        for view in one.views
    )
    # The signatures after it shall not stand on a page of their own.
    heads = ("Vem", "Synpunkt", "Vad den gäller", "Skäl")
    yield Table("Kvarstående synpunkter", heads, rows, (36, 34, 50, 50), is_kept=not of.unmet_hidden)
    if of.unmet_hidden:
        yield Text(
            f"Ytterligare {of.unmet_hidden} är medräknade men redovisas inte i den här versionen.", style="small"
        )


def _signed(of: PlanReportContent) -> Iterator[Block]:
    yield Heading(1, "Medverkande")
    # The officers draw it up, for the committee that then decides.
    units = dict.fromkeys(unit for _, unit in of.officers if unit)
    yield Text(f"Redogörelsen är upprättad {of.made} av {', '.join([*units, of.municipality])}.", style="kept")
    named = ((name, f"Handläggare, {unit}" if unit else "Handläggare") for name, unit in of.officers)
    yield Signatures(tuple(named) or (("", "Handläggare"),))
